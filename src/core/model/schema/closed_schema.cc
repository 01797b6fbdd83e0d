// JSON Schema -> the few keywords of it that Claude's constrained decoding takes.
#include <algorithm>
#include <array>

#include "core/json/field_names.h"
#include "core/model/schema/schema.h"
#include "core/model/schema/schema_source.h"

namespace aiproxy {

namespace {

constexpr std::string_view kClosed =
    "{target} demands closed objects; 'additionalProperties' is false";

constexpr FieldNames kKeywords("type", "title", "description", "default", "required", "$ref",
                               "enum", "const", "anyOf", "oneOf", "allOf", "properties", "$defs",
                               "definitions", "items", "additionalProperties", "format", "pattern",
                               "minItems", "$schema", "$comment", "$vocabulary");

class ClosedSchemaWriter {
 public:
  ClosedSchemaWriter(SchemaSource& source, bool has_places, Writer& writer)
      : source_(source), has_places_(has_places), writer_(writer) {}

  /// As deep as the document is, which is bounded.
  void WriteSchema(const Value& schema) {
    if (!schema.is_object()) return writer_.Value(source_.RawOf(schema));
    if (schema.empty_container()) source_.Use(schema);
    Value additional;
    writer_.BeginObject();
    for (Member member : schema.members()) {
      if (member.key.Is("additionalProperties"))
        additional = member.value;
      else
        WriteMember(member, schema);
    }
    WriteAdditional(schema, additional);
    writer_.EndObject();
  }

 private:
  void WriteMember(const Member& member, const Value& schema) {
    const Value& value = member.value;
    switch (kKeywords.Find(member.key)) {
      case kKeywords("type"):
      case kKeywords("title"):
      case kKeywords("description"):
      case kKeywords("default"):
      case kKeywords("required"):
        return WriteRaw(member);
      case kKeywords("$ref"):
        return WriteIf(value.is_string() && value.body().starts_with('#'), member);
      case kKeywords("enum"):
      case kKeywords("const"):
        return WriteIf(HoldsNoContainer(value), member);
      case kKeywords("anyOf"):
        return WriteList(member);
      case kKeywords("oneOf"):
        return WriteAsAnyOf(member, schema);
      case kKeywords("allOf"):
        return WriteAllOf(member, schema);
      case kKeywords("properties"):
      case kKeywords("$defs"):
      case kKeywords("definitions"):
        return WriteMap(member);
      case kKeywords("items"):
        if (!value.is_object()) return Drop(member);
        writer_.Key("items");
        return WriteSchema(value);
      case kKeywords("format"):
        return WriteIf(IsKnownFormat(value), member);
      case kKeywords("pattern"):
        return WriteIf(IsSimplePattern(value), member);
      case kKeywords("minItems"):
        return WriteMinItems(value, member);
      case kKeywords("$schema"):
      case kKeywords("$comment"):
      case kKeywords("$vocabulary"):
        source_.Report(value, kSchemaRewritten,
                       "it says nothing about the values, and is left out");
        return source_.Use(value);
      default:
        return Drop(member);
    }
  }

  void WriteRaw(const Member& member) {
    writer_.Key(source_.TextOf(member.key));
    writer_.Value(source_.RawOf(member.value));
  }

  void WriteIf(bool fits, const Member& member) { fits ? WriteRaw(member) : Drop(member); }

  void Drop(const Member& member) {
    source_.Drop(member.value, kFieldDropped,
                 "'{}' has no place in a schema that {target} keeps to",
                 source_.Decoded(member.key));
  }

  /// An object allows no properties but its own.
  void WriteAdditional(const Value& schema, const Value& additional) {
    if (!additional.valid() && !IsOfObject(schema)) return;
    if (additional.valid() && !IsOfObject(schema) && additional.kind() != JsonKind::kFalse) {
      return source_.Drop(additional, kFieldDropped,
                          "'additionalProperties' has no place in a schema that {target} keeps to");
    }
    writer_.Key("additionalProperties");
    writer_.Literal("false");
    if (!additional.valid()) return ReportClosed(schema, kValueInvented);
    if (additional.kind() != JsonKind::kFalse) ReportClosed(additional, kValueDegraded);
    source_.Use(additional);
  }

  /// A schema without places in the input has one report for all of its objects.
  void ReportClosed(const Value& at, const DiagnosticCode& code) {
    if (!has_places_ && told_) return;
    told_ = true;
    source_.Report(at, code, kClosed);
  }

  static bool IsOfObject(const Value& schema) {
    if (IsObject(schema.Find("properties"))) return true;
    Value type = schema.Find("type");
    if (!IsArray(type)) return type.valid() && type.Is("object");
    for (Value one : type.items()) {
      if (one.Is("object")) return true;
    }
    return false;
  }

  static bool HoldsNoContainer(const Value& value) {
    if (value.is_object()) return false;
    if (!value.is_array()) return true;
    for (Value item : value.items()) {
      if (item.is_object() || item.is_array()) return false;
    }
    return true;
  }

  void WriteItems(const Value& list) {
    if (list.empty_container()) source_.Use(list);
    writer_.BeginArray();
    for (Value item : list.items()) WriteSchema(item);
    writer_.EndArray();
  }

  void WriteList(const Member& member) {
    if (!member.value.is_array()) return WriteRaw(member);
    writer_.Key(source_.TextOf(member.key));
    WriteItems(member.value);
  }

  void WriteAsAnyOf(const Member& member, const Value& schema) {
    if (!member.value.is_array() || schema.Find("anyOf").valid()) return Drop(member);
    source_.Report(member.value, kSchemaRewritten, "written as anyOf");
    writer_.Key("anyOf");
    WriteItems(member.value);
  }

  static bool IsOneReference(const Value& list) {
    std::size_t count = 0;
    bool refers = false;
    for (Value item : list.items()) {
      refers = item.Find("$ref").valid();
      if (++count > 1) return false;
    }
    return refers;
  }

  /// References in it are refused; one alone says the same in a union.
  void WriteAllOf(const Member& member, const Value& schema) {
    const Value& list = member.value;
    bool refers = list.is_array() && IsOneReference(list);
    if (refers && !schema.Find("oneOf").valid()) return WriteAsAnyOf(member, schema);
    WriteList(member);
  }

  void WriteMap(const Member& member) {
    const Value& map = member.value;
    if (!map.is_object()) return WriteRaw(member);
    if (map.empty_container()) source_.Use(map);
    writer_.Key(source_.TextOf(member.key));
    writer_.BeginObject();
    for (Member one : map.members()) {
      writer_.Key(source_.TextOf(one.key));
      WriteSchema(one.value);
    }
    writer_.EndObject();
  }

  void WriteMinItems(const Value& count, const Member& member) {
    if (!count.is_number()) return Drop(member);
    double least = Number::Of(count).Real();
    if (least == 0 || least == 1) return WriteRaw(member);
    if (least < 1) return Drop(member);
    source_.Report(count, kValueDegraded, "{target} keeps to a minimum of 0 or 1 only");
    source_.Use(count);
    writer_.Key("minItems");
    writer_.Int(1);
  }

  bool IsKnownFormat(const Value& format) const {
    constexpr std::array<std::string_view, 10> kFormats{"date-time", "time",     "date", "duration",
                                                        "email",     "hostname", "uri",  "ipv4",
                                                        "ipv6",      "uuid"};
    return format.is_string() &&
           std::find(kFormats.begin(), kFormats.end(), source_.Decoded(format)) != kFormats.end();
  }

  /// No references to groups, no looking around, no borders of words.
  bool IsSimplePattern(const Value& pattern) const {
    if (!pattern.is_string()) return false;
    std::string_view text = source_.Decoded(pattern);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      char next = text[i + 1];
      if (text[i] == '\\') {
        if ((next >= '1' && next <= '9') || next == 'b' || next == 'B' || next == 'k') return false;
        ++i;
      } else if (text.substr(i, 2) == "(?" && text.substr(i, 3) != "(?:") {
        return false;
      }
    }
    return true;
  }

  SchemaSource& source_;
  bool has_places_;
  bool told_ = false;
  Writer& writer_;
};

}  // namespace

void WriteClosedSchema(const Raw& schema, SchemaDialect dialect, NodeId owner,
                       CodecContext& context, Writer& writer) {
  Raw standard = schema;
  if (dialect == SchemaDialect::kGoogle) {
    Output text;
    Writer to_text(text, &context.document());
    WriteJsonSchema(schema, owner, context, to_text);
    if (owner == kNoNode) owner = schema.node;
    standard = {context.arena.Copy(text.ToString()), kNoNode};
  }
  SchemaSource source(standard, owner, context);
  if (!source.root().valid()) return writer.Literal("{\"type\":\"object\"}");
  bool has_places = &source.root().document() == &context.document();
  ClosedSchemaWriter(source, has_places, writer).WriteSchema(source.root());
}

}  // namespace aiproxy
