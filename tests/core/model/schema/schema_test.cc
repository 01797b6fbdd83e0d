// One table a rule: the schema, what Google gets, and what is reported.
#include "core/model/schema/schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/json/document.h"
#include "core/json/output.h"

namespace aiproxy {
namespace {

struct Row {
  std::string_view schema;
  std::string_view written;
  std::string_view reported;  // "pointer slug;" of each finding, in the order of the input
};

class SchemaTest : public testing::Test {
 protected:
  enum class Way { kGoogle, kParameters, kSubset, kBack, kClosed, kClosedGoogle };

  /// What is written for a schema that is the document's member "s".
  std::string Write(std::string_view schema, Way way, bool with_node = true) {
    arena_.Reset();
    text_.Assign("{\"s\":" + std::string(schema) + "}");
    Status status = document_.Parse(text_.view());
    EXPECT_TRUE(status) << schema;
    accounting_.Begin(document_, "gemini-generate");
    Raw raw = Raw::Of(Value(document_, 0).Find("s"));
    if (!with_node) {
      accounting_.Use(raw.node);
      raw.node = kNoNode;
    }
    Output out;
    Writer writer(out, &document_);
    GoogleSchemaOptions options;
    options.owner = with_node ? kNoNode : 0;
    options.is_parameters = way == Way::kParameters;
    options.level = way == Way::kSubset ? SchemaLevel::kJsonSubset : SchemaLevel::kOpenApi;
    if (way == Way::kBack)
      WriteJsonSchema(raw, options.owner, context_, writer);
    else if (way == Way::kClosed)
      WriteClosedSchema(raw, SchemaDialect::kJsonSchema, options.owner, context_, writer);
    else if (way == Way::kClosedGoogle)
      WriteClosedSchema(raw, SchemaDialect::kGoogle, options.owner, context_, writer);
    else
      WriteGoogleSchema(raw, options, context_, writer);
    return out.ToString();
  }

  std::string Reported() {
    accounting_.Settle();
    std::string all;
    for (const Finding& finding : accounting_.findings()) {
      std::string pointer;
      document_.AppendPointer(finding.node, pointer);
      if (pointer.starts_with("/s")) pointer.erase(0, 2);
      all += pointer + " " + std::string(finding.code->slug) + ";";
    }
    return all;
  }

  template <std::size_t N>
  void Check(const Row (&rows)[N], Way way) {
    for (const Row& row : rows) {
      EXPECT_EQ(Write(row.schema, way), row.written) << row.schema;
      EXPECT_EQ(Reported(), row.reported) << row.schema;
    }
  }

  PaddedText text_;
  Document document_;
  Document scratch_;
  Arena arena_;
  std::string buffer_;
  Limits limits_;
  Accounting accounting_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
};

TEST_F(SchemaTest, WhatBothHaveIsCarried) {
  Check(
      {{R"({"type":"object","properties":{"a":{"type":"string","description":"x","minLength":1}},"required":["a"]})",
        R"({"type":"object","properties":{"a":{"type":"string","description":"x","minLength":1}},"required":["a"]})",
        ""},
       {R"({"type":"STRING","format":"date-time","pattern":"^a","default":{"k":[1]}})",
        R"({"type":"STRING","format":"date-time","pattern":"^a","default":{"k":[1]}})", ""},
       {R"({"type":"array","items":{"type":"number","format":"float","maximum":1.50},"minItems":1,"maxItems":2})",
        R"({"type":"array","items":{"type":"number","format":"float","maximum":1.50},"minItems":1,"maxItems":2})",
        ""},
       {R"({"title":"T","type":"integer","nullable":true,"enum":[]})",
        R"({"title":"T","type":"integer","nullable":true})", ""},
       {R"({"type":"object","properties":{"a":{"type":"string"}},"propertyOrdering":["a"]})",
        R"({"type":"object","properties":{"a":{"type":"string"}},"propertyOrdering":["a"]})", ""}},
      Way::kGoogle);
}

TEST_F(SchemaTest, WhatSaysNothingAboutTheTypeIsReported) {
  Check({{R"({"type":"integer","propertyOrdering":["a"],"minLength":1})", R"({"type":"integer"})",
          "/propertyOrdering field-dropped;/minLength field-dropped;"},
         {R"({"type":"object","properties":{"a":{"type":"String"}},"propertyOrdering":["a","b"]})",
          R"({"type":"object","properties":{"a":{"type":"string"}},"propertyOrdering":["a"]})",
          "/properties/a/type schema-rewritten;/propertyOrdering/1 value-dropped;"},
         {R"({"const":""})", R"({"type":"string"})", " schema-rewritten;/const value-dropped;"},
         {R"({"type":"integer","enum":["a"]})", R"({"type":"integer"})", "/enum value-dropped;"},
         {R"({"type":"array","items":{"type":"string"},"const":"a"})",
          R"({"type":"array","items":{"type":"string"}})", "/const value-dropped;"},
         {R"({"type":"string","enum":["a","a"]})", R"({"type":"string","enum":["a"]})",
          "/enum/1 schema-rewritten;"}},
        Way::kGoogle);
}

TEST_F(SchemaTest, ParametersAreAnObject) {
  Check({{R"({"type":"string"})", R"({"type":"object"})", "/type value-degraded;"},
         {R"({"type":["object","null"],"properties":{"a":{"type":"string"}}})",
          R"({"type":"object","properties":{"a":{"type":"string"}}})", "/type value-degraded;"},
         {R"({"oneOf":[{"type":"object","properties":{"k":{"const":"a"},"v":{"type":"string"}}},)"
          R"({"type":"object","properties":{"k":{"const":"b"},"v":{"type":"integer"}}}]})",
          R"({"type":"object","properties":{"k":{"type":"string","enum":["a","b"]},)"
          R"("v":{"anyOf":[{"type":"string"},{"type":"integer"}]}}})",
          "/oneOf value-degraded;"}},
        Way::kParameters);
}

TEST_F(SchemaTest, SubsetHasTypesAndEnumsOfJsonSchema) {
  Check({{R"({"type":"STRING","nullable":true})", R"({"type":["string","null"]})",
          "/type schema-rewritten;"},
         {R"({"type":["any","Integer"]})", R"({"type":["integer"]})",
          "/type/0 value-dropped;/type/1 schema-rewritten;"},
         {R"({"type":"file"})", R"({})", "/type value-dropped;"},
         {R"({"enum":["a",1,null]})", R"({"anyOf":[{"enum":["a",1]},{"type":"null"}]})",
          "/enum schema-rewritten;"},
         {R"({"enum":[true]})", R"({})", "/enum value-dropped;"},
         {R"({"enum":["a","b"],"const":"a"})", R"({"enum":["a"]})", "/const schema-rewritten;"},
         {R"({"type":"array","items":[]})", R"({"type":"array"})", "/items schema-rewritten;"}},
        Way::kSubset);
}

TEST_F(SchemaTest, ThousandsOfPropertiesAreWritten) {
  std::string properties;
  std::string required;
  for (int i = 0; i < 5000; ++i) {
    std::string name = "\"p" + std::to_string(i) + "\"";
    properties += (i == 0 ? "" : ",") + name + R"(:{"type":"string"})";
    required += (i == 0 ? "" : ",") + name;
  }
  std::string schema =
      R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + required + "]}";
  for (Way way : {Way::kGoogle, Way::kSubset}) {
    EXPECT_EQ(Write(schema, way), schema);
    EXPECT_EQ(Reported(), "");
  }
}

TEST_F(SchemaTest, NothingSaidBecomesAString) {
  Check(
      {{"true", R"({"type":"string"})", " value-degraded;"},
       {"{}", R"({"type":"string"})", " value-degraded;"},
       {R"({"description":"d"})", R"({"description":"d","type":"string"})", " value-degraded;"},
       {R"({"type":"object","properties":{"a":false,"b":{"type":"string"}},"required":["a","b"]})",
        R"({"type":"object","properties":{"b":{"type":"string"}},"required":["b"]})",
        "/properties/a field-dropped;/required/0 value-dropped;"},
       {R"({"type":"any"})", R"({"type":"string"})", "/type value-degraded;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, ReferencesAreInlined) {
  Check(
      {{R"({"type":"object","properties":{"a":{"$ref":"#/$defs/T","description":"mine"}},"$defs":{"T":{"type":"string","description":"its"}}})",
        R"({"type":"object","properties":{"a":{"description":"mine","type":"string"}}})",
        "/properties/a/$ref schema-rewritten;/$defs schema-rewritten;"},
       {R"({"type":"object","properties":{"a":{"$ref":"#/definitions/a~1b%20c"}},"definitions":{"a/b c":{"type":"integer"}}})",
        R"({"type":"object","properties":{"a":{"type":"integer"}}})",
        "/properties/a/$ref schema-rewritten;/definitions schema-rewritten;"},
       {R"({"type":"object","properties":{"a":{"$ref":"#node"}},"$defs":{"n":{"$anchor":"node","type":"boolean"}}})",
        R"({"type":"object","properties":{"a":{"type":"boolean"}}})",
        "/properties/a/$ref schema-rewritten;/$defs schema-rewritten;/$defs/n/$anchor "
        "schema-rewritten;"},
       {R"({"type":"object","properties":{"a":{"$ref":"other.json"},"b":{"$ref":"#/nowhere"}}})",
        R"({"type":"object","properties":{"a":{"type":"object"},"b":{"type":"object"}}})",
        "/properties/a/$ref value-degraded;/properties/b/$ref value-degraded;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, RecursionIsCut) {
  Check(
      {{R"({"type":"object","properties":{"child":{"$ref":"#"}}})",
        R"({"type":"object","properties":{"child":{"type":"object"}}})",
        "/properties/child/$ref value-degraded;"},
       {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"array","items":{"$ref":"#/$defs/b"}},"b":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"string"}]}}})",
        R"({"type":"array","items":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"string"}]}})",
        "/$ref schema-rewritten;/$defs schema-rewritten;/$defs/a/items/$ref "
        "schema-rewritten;/$defs/b/anyOf/0/$ref value-degraded;"},
       {R"({"$ref":"#"})", R"({"type":"object"})", "/$ref value-degraded;"},
       {R"({"allOf":[{"$ref":"#"}],"type":"object"})", R"({"type":"object"})",
        "/allOf schema-rewritten;/allOf/0/$ref value-degraded;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, AllOfIsMerged) {
  Check(
      {{R"({"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"integer"}},"required":["b"]}]})",
        R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"]})",
        "/allOf schema-rewritten;"},
       {R"({"type":"integer","minimum":1,"allOf":[{"minimum":3},{"maximum":9},{"maximum":8}]})",
        R"({"type":"integer","minimum":3,"maximum":8})",
        "/minimum schema-rewritten;/allOf schema-rewritten;/allOf/1/maximum schema-rewritten;"},
       {R"({"type":"string","description":"a","allOf":[{"description":"b"}]})",
        R"({"type":"string","description":"b"})",
        "/description value-degraded;/allOf schema-rewritten;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, Unions) {
  Check(
      {{R"({"anyOf":[{"type":"string"},{"type":"null"}],"description":"d"})",
        R"({"description":"d","type":"string","nullable":true})", "/anyOf schema-rewritten;"},
       {R"({"description":"d","anyOf":[{"type":"string"},{"type":"integer","description":"own"},{"const":null}]})",
        R"({"anyOf":[{"type":"string","description":"d","nullable":true},{"type":"integer","description":"own","nullable":true}]})",
        "/anyOf/2 schema-rewritten;"},
       {R"({"oneOf":[{"type":"string"},{"type":"boolean"}]})",
        R"({"anyOf":[{"type":"string"},{"type":"boolean"}]})", "/oneOf value-degraded;"},
       {R"({"type":"object","properties":{"x":{"type":"string"}},"anyOf":[{"required":["x"]},{"properties":{"y":{"type":"string"}},"required":["y"]}]})",
        R"({"anyOf":[{"required":["x"],"type":"object","properties":{"x":{"type":"string"}}},{"properties":{"y":{"type":"string"},"x":{"type":"string"}},"required":["y"],"type":"object"}]})",
        ""},
       {R"({"anyOf":[{"type":"string"},{"type":"integer"}],"oneOf":[{"type":"string"}]})",
        R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", "/oneOf field-dropped;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, ParametersAreOneObject) {
  Check(
      {{R"({"anyOf":[{"type":"object","properties":{"a":{"type":"string"},"k":{"type":"string"}},"required":["a","k"]},{"type":"object","properties":{"b":{"type":"string"},"k":{"type":"string"}},"required":["b","k"]}]})",
        R"({"type":"object","properties":{"a":{"type":"string"},"k":{"type":"string"},"b":{"type":"string"}},"required":["k"]})",
        "/anyOf value-degraded;"},
       {R"({"description":"d"})", R"({"description":"d","type":"object"})", " schema-rewritten;"}},
      Way::kParameters);
}

TEST_F(SchemaTest, TypeLists) {
  Check(
      {{R"({"type":["string","null"]})", R"({"type":"string","nullable":true})",
        "/type schema-rewritten;"},
       {R"({"type":["null"]})", R"({"type":"string","nullable":true})", "/type value-degraded;"},
       {R"({"type":["string","integer"],"minLength":2,"minimum":1,"description":"d"})",
        R"({"anyOf":[{"type":"string","minLength":2,"description":"d"},{"type":"integer","minimum":1,"description":"d"}]})",
        "/type schema-rewritten;"},
       {R"({"properties":{"a":{"items":{"type":"string"}},"b":{"enum":["x"]},"c":{"minimum":1}}})",
        R"({"properties":{"a":{"items":{"type":"string"},"type":"array"},"b":{"enum":["x"],"type":"string"},"c":{"minimum":1,"type":"number"}},"type":"object"})",
        " schema-rewritten;/properties/a schema-rewritten;/properties/b "
        "schema-rewritten;/properties/c schema-rewritten;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, FixedValues) {
  Check({{R"({"const":"a"})", R"({"enum":["a"],"type":"string"})",
          " schema-rewritten;/const schema-rewritten;"},
         {R"({"type":"integer","const":1})", R"({"type":"integer"})", "/const value-dropped;"},
         {R"({"enum":["a","",null,"b"]})", R"({"enum":["a","b"],"type":"string","nullable":true})",
          " schema-rewritten;/enum/1 value-dropped;/enum/2 schema-rewritten;"},
         {R"({"type":"integer","enum":[1,2]})", R"({"type":"integer"})", "/enum value-dropped;"},
         {R"({"enum":[true]})", R"({"type":"boolean"})", " schema-rewritten;/enum value-dropped;"}},
        Way::kGoogle);
}

TEST_F(SchemaTest, Arrays) {
  Check(
      {{R"({"type":"array"})", R"({"type":"array","items":{"type":"string"}})",
        "/type value-degraded;"},
       {R"({"type":"array","prefixItems":[{"type":"string"},{"type":"number"},{"type":"string"}],"minItems":3})",
        R"({"type":"array","items":{"anyOf":[{"type":"string"},{"type":"number"}]},"minItems":3})",
        "/prefixItems value-degraded;"},
       {R"({"type":"array","items":[{"type":"string"}]})",
        R"({"type":"array","items":{"type":"string"}})", "/items value-degraded;"}},
      Way::kGoogle);
}

TEST_F(SchemaTest, Bounds) {
  Check({{R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10})",
          R"({"type":"integer","minimum":1,"maximum":9})",
          "/exclusiveMinimum schema-rewritten;/exclusiveMaximum schema-rewritten;"},
         {R"({"type":"number","exclusiveMinimum":0.5})", R"({"type":"number","minimum":0.5})",
          "/exclusiveMinimum value-degraded;"},
         {R"({"type":"integer","minimum":3,"exclusiveMinimum":true})",
          R"({"type":"integer","minimum":4})", "/minimum schema-rewritten;"},
         {R"({"type":"integer","minimum":3,"exclusiveMinimum":1})",
          R"({"type":"integer","minimum":3})", "/exclusiveMinimum schema-rewritten;"}},
        Way::kGoogle);
}

TEST_F(SchemaTest, TheRest) {
  Check(
      {{R"({"type":"string","format":"uuid"})", R"({"type":"string"})", "/format field-dropped;"},
       {R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a","a","b"]})",
        R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})",
        "/required/1 value-dropped;/required/2 value-dropped;"},
       {R"({"type":"object","required":[],"properties":{}})", R"({"type":"object"})", ""},
       {R"({"type":"string","examples":["a","b"]})", R"({"type":"string","example":"a"})",
        "/examples schema-rewritten;/examples/1 field-dropped;"},
       {R"({"type":"object","additionalProperties":true,"$schema":"x","$id":"y","deprecated":false})",
        R"({"type":"object"})", "/$schema schema-rewritten;/$id schema-rewritten;"},
       {R"({"type":"object","additionalProperties":false,"patternProperties":{"a":{}},"not":{},"x-y":1})",
        R"({"type":"object"})",
        "/additionalProperties field-dropped;/patternProperties field-dropped;/not "
        "field-dropped;/x-y field-dropped;"},
       {R"({"type":"object","properties":{"type":{"type":"string"},"$ref":{"type":"string"},"required":{"type":"boolean"},"properties":{"type":"object","properties":{"enum":{"type":"string"}}}},"required":["$ref","type"]})",
        R"({"type":"object","properties":{"type":{"type":"string"},"$ref":{"type":"string"},"required":{"type":"boolean"},"properties":{"type":"object","properties":{"enum":{"type":"string"}}}},"required":["$ref","type"]})",
        ""}},
      Way::kGoogle);
}

TEST_F(SchemaTest, TheSubsetKeepsReferencesAndLists) {
  Check(
      {{R"({"type":["string","null"],"prefixItems":[{"type":"string"}],"additionalProperties":false})",
        R"({"type":["string","null"],"prefixItems":[{"type":"string"}],"additionalProperties":false})",
        ""},
       {R"({"type":"object","properties":{"c":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"object","properties":{"next":{"$ref":"#/definitions/n"}}}}})",
        R"({"type":"object","properties":{"c":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}}})",
        "/properties/c/$ref schema-rewritten;/definitions "
        "schema-rewritten;/definitions/n/properties/next/$ref schema-rewritten;"},
       {R"({"properties":{"a":{"$ref":"#/$defs/s","description":"d"}},"$defs":{"s":{"type":"string"}}})",
        R"({"properties":{"a":{"description":"d","type":"string"}},"$defs":{"s":{"type":"string"}}})",
        "/properties/a/$ref schema-rewritten;"},
       {R"({"const":3})", R"({"enum":[3]})", "/const schema-rewritten;"},
       {R"({"const":true,"minLength":1,"exclusiveMaximum":5})", R"({"maximum":5})",
        "/const value-dropped;/minLength field-dropped;/exclusiveMaximum value-degraded;"},
       {R"({"items":true})", R"({"items":true})", ""}},
      Way::kSubset);
}

TEST_F(SchemaTest, BothKeywordsOfDefinitionsAreOne) {
  Check({{R"({"$defs":{"a":{"title":"n"}},"definitions":{"b":{"title":"o"},"a":{"title":"p"}}})",
          R"({"$defs":{"a":{"title":"n"},"b":{"title":"o"}}})",
          "/definitions schema-rewritten;/definitions/a value-degraded;"},
         {R"({"definitions":{"b":{"title":"o"}},"$defs":{}})", R"({"$defs":{"b":{"title":"o"}}})",
          "/definitions schema-rewritten;"},
         {R"({"definitions":{},"$defs":{}})", R"({})", ""}},
        Way::kSubset);
}

TEST_F(SchemaTest, BackToJsonSchema) {
  Check(
      {{R"({"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true,"enum":["x"],"format":"enum"}},"property_ordering":["a"]})",
        R"({"type":"object","properties":{"a":{"type":["string","null"],"enum":["x",null]}}})",
        "/property_ordering field-dropped;"},
       {R"({"type":"ARRAY","items":{"type":"TYPE_UNSPECIFIED"},"min_items":"1","maxItems":"2","example":[1]})",
        R"({"type":"array","items":{},"minItems":1,"maxItems":2,"examples":[[1]]})", ""},
       {R"({"any_of":[{"type":"STRING"}],"nullable":true})",
        R"({"anyOf":[{"type":"string"},{"type":"null"}]})", ""}},
      Way::kBack);
}

TEST_F(SchemaTest, ClosedSchemasAllowNoFurtherProperties) {
  Check(
      {{R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})",
        R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})",
        ""},
       {R"({"type":"object","properties":{"a":{"type":["object","null"]}}})",
        R"({"type":"object","properties":{"a":{"type":["object","null"],"additionalProperties":false}},"additionalProperties":false})",
        " value-invented;/properties/a value-invented;"},
       {R"({"type":"array","items":{"additionalProperties":true,"type":"object"}})",
        R"({"type":"array","items":{"type":"object","additionalProperties":false}})",
        "/items/additionalProperties value-degraded;"},
       {R"({"type":"object","additionalProperties":{"type":"integer","minimum":1}})",
        R"({"type":"object","additionalProperties":false})",
        "/additionalProperties value-degraded;"},
       {R"({"anyOf":[{"properties":{}}],"$defs":{"d":{"type":"object","additionalProperties":{}}}})",
        R"({"anyOf":[{"properties":{},"additionalProperties":false}],"$defs":{"d":{"type":"object","additionalProperties":false}}})",
        "/anyOf/0 value-invented;/$defs/d/additionalProperties value-degraded;"},
       {R"({"type":"string","additionalProperties":true})", R"({"type":"string"})",
        "/additionalProperties field-dropped;"},
       {R"({"properties":{"a":true,"type":{"type":"object","additionalProperties":false}},"additionalProperties":false})",
        R"({"properties":{"a":true,"type":{"type":"object","additionalProperties":false}},"additionalProperties":false})",
        ""}},
      Way::kClosed);
}

TEST_F(SchemaTest, ClosedSchemasHaveFewKeywords) {
  Check(
      {{R"({"$schema":"s","type":"integer","minimum":1,"exclusiveMaximum":9,"multipleOf":2,"title":"t"})",
        R"({"type":"integer","title":"t"})",
        "/$schema schema-rewritten;/minimum field-dropped;/exclusiveMaximum "
        "field-dropped;/multipleOf field-dropped;"},
       {R"({"type":"string","minLength":1,"format":"uri","pattern":"^(?:a|\\d+)$","default":"a"})",
        R"({"type":"string","format":"uri","pattern":"^(?:a|\\d+)$","default":"a"})",
        "/minLength field-dropped;"},
       {R"({"anyOf":[{"format":"byte"},{"pattern":"(?=a)x"},{"pattern":"\\bx"},{"pattern":"(a)\\1"}]})",
        R"({"anyOf":[{},{},{},{}]})",
        "/anyOf/0/format field-dropped;/anyOf/1/pattern field-dropped;/anyOf/2/pattern "
        "field-dropped;/anyOf/3/pattern field-dropped;"},
       {R"({"type":"array","minItems":1,"maxItems":3,"uniqueItems":true,"items":{"const":1}})",
        R"({"type":"array","minItems":1,"items":{"const":1}})",
        "/maxItems field-dropped;/uniqueItems field-dropped;"},
       {R"({"type":"array","minItems":4,"prefixItems":[{}],"items":false})",
        R"({"type":"array","minItems":1})",
        "/minItems value-degraded;/prefixItems field-dropped;/items field-dropped;"},
       {R"({"oneOf":[{"enum":["a",1,null]},{"enum":[{}]},{"$ref":"#/$defs/x"},{"$ref":"http://x"}]})",
        R"({"anyOf":[{"enum":["a",1,null]},{},{"$ref":"#/$defs/x"},{}]})",
        "/oneOf schema-rewritten;/oneOf/1/enum field-dropped;/oneOf/3/$ref field-dropped;"},
       {R"({"allOf":[{"$ref":"#/$defs/x"}],"description":"d"})",
        R"({"anyOf":[{"$ref":"#/$defs/x"}],"description":"d"})", "/allOf schema-rewritten;"},
       {R"({"allOf":[{"type":"string"},{"enum":["a"]}],"anyOf":[{}],"oneOf":[{}],"not":{},"x-a":1})",
        R"({"allOf":[{"type":"string"},{"enum":["a"]}],"anyOf":[{}]})",
        "/oneOf field-dropped;/not field-dropped;/x-a field-dropped;"}},
      Way::kClosed);
  Check(
      {{R"({"type":"OBJECT","properties":{"a":{"type":"OBJECT"},"b":{"maxItems":"2"}}})",
        R"({"type":"object","properties":{"a":{"type":"object","additionalProperties":false},"b":{}},"additionalProperties":false})",
        " field-dropped; value-invented;"}},
      Way::kClosedGoogle);
}

TEST_F(SchemaTest, ASchemaWithoutANodeIsReportedAtItsOwner) {
  EXPECT_EQ(Write(R"({"const":"a"})", Way::kGoogle, false), R"({"enum":["a"],"type":"string"})");
  EXPECT_EQ(Reported(), " schema-rewritten; schema-rewritten;");
}

TEST_F(SchemaTest, EmptyObjectsAreKnown) {
  struct {
    std::string_view schema;
    bool empty;
  } rows[] = {{"{}", true},
              {R"({"type":"object","properties":{},"required":[]})", true},
              {R"({"type":"object","properties":{"a":{}}})", false},
              {R"({"$ref":"#/x"})", false},
              {R"({"type":"string"})", false}};
  for (const auto& row : rows) {
    text_.Assign(row.schema);
    ASSERT_TRUE(document_.Parse(text_.view()));
    accounting_.Begin(document_, "gemini-generate");
    EXPECT_EQ(IsEmptyObjectSchema(Raw::Of(Value(document_, 0)), context_), row.empty) << row.schema;
  }
}

// --- bounds ---

TEST_F(SchemaTest, ManyReferencesToABigDefinitionAreBounded) {
  std::string big = R"({"type":"object","properties":{)";
  for (int i = 0; i < 400; ++i) {
    big += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + R"(":{"type":"string"})";
  }
  big += "}}";
  std::string schema = R"({"$defs":{"big":)" + big + R"(},"type":"object","properties":{)";
  for (int i = 0; i < 1000; ++i) {
    schema += (i == 0 ? "\"q" : ",\"q") + std::to_string(i) + R"(":{"$ref":"#/$defs/big"})";
  }
  schema += "}}";
  for (Way way : {Way::kGoogle, Way::kSubset}) {
    std::string written = Write(schema, way);
    EXPECT_TRUE(nlohmann::json::accept(written));
    EXPECT_LT(written.size(), 1u << 20);
  }
}

TEST_F(SchemaTest, DoublingReferencesAreBounded) {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 40; ++i) {
    std::string next = "\"#/$defs/d" + std::to_string(i + 1) + "\"";
    schema += "\"d" + std::to_string(i) + R"(":{"type":"object","properties":{"a":{"$ref":)" +
              next + R"(},"b":{"$ref":)" + next + "}}},";
  }
  schema += R"("d40":{"type":"string"}}})";
  std::string written = Write(schema, Way::kGoogle);
  EXPECT_TRUE(nlohmann::json::accept(written));
  EXPECT_LT(written.size(), 2u << 20);
  EXPECT_NE(Reported().find("value-degraded"), std::string::npos);
}

}  // namespace
}  // namespace aiproxy
