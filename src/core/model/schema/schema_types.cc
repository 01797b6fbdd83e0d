#include "core/model/schema/schema_types.h"

#include <string>

#include "core/json/field_names.h"

namespace aiproxy {

namespace {

constexpr FieldNames kTypes("string", "number", "integer", "boolean", "array", "object", "null");

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

Type TypeOfValue(const Value& value) {
  switch (value.kind()) {
    case JsonKind::kTrue:
    case JsonKind::kFalse:
      return Type::kBoolean;
    case JsonKind::kNumber:
      return value.Int() ? Type::kInteger : Type::kNumber;
    case JsonKind::kArray:
      return Type::kArray;
    case JsonKind::kObject:
      return Type::kObject;
    case JsonKind::kNull:
    case JsonKind::kString:
      break;
  }
  return Type::kString;
}

/// The type that all values of `enum` or `const` have.
Type TypeOfValues(const MergedSchema& schema, Document& document) {
  Value only = schema.Get(Keyword::kConst, document);
  if (only.valid() && !only.is_null()) return TypeOfValue(only);
  Value values = schema.Get(Keyword::kEnum, document);
  if (!IsArray(values)) return Type::kNone;
  Type type = Type::kNone;
  for (Value value : values.items()) {
    if (value.is_null()) continue;
    Type of_value = TypeOfValue(value);
    if (type != Type::kNone && type != of_value) return Type::kString;
    type = of_value;
  }
  return type;
}

}  // namespace

Type TypeOf(std::string_view word) {
  switch (kTypes.Find(LowerCase(word))) {
    case kTypes("string"):
      return Type::kString;
    case kTypes("number"):
      return Type::kNumber;
    case kTypes("integer"):
      return Type::kInteger;
    case kTypes("boolean"):
      return Type::kBoolean;
    case kTypes("array"):
      return Type::kArray;
    case kTypes("object"):
      return Type::kObject;
    default:
      return Type::kNone;
  }
}

std::string_view Word(Type type) {
  switch (type) {
    case Type::kNumber:
      return "number";
    case Type::kInteger:
      return "integer";
    case Type::kBoolean:
      return "boolean";
    case Type::kArray:
      return "array";
    case Type::kObject:
      return "object";
    case Type::kNone:
    case Type::kString:
      break;
  }
  return "string";
}

bool IsNullSchema(const Value& schema) {
  if (!schema.is_object()) return false;
  Value type = schema.Find("type");
  if (IsString(type) && (type.Is("null") || type.Is("NULL"))) return true;
  Value only = schema.Find("const");
  if (only.valid() && only.is_null()) return true;
  Value values = schema.Find("enum");
  if (!IsArray(values) || values.empty_container()) return false;
  for (Value value : values.items()) {
    if (!value.is_null()) return false;
  }
  return true;
}

bool SpeaksOf(Keyword keyword, Type type) {
  bool numeric = type == Type::kNumber || type == Type::kInteger;
  switch (keyword) {
    case Keyword::kPattern:
    case Keyword::kMinLength:
    case Keyword::kMaxLength:
      return type == Type::kString;
    case Keyword::kFormat:
      return type == Type::kString || numeric;
    case Keyword::kMinimum:
    case Keyword::kMaximum:
    case Keyword::kExclusiveMinimum:
    case Keyword::kExclusiveMaximum:
      return numeric;
    case Keyword::kItems:
    case Keyword::kPrefixItems:
    case Keyword::kMinItems:
    case Keyword::kMaxItems:
      return type == Type::kArray;
    case Keyword::kProperties:
    case Keyword::kRequired:
    case Keyword::kMinProperties:
    case Keyword::kMaxProperties:
    case Keyword::kPropertyOrdering:
      return type == Type::kObject;
    default:
      return true;
  }
}

bool IsKnownFormat(std::string_view format, Type type) {
  switch (type) {
    case Type::kString:
      return format == "date-time" || format == "enum";
    case Type::kNumber:
      return format == "float" || format == "double";
    case Type::kInteger:
      return format == "int32" || format == "int64";
    default:
      return false;
  }
}

Type InferType(const MergedSchema& schema, Document& document) {
  if (schema.Has(Keyword::kProperties) || schema.Has(Keyword::kRequired) ||
      schema.Has(Keyword::kAdditionalProperties)) {
    return Type::kObject;
  }
  if (schema.Has(Keyword::kItems) || schema.Has(Keyword::kPrefixItems)) return Type::kArray;
  Type of_values = TypeOfValues(schema, document);
  if (of_values != Type::kNone) return of_values;
  if (schema.Has(Keyword::kPattern) || schema.Has(Keyword::kMinLength) ||
      schema.Has(Keyword::kMaxLength) || schema.Has(Keyword::kFormat)) {
    return Type::kString;
  }
  for (Keyword keyword : {Keyword::kMinimum, Keyword::kMaximum, Keyword::kExclusiveMinimum,
                          Keyword::kExclusiveMaximum}) {
    if (schema.Has(keyword)) return Type::kNumber;
  }
  return Type::kNone;
}

}  // namespace aiproxy
