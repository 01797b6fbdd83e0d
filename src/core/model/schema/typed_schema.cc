// OpenApiWriter: what is said of values of one type.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

#include "core/model/schema/openapi_writer.h"

namespace aiproxy {

namespace {

constexpr std::string_view kAnyItems = "{target} wants to know the items; strings are written";

bool AreStrings(const Value& values) {
  for (Value value : values.items()) {
    if (!value.is_string() && !value.is_null()) return false;
  }
  return true;
}

/// The words of a schema that is nothing but fixed strings; false when it is anything else.
bool TakeWords(const Value& schema, Arena& arena, List<Value>& words) {
  if (!schema.is_object()) return false;
  std::size_t before = words.size();
  for (Member member : schema.members()) {
    const Value& value = member.value;
    if (member.key.Is("type")) {
      if (!value.is_string() || !value.Is("string")) return false;
    } else if (member.key.Is("const")) {
      if (!value.is_string() || value.body().empty()) return false;
      words.push_back(arena, value);
    } else if (member.key.Is("enum") && value.is_array()) {
      for (Value item : value.items()) {
        if (!item.is_string() || item.body().empty()) return false;
        words.push_back(arena, item);
      }
    } else {
      return false;
    }
  }
  return words.size() > before;
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
    if (!SpeaksOf(keyword, type)) {
      source_.Drop(value, kFieldDropped, "says nothing about this type");
      continue;
    }
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
        WriteValues(schema, type);
        break;
      case Keyword::kItems:
      case Keyword::kPrefixItems:
        if (cut || items_written) {
          source_.Drop(value, kFieldDropped, "{target} has one schema for all items");
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
        if (!cut) WriteOrdering(schema, value);
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
      source_.Report(examples, kSchemaRewritten, "written as 'example'");
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
void OpenApiWriter::WriteValues(MergedSchema& schema, Type type) {
  Value only = Get(schema, Keyword::kConst);
  Value values = Get(schema, Keyword::kEnum);
  schema.Remove(Keyword::kConst);
  schema.Remove(Keyword::kEnum);
  if (only.valid()) {
    if (values.valid()) source_.Use(values);
    if (type != Type::kString || !only.is_string() || only.body().empty()) {
      return source_.Drop(only, kValueDropped, "{target} has fixed values for strings only");
    }
    source_.Report(only, kSchemaRewritten, "written as an enum of one value");
    writer_.Key("enum");
    writer_.BeginArray();
    writer_.String(source_.TextOf(only));
    return writer_.EndArray();
  }
  if (!values.is_array()) return source_.Drop(values, kWrongType, "expected an array");
  bool says_nothing = values.empty_container();
  if ((type != Type::kString && !says_nothing) || !AreStrings(values)) {
    return source_.Drop(values, kValueDropped, "{target} has enums of strings only");
  }
  bool any = false;
  List<Value> list;
  for (Value value : values.items()) list.push_back(arena(), value);
  List<bool> repeated = RepeatedNames(list, source_);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value& value = list[i];
    if (value.is_null()) {
      schema.nullable = true;
      source_.Report(value, kSchemaRewritten, kNullable);
    } else if (value.body().empty()) {
      source_.Drop(value, kValueDropped, "{target} refuses an empty string in an enum");
    } else if (repeated[i]) {
      source_.Report(value, kSchemaRewritten, "said twice, and written once");
      source_.Use(value);
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
    source_.Report(tuple, kValueDegraded, kAnyItems);
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
  struct Item {
    std::string_view raw;
    std::size_t order;
  };
  List<Item> sorted;
  List<Value> items;
  for (Value item : tuple.items()) {
    sorted.push_back(arena(), {item.raw(), items.size()});
    items.push_back(arena(), item);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Item& a, const Item& b) {
    return std::tie(a.raw, a.order) < std::tie(b.raw, b.order);
  });
  List<bool> repeated;
  for (std::size_t i = 0; i < items.size(); ++i) repeated.push_back(arena(), false);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    repeated[sorted[i].order] = sorted[i].raw == sorted[i - 1].raw;
  }
  List<Value> distinct;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (repeated[i])
      source_.Use(items[i]);
    else
      distinct.push_back(arena(), items[i]);
  }
  return distinct;
}

void OpenApiWriter::WriteAnyItems(const MergedSchema& schema, bool cut) {
  writer_.Key("items");
  writer_.Literal("{\"type\":\"string\"}");
  Value type = Get(schema, Keyword::kType);
  if (!cut && type.valid()) {
    source_.Report(type, kValueDegraded, kAnyItems);
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
    source_.Report(narrower ? bound : beyond, kSchemaRewritten, kNarrower);
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
    WriteProperty(property, depth);
  }
  if (any) writer_.EndObject();
}

/// What variants of a union say of one property: any of it, and one enum where all are words.
void OpenApiWriter::WriteProperty(const SchemaProperty& property, std::size_t depth) {
  if (property.alternatives.empty()) return WriteSchema(property.schema, depth + 1);
  List<Value> words;
  bool all_words = TakeWords(property.schema, arena(), words);
  for (const Value& other : property.alternatives) {
    all_words = all_words && TakeWords(other, arena(), words);
  }
  writer_.BeginObject();
  if (!all_words) {
    writer_.Key("anyOf");
    writer_.BeginArray();
    WriteSchema(property.schema, depth + 2);
    for (const Value& other : property.alternatives) WriteSchema(other, depth + 2);
    writer_.EndArray();
    return writer_.EndObject();
  }
  writer_.Key("type\":\"string\",\"enum");
  writer_.BeginArray();
  List<bool> repeated = RepeatedNames(words, source_);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!repeated[i]) writer_.String(source_.TextOf(words[i]));
  }
  writer_.EndArray();
  writer_.EndObject();
  source_.Use(property.schema);
  for (const Value& other : property.alternatives) source_.Use(other);
}

/// Sorted.
List<std::string_view> OpenApiWriter::PropertyNames(const MergedSchema& schema) {
  List<std::string_view> names;
  for (const SchemaProperty& property : schema.properties) {
    if (property.schema.kind() != JsonKind::kFalse)
      names.push_back(arena(), source_.Decoded(property.key));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void OpenApiWriter::WriteOrdering(const MergedSchema& schema, const Value& ordering) {
  if (!ordering.is_array()) return source_.Drop(ordering, kWrongType, "expected an array");
  List<std::string_view> names = PropertyNames(schema);
  bool any = false;
  for (Value item : ordering.items()) {
    if (!item.is_string() ||
        !std::binary_search(names.begin(), names.end(), source_.Decoded(item))) {
      source_.Drop(item, kValueDropped, "no property of the schema");
      continue;
    }
    if (!any) {
      WriteKey(Keyword::kPropertyOrdering);
      writer_.BeginArray();
    }
    any = true;
    writer_.String(source_.TextOf(item));
  }
  if (any)
    writer_.EndArray();
  else
    source_.Use(ordering);
}

void OpenApiWriter::WriteRequired(const MergedSchema& schema) {
  List<std::string_view> names = PropertyNames(schema);
  List<bool> repeated = RepeatedNames(schema.required, source_);
  bool any = false;
  for (std::size_t i = 0; i < schema.required.size(); ++i) {
    const Value& item = schema.required[i];
    if (!item.is_string()) {
      source_.Drop(item, kWrongType, "expected a string");
      continue;
    }
    std::string_view name = source_.Decoded(item);
    if (!std::binary_search(names.begin(), names.end(), name)) {
      source_.Drop(item, kValueDropped, "'{}' is no property of the schema", name);
      continue;
    }
    if (repeated[i]) {
      source_.Drop(item, kValueDropped, "'{}' is named twice", name);
      continue;
    }
    if (!any) {
      writer_.Key("required");
      writer_.BeginArray();
    }
    any = true;
    writer_.String(source_.TextOf(item));
  }
  if (any) writer_.EndArray();
}

}  // namespace aiproxy
