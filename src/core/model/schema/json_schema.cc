// Google's Schema -> JSON Schema.
#include <optional>
#include <string>

#include "core/json/field_names.h"
#include "core/model/schema/schema.h"
#include "core/model/schema/schema_source.h"

namespace aiproxy {

namespace {

class JsonSchemaWriter {
 public:
  JsonSchemaWriter(SchemaSource& source, Writer& writer) : source_(source), writer_(writer) {}

  /// As deep as the document is, which is bounded.
  void WriteSchema(const Value& schema) {
    if (!schema.is_object()) return writer_.Value(source_.RawOf(schema));
    bool nullable = IsNullable(schema);
    // Without a type, null is allowed anyway.
    Value type = schema.Find("type");
    bool has_type = type.valid() && IsNamedType(type);
    if (schema.empty_container()) source_.Use(schema);
    writer_.BeginObject();
    for (Member member : schema.members()) WriteMember(member, nullable, has_type);
    writer_.EndObject();
  }

 private:
  static bool IsNullable(const Value& schema) {
    Value nullable = schema.Find("nullable");
    return nullable.valid() && nullable.is_true();
  }

  static bool IsNamedType(const Value& type) {
    return type.is_string() && !type.Is("TYPE_UNSPECIFIED");
  }

  void WriteMember(const Member& member, bool nullable, bool has_type) {
    static constexpr FieldNames kFields(
        "type", "nullable", "enum", "anyOf", "any_of", "items", "properties", "format", "example",
        "propertyOrdering", "property_ordering", "additionalProperties", "additional_properties",
        "prefixItems", "prefix_items", "$defs", "defs", "minItems", "min_items", "maxItems",
        "max_items", "minLength", "min_length", "maxLength", "max_length", "minProperties",
        "min_properties", "maxProperties", "max_properties");
    const Value& value = member.value;
    switch (kFields.Find(member.key)) {
      case kFields("type"):
        return WriteType(value, nullable);
      case kFields("nullable"):
        return source_.Use(value);
      case kFields("enum"):
        return WriteEnum(value, nullable && has_type);
      case kFields("anyOf"):
      case kFields("any_of"):
        return WriteUnion(value, nullable && !has_type);
      case kFields("items"):
        writer_.Key("items");
        return WriteSchema(value);
      case kFields("prefixItems"):
      case kFields("prefix_items"):
        writer_.Key("prefixItems");
        return WriteList(value, false);
      case kFields("properties"):
        writer_.Key("properties");
        return WriteMap(value);
      case kFields("$defs"):
      case kFields("defs"):
        writer_.Key("$defs");
        return WriteMap(value);
      case kFields("additionalProperties"):
      case kFields("additional_properties"):
        writer_.Key("additionalProperties");
        return WriteSchema(value);
      case kFields("format"):
        if (value.is_string() && value.Is("enum")) return source_.Use(value);
        writer_.Key("format");
        return writer_.Value(source_.RawOf(value));
      case kFields("example"):
        writer_.Key("examples");
        writer_.BeginArray();
        writer_.Value(source_.RawOf(value));
        return writer_.EndArray();
      case kFields("propertyOrdering"):
      case kFields("property_ordering"):
        return source_.Drop(value, kFieldDropped,
                            "the order of properties has no place in {target}");
      case kFields("minItems"):
      case kFields("min_items"):
        writer_.Key("minItems");
        return WriteCount(value);
      case kFields("maxItems"):
      case kFields("max_items"):
        writer_.Key("maxItems");
        return WriteCount(value);
      case kFields("minLength"):
      case kFields("min_length"):
        writer_.Key("minLength");
        return WriteCount(value);
      case kFields("maxLength"):
      case kFields("max_length"):
        writer_.Key("maxLength");
        return WriteCount(value);
      case kFields("minProperties"):
      case kFields("min_properties"):
        writer_.Key("minProperties");
        return WriteCount(value);
      case kFields("maxProperties"):
      case kFields("max_properties"):
        writer_.Key("maxProperties");
        return WriteCount(value);
      default:
        writer_.Key(source_.TextOf(member.key));
        return writer_.Value(source_.RawOf(value));
    }
  }

  void WriteType(const Value& type, bool nullable) {
    if (!type.is_string()) {
      writer_.Key("type");
      return writer_.Value(source_.RawOf(type));
    }
    source_.Use(type);
    if (!IsNamedType(type)) return;
    std::string word(source_.Decoded(type));
    for (char& c : word) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    writer_.Key("type");
    if (nullable) writer_.BeginArray();
    writer_.String(word);
    if (!nullable) return;
    writer_.Literal("\"null\"");
    writer_.EndArray();
  }

  void WriteEnum(const Value& values, bool nullable) {
    writer_.Key("enum");
    if (!nullable || !values.is_array()) return writer_.Value(source_.RawOf(values));
    if (values.empty_container()) source_.Use(values);
    writer_.BeginArray();
    for (Value value : values.items()) writer_.Value(source_.RawOf(value));
    writer_.Null();
    writer_.EndArray();
  }

  void WriteUnion(const Value& variants, bool nullable) {
    writer_.Key("anyOf");
    WriteList(variants, nullable);
  }

  void WriteList(const Value& list, bool with_null) {
    if (!list.is_array()) return writer_.Value(source_.RawOf(list));
    if (list.empty_container()) source_.Use(list);
    writer_.BeginArray();
    for (Value item : list.items()) WriteSchema(item);
    if (with_null) writer_.Literal("{\"type\":\"null\"}");
    writer_.EndArray();
  }

  void WriteMap(const Value& map) {
    if (!map.is_object()) return writer_.Value(source_.RawOf(map));
    if (map.empty_container()) source_.Use(map);
    writer_.BeginObject();
    for (Member member : map.members()) {
      writer_.Key(source_.TextOf(member.key));
      WriteSchema(member.value);
    }
    writer_.EndObject();
  }

  /// int64 may be a string in the JSON of protocol buffers.
  void WriteCount(const Value& count) {
    std::optional<std::int64_t> number;
    if (count.is_string()) number = ParseInt(source_.Decoded(count));
    if (!number) return writer_.Value(source_.RawOf(count));
    source_.Use(count);
    writer_.Int(*number);
  }

  SchemaSource& source_;
  Writer& writer_;
};

}  // namespace

void WriteJsonSchema(const Raw& schema, NodeId owner, CodecContext& context, Writer& writer) {
  SchemaSource source(schema, owner, context);
  if (!source.root().valid()) return writer.Literal("{\"type\":\"object\"}");
  JsonSchemaWriter(source, writer).WriteSchema(source.root());
}

}  // namespace aiproxy
