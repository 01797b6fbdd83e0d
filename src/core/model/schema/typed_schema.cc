// OpenApiWriter: what is said of values of one type.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/model/schema/openapi_writer.h"

namespace aiproxy {

namespace {

bool AreStrings(const Value& values) {
  for (Value value : values.items()) {
    if (!value.is_string() && !value.is_null()) return false;
  }
  return true;
}

}  // namespace

void OpenApiWriter::WriteTyped(MergedSchema& schema, const Text& word, std::size_t depth) {
  Type type = TypeOf(word.Decode(arena()));
  bool type_written = false;
  bool nullable_written = false;
  bool items_written = false;
  bool cut = !schema.cut_type.empty();
  writer_.BeginObject();
  for (std::size_t i = 0; i < schema.order.size(); ++i) {
    Keyword keyword = schema.order[i];
    if (!schema.Has(keyword)) continue;
    Value value = Get(schema, keyword);
    switch (keyword) {
      case Keyword::kType:
        WriteType(word);
        type_written = true;
        break;
      case Keyword::kTitle:
      case Keyword::kDescription:
      case Keyword::kPattern:
        WriteIf(value.is_string(), keyword, value);
        break;
      case Keyword::kDefault:
      case Keyword::kExample:
        WriteIf(true, keyword, value);
        break;
      case Keyword::kExamples:
        WriteExamples(schema, value);
        break;
      case Keyword::kFormat:
        WriteFormat(value, type);
        break;
      case Keyword::kEnum:
      case Keyword::kConst:
        WriteValues(schema);
        break;
      case Keyword::kItems:
      case Keyword::kPrefixItems:
        if (cut || items_written || type != Type::kArray) {
          source_.Drop(value, kFieldDropped, "says nothing about this type");
        } else {
          WriteItems(schema, depth);
          items_written = true;
        }
        break;
      case Keyword::kNullable:
        source_.Use(value);
        if (!schema.nullable || !value.is_true()) break;
        WriteNullable();
        nullable_written = true;
        break;
      case Keyword::kMinimum:
      case Keyword::kExclusiveMinimum:
        WriteBound(schema, Keyword::kMinimum, Keyword::kExclusiveMinimum, type);
        break;
      case Keyword::kMaximum:
      case Keyword::kExclusiveMaximum:
        WriteBound(schema, Keyword::kMaximum, Keyword::kExclusiveMaximum, type);
        break;
      case Keyword::kMinItems:
      case Keyword::kMaxItems:
      case Keyword::kMinLength:
      case Keyword::kMaxLength:
      case Keyword::kMinProperties:
      case Keyword::kMaxProperties:
        WriteIf(value.is_number(), keyword, value);
        break;
      case Keyword::kPropertyOrdering:
        WriteIf(value.is_array(), keyword, value);
        break;
      case Keyword::kProperties:
        if (!cut) WriteProperties(schema, depth);
        break;
      case Keyword::kRequired:
        if (!cut) WriteRequired(schema);
        break;
      case Keyword::kAnyOf:
      case Keyword::kOneOf:
      case Keyword::kRef:
      case Keyword::kDefs:
      case Keyword::kId:
      case Keyword::kAnchor:
      case Keyword::kAdditionalProperties:
      case Keyword::kCount:
        break;
    }
  }
  if (!type_written) WriteType(word);
  if (type == Type::kArray && !items_written) WriteAnyItems(schema, cut);
  if (schema.nullable && !nullable_written) WriteNullable();
  writer_.EndObject();
}

void OpenApiWriter::WriteType(const Text& word) {
  writer_.Key("type");
  writer_.String(word);
}

void OpenApiWriter::WriteNullable() {
  writer_.Key("nullable");
  writer_.Bool(true);
}

void OpenApiWriter::WriteIf(bool fits, Keyword keyword, const Value& value) {
  if (!fits) return source_.Drop(value, kWrongType, "not of the type that JSON Schema says");
  WriteKey(keyword);
  writer_.Value(source_.RawOf(value));
}

void OpenApiWriter::WriteExamples(const MergedSchema& schema, const Value& examples) {
  if (schema.Has(Keyword::kExample) || !examples.is_array()) {
    return source_.Drop(examples, kFieldDropped, "{target} has one example a schema");
  }
  bool first = true;
  for (Value example : examples.items()) {
    if (first) {
      writer_.Key("example");
      writer_.Value(source_.RawOf(example));
    } else {
      source_.Drop(example, kFieldDropped, "{target} has one example a schema");
    }
    first = false;
  }
  if (first) source_.Use(examples);
}

void OpenApiWriter::WriteFormat(const Value& format, Type type) {
  if (format.is_string() && IsKnownFormat(source_.Decoded(format), type)) {
    return WriteIf(true, Keyword::kFormat, format);
  }
  source_.Drop(format, kFieldDropped, "{target} does not know this format of the type");
}

/// `enum` is a list of strings; `const` is one of them.
void OpenApiWriter::WriteValues(MergedSchema& schema) {
  Value only = Get(schema, Keyword::kConst);
  Value values = Get(schema, Keyword::kEnum);
  schema.Remove(Keyword::kConst);
  schema.Remove(Keyword::kEnum);
  if (only.valid()) {
    if (values.valid()) source_.Use(values);
    if (!only.is_string()) {
      return source_.Drop(only, kValueDropped, "{target} has fixed values for strings only");
    }
    source_.Report(only, kSchemaRewritten, "written as an enum of one value");
    writer_.Key("enum");
    writer_.BeginArray();
    writer_.String(source_.TextOf(only));
    return writer_.EndArray();
  }
  if (!values.is_array()) return source_.Drop(values, kWrongType, "expected an array");
  if (!AreStrings(values)) {
    return source_.Drop(values, kValueDropped, "{target} has enums of strings only");
  }
  bool any = false;
  for (Value value : values.items()) {
    if (value.is_null()) {
      schema.nullable = true;
    } else if (value.body().empty()) {
      source_.Drop(value, kValueDropped, "{target} refuses an empty string in an enum");
    } else {
      if (!any) {
        writer_.Key("enum");
        writer_.BeginArray();
      }
      any = true;
      writer_.String(source_.TextOf(value));
    }
  }
  if (any)
    writer_.EndArray();
  else
    source_.Use(values);
}

void OpenApiWriter::WriteItems(const MergedSchema& schema, std::size_t depth) {
  Value items = Get(schema, Keyword::kItems);
  Value tuple = Get(schema, Keyword::kPrefixItems);
  if (!tuple.valid() && IsArray(items)) {
    tuple = items;
    items = {};
  }
  writer_.Key("items");
  if (!IsArray(tuple) || tuple.empty_container()) {
    if (tuple.valid()) source_.Use(tuple);
    if (items.valid()) return WriteSchema(items, depth + 1);
    return writer_.Literal("{\"type\":\"string\"}");
  }
  source_.Report(tuple, kValueDegraded, "{target} has no tuples; any item may be any of these");
  if (items.valid()) source_.Drop(items, kFieldDropped, "{target} has no tuples");
  List<Value> variants = Distinct(tuple);
  if (variants.size() == 1) return WriteSchema(variants[0], depth + 1);
  writer_.BeginObject();
  writer_.Key("anyOf");
  writer_.BeginArray();
  for (const Value& variant : variants) WriteSchema(variant, depth + 1);
  writer_.EndArray();
  writer_.EndObject();
}

List<Value> OpenApiWriter::Distinct(const Value& tuple) {
  List<Value> distinct;
  for (Value item : tuple.items()) {
    bool known = !source_.Spend(distinct.size()) ||
                 std::any_of(distinct.begin(), distinct.end(),
                             [&](const Value& other) { return other.raw() == item.raw(); });
    if (known)
      source_.Use(item);
    else
      distinct.push_back(arena(), item);
  }
  return distinct;
}

void OpenApiWriter::WriteAnyItems(const MergedSchema& schema, bool cut) {
  writer_.Key("items");
  writer_.Literal("{\"type\":\"string\"}");
  Value type = Get(schema, Keyword::kType);
  if (!cut && type.valid()) {
    source_.Report(type, kValueDegraded, "{target} wants to know the items; strings are written");
  }
}

/// Of an inclusive and an exclusive bound the narrower one, as an inclusive one.
void OpenApiWriter::WriteBound(MergedSchema& schema, Keyword inclusive, Keyword exclusive,
                               Type type) {
  Value bound = Get(schema, inclusive);
  Value beyond = Get(schema, exclusive);
  bool lower = inclusive == Keyword::kMinimum;
  schema.Remove(inclusive);
  schema.Remove(exclusive);
  if (bound.valid() && !bound.is_number()) {
    source_.Drop(bound, kWrongType, "expected a number");
    bound = {};
  }
  if (beyond.valid() && beyond.is_bool()) {  // draft 4: says that the other one is exclusive
    source_.Use(beyond);
    if (beyond.is_true() && bound.valid()) return WriteExclusive(bound, inclusive, type, lower);
    beyond = {};
  }
  if (beyond.valid() && !beyond.is_number()) {
    source_.Drop(beyond, kWrongType, "expected a number");
    beyond = {};
  }
  if (bound.valid() && beyond.valid()) {
    double a = Number::Of(beyond).Real();
    double b = Number::Of(bound).Real();
    bool narrower = lower ? a >= b : a <= b;
    source_.Use(narrower ? bound : beyond);
    (narrower ? bound : beyond) = {};
  }
  if (beyond.valid()) return WriteExclusive(beyond, inclusive, type, lower);
  if (bound.valid()) WriteIf(true, inclusive, bound);
}

void OpenApiWriter::WriteExclusive(const Value& bound, Keyword inclusive, Type type, bool lower) {
  std::optional<std::int64_t> number = bound.Int();
  bool next = type == Type::kInteger && number && *number > INT64_MIN && *number < INT64_MAX;
  if (!next) {
    source_.Report(bound, kValueDegraded, "{target} has inclusive bounds only");
    return WriteIf(true, inclusive, bound);
  }
  source_.Report(bound, kSchemaRewritten, "written as an inclusive bound");
  source_.Use(bound);
  WriteKey(inclusive);
  writer_.Int(lower ? *number + 1 : *number - 1);
}

void OpenApiWriter::WriteProperties(const MergedSchema& schema, std::size_t depth) {
  bool any = false;
  for (const SchemaProperty& property : schema.properties) {
    if (property.schema.kind() == JsonKind::kFalse) {
      source_.Drop(property.schema, kFieldDropped, "a property that must not be there");
      continue;
    }
    if (!any) {
      writer_.Key("properties");
      writer_.BeginObject();
    }
    any = true;
    writer_.Key(source_.TextOf(property.key));
    WriteSchema(property.schema, depth + 1);
  }
  if (any) writer_.EndObject();
}

void OpenApiWriter::WriteRequired(const MergedSchema& schema) {
  List<std::string_view> names;
  for (const SchemaProperty& property : schema.properties) {
    if (property.schema.kind() != JsonKind::kFalse)
      names.push_back(arena(), source_.Decoded(property.key));
  }
  std::sort(names.begin(), names.end());
  List<std::string_view> written;
  for (const Value& item : schema.required) {
    if (!item.is_string()) {
      source_.Drop(item, kWrongType, "expected a string");
      continue;
    }
    std::string_view name = source_.Decoded(item);
    if (!std::binary_search(names.begin(), names.end(), name)) {
      source_.Drop(item, kValueDropped, "'{}' is no property of the schema", name);
      continue;
    }
    bool known = !source_.Spend(written.size()) ||
                 std::find(written.begin(), written.end(), name) != written.end();
    if (known) {
      source_.Drop(item, kValueDropped, "'{}' is named twice", name);
      continue;
    }
    if (written.empty()) {
      writer_.Key("required");
      writer_.BeginArray();
    }
    written.push_back(arena(), name);
    writer_.String(source_.TextOf(item));
  }
  if (!written.empty()) writer_.EndArray();
}

}  // namespace aiproxy
