// OpenApiWriter: references, unions and types; and the doors of schema.h.
#include <algorithm>

#include "core/json/field_names.h"
#include "core/model/schema/openapi_writer.h"
#include "core/model/schema/schema_subset.h"

namespace aiproxy {

namespace {

using References = SchemaMerger::References;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxSchemas = 10'000;

}  // namespace

Value OpenApiWriter::Get(const MergedSchema& schema, Keyword keyword) const {
  return schema.Get(keyword, source_.root().document());
}

void OpenApiWriter::WriteSchema(const Value& schema, std::size_t depth, bool is_root) {
  if (depth > kMaxDepth || ++schemas_ > kMaxSchemas || !source_.Spend(1)) {
    source_.Drop(schema, kValueDegraded, "the schema is too large for {target}; cut here");
    return writer_.Literal("{\"type\":\"object\"}");
  }
  if (!schema.is_object()) {
    source_.Drop(schema, kValueDegraded, "{target} wants a type; written as a string");
    return writer_.Literal("{\"type\":\"string\"}");
  }
  std::size_t mark = merger_.Open(schema);
  MergedSchema merged;
  merger_.Merge(schema, References::kInlined, merged);
  WriteMerged(merged, schema, depth, is_root);
  merger_.CloseTo(mark);
}

void OpenApiWriter::WriteMerged(MergedSchema& schema, const Value& at, std::size_t depth,
                                bool is_root) {
  UseDefinitions(schema);
  while (ResolveUnion(schema)) {
  }
  Keyword unions = schema.Has(Keyword::kAnyOf) ? Keyword::kAnyOf : Keyword::kOneOf;
  if (schema.Has(unions)) {
    if (is_root) return WriteRootUnion(schema, Get(schema, unions), depth);
    return WriteUnion(schema, Get(schema, unions), depth);
  }
  Types types = TypesOf(schema, at, is_root);
  schema.nullable |= types.nullable;
  if (types.words.size() == 1) return WriteTyped(schema, types.words[0], depth);
  source_.Report(types.list, kSchemaRewritten, "{target} has one type a schema; written as anyOf");
  source_.Use(types.list);
  writer_.BeginObject();
  writer_.Key("anyOf");
  writer_.BeginArray();
  for (Text& word : types.words) {
    word.node = kNoNode;
    MergedSchema variant;
    Type type = TypeOf(word.Decode(arena()));
    variant.nullable = schema.nullable;
    variant.properties = schema.properties;
    variant.required = schema.required;
    for (Keyword keyword : schema.order) {
      if (!schema.Has(keyword) || !SpeaksOf(keyword, type)) continue;
      variant.Set(keyword, Get(schema, keyword), arena());
    }
    WriteTyped(variant, word, depth);
  }
  writer_.EndArray();
  writer_.EndObject();
}

/// What only names things, and what S2 keeps, is expressed by what is written.
void OpenApiWriter::UseDefinitions(MergedSchema& schema) {
  if (schema.Has(Keyword::kDefs)) merger_.Move(Get(schema, Keyword::kDefs));
  for (Keyword keyword : {Keyword::kId, Keyword::kAnchor}) {
    if (!schema.Has(keyword)) continue;
    source_.Report(Get(schema, keyword), kSchemaRewritten, "a name; it is left out");
    source_.Use(Get(schema, keyword));
  }
  for (Keyword keyword : {Keyword::kDefs, Keyword::kId, Keyword::kAnchor}) schema.Remove(keyword);
  Value additional = Get(schema, Keyword::kAdditionalProperties);
  if (!additional.valid()) return;
  if (additional.is_true())
    source_.Use(additional);
  else
    source_.Drop(additional, kFieldDropped, "the keyword '{}' has no place in {target}",
                 "additionalProperties");
}

/// Takes null and lone variants out of a union; whether there may be more to do.
bool OpenApiWriter::ResolveUnion(MergedSchema& schema) {
  if (schema.Has(Keyword::kAnyOf) && schema.Has(Keyword::kOneOf)) {
    source_.Drop(Get(schema, Keyword::kOneOf), kFieldDropped,
                 "{target} has no place for two unions in one schema");
    schema.Remove(Keyword::kOneOf);
  }
  Keyword keyword = schema.Has(Keyword::kAnyOf) ? Keyword::kAnyOf : Keyword::kOneOf;
  if (!schema.Has(keyword)) return false;
  Value variants = Get(schema, keyword);
  if (!variants.is_array() || variants.empty_container()) {
    source_.Drop(variants, kFieldDropped, "a union without variants");
    schema.Remove(keyword);
    return false;
  }
  Value only;
  std::size_t count = 0;
  for (Value variant : variants.items()) {
    if (IsNullSchema(variant)) {
      schema.nullable = true;
      source_.Use(variant);
    } else {
      only = variant;
      ++count;
    }
  }
  if (count > 1) return false;
  schema.Remove(keyword);
  source_.Report(variants, kSchemaRewritten, "written without the union");
  if (count == 0) {
    schema.cut_type = "string";
    return false;
  }
  merger_.Open(only);
  merger_.Merge(only, References::kInlined, schema);
  UseDefinitions(schema);
  return true;
}

void OpenApiWriter::WriteUnion(const MergedSchema& schema, const Value& variants,
                               std::size_t depth) {
  if (schema.Has(Keyword::kOneOf)) {
    source_.Report(variants, kValueDegraded, "{target} has anyOf only");
  }
  writer_.BeginObject();
  writer_.Key("anyOf");
  writer_.BeginArray();
  for (Value variant : variants.items()) {
    if (IsNullSchema(variant)) {
      source_.Report(variant, kSchemaRewritten, kNullable);
      continue;
    }
    if (!variant.is_object() || depth >= kMaxDepth || ++schemas_ > kMaxSchemas) {
      WriteSchema(variant, depth + 1);
      continue;
    }
    std::size_t mark = merger_.Open(variant);
    MergedSchema merged;
    merger_.Merge(variant, References::kInlined, merged);
    merger_.Inherit(schema, merged);
    WriteMerged(merged, variant, depth + 1, false);
    merger_.CloseTo(mark);
  }
  writer_.EndArray();
  writer_.EndObject();
}

/// The parameters of a function are an object: all properties that one variant has, and required
/// only what all of them demand.
void OpenApiWriter::WriteRootUnion(MergedSchema& schema, const Value& variants, std::size_t depth) {
  source_.Report(variants, kValueDegraded,
                 "the parameters of a function are one object in {target}; variants are merged");
  if (schema.Has(Keyword::kType)) source_.Use(Get(schema, Keyword::kType));
  List<Value> common;
  bool first = true;
  std::size_t own = schema.properties.size();
  std::size_t mark = merger_.Open(variants);
  for (Value variant : variants.items()) {
    if (IsNullSchema(variant)) continue;
    MergedSchema merged;
    merger_.Merge(variant, References::kInlined, merged);
    UseDefinitions(merged);
    if (merged.Has(Keyword::kType)) source_.Use(Get(merged, Keyword::kType));
    List<Value> kept;
    for (const Value& name : first ? merged.required : common) {
      if (first || Names(merged.required, name))
        kept.push_back(arena(), name);
      else
        source_.Use(name);
    }
    if (!first) {
      for (const Value& name : merged.required) source_.Use(name);
    }
    common = kept;
    first = false;
    for (const SchemaProperty& property : merged.properties) {
      merger_.AddVariant(property, own, schema);
    }
    merged.properties = {};
    merged.required = {};
    merger_.Inherit(merged, schema);
  }
  for (const Value& name : common) schema.required.push_back(arena(), name);
  if (!schema.required.empty() && !schema.Has(Keyword::kRequired))
    schema.Set(Keyword::kRequired, schema.required[0], arena());
  schema.Remove(Keyword::kAnyOf);
  schema.Remove(Keyword::kOneOf);
  WriteTyped(schema, Text::Plain("object"), depth);
  merger_.CloseTo(mark);
}

bool OpenApiWriter::Names(const List<Value>& names, const Value& name) {
  if (!name.is_string() || !source_.Spend(names.size())) return false;
  std::string_view decoded = source_.Decoded(name);
  return std::any_of(names.begin(), names.end(), [&](const Value& other) {
    return other.is_string() && source_.Decoded(other) == decoded;
  });
}

OpenApiWriter::Types OpenApiWriter::TypesOf(MergedSchema& schema, const Value& at, bool is_root) {
  Types types;
  if (!schema.cut_type.empty()) {
    types.words.push_back(arena(), Text::Plain(schema.cut_type));
    if (schema.Has(Keyword::kType)) source_.Use(Get(schema, Keyword::kType));
    return types;
  }
  Value type = Get(schema, Keyword::kType);
  if (IsString(type)) AddType(type, types);
  if (IsArray(type)) {
    types.list = type;
    for (Value word : type.items()) AddType(word, types);
    if (types.words.size() == 1 && !is_root) {
      source_.Report(type, kSchemaRewritten, "one type and null are written as 'nullable'");
      source_.Use(type);
    }
  }
  if (is_root) OnlyObject(schema, types);
  if (!types.words.empty()) return types;
  if (types.nullable) {
    source_.Drop(type, kValueDegraded, "{target} has no type for null alone; a nullable string");
    types.words.push_back(arena(), Text::Plain("string"));
    return types;
  }
  if (type.valid()) {
    source_.Drop(type, kValueDegraded, "{target} has no such type");
  }
  Type inferred = InferType(schema, source_.root().document());
  if (inferred == Type::kNone && is_root) inferred = Type::kObject;
  if (inferred == Type::kNone && !type.valid()) {
    source_.Report(at, kValueDegraded, "{target} wants a type; written as a string");
  } else if (!type.valid() && schema.cut_type.empty()) {
    source_.Report(at, kSchemaRewritten, "{target} wants a type; the keywords tell which");
  }
  types.words.push_back(arena(), Text::Plain(Word(inferred)));
  return types;
}

/// The parameters of a function are an object, whatever else they may be.
void OpenApiWriter::OnlyObject(MergedSchema& schema, Types& types) {
  for (const Text& word : types.words) {
    bool only = types.words.size() == 1 && !types.nullable;
    if (only && TypeOf(word.Decode(arena())) == Type::kObject) return;
  }
  if (!schema.Has(Keyword::kType)) return;
  source_.Drop(Get(schema, Keyword::kType), kValueDegraded,
               "the parameters of a function are an object in {target}");
  types = {};
  types.words.push_back(arena(), Text::Plain("object"));
}

void OpenApiWriter::AddType(const Value& word, Types& types) {
  if (!word.is_string()) return;
  Text text = source_.TextOf(word);
  std::string_view decoded = text.Decode(arena());
  if (decoded == "null" || decoded == "NULL") {
    types.nullable = true;
    return;
  }
  if (TypeOf(decoded) == Type::kNone) return;
  for (const Text& known : types.words) {
    if (known.Decode(arena()) == decoded) return;
  }
  bool has_small = decoded.find_first_of("abcdefghijklmnopqrstuvwxyz") != decoded.npos;
  bool mixed = has_small && decoded != Word(TypeOf(decoded));
  if (mixed) source_.Report(word, kSchemaRewritten, "the type is written in small letters");
  types.words.push_back(arena(), mixed ? Text::Plain(Word(TypeOf(decoded)), text.node) : text);
}

void WriteGoogleSchema(const Raw& schema, const GoogleSchemaOptions& options, CodecContext& context,
                       Writer& writer) {
  SchemaSource source(schema, options.owner, context);
  if (!source.root().valid()) return writer.Literal("{\"type\":\"object\"}");
  if (options.level == SchemaLevel::kJsonSubset) return WriteJsonSubset(source, writer);
  OpenApiWriter(source, options, writer).Run();
}

bool IsEmptyObjectSchema(const Raw& schema, CodecContext& context) {
  if (!schema.present()) return true;
  SchemaSource source(schema, kNoNode, context);
  if (!IsObject(source.root())) return false;
  static constexpr FieldNames kSilent("type", "properties", "additionalProperties", "required",
                                      "$schema", "title", "$comment", "$id");
  for (Member member : source.root().members()) {
    switch (kSilent.Find(member.key)) {
      case kSilent("type"):
        if (!member.value.is_string() || !member.value.Is("object")) return false;
        break;
      case kSilent("properties"):
      case kSilent("required"):
        if (!member.value.is_container() || !member.value.empty_container()) return false;
        break;
      case kSilent.kUnknown:
        return false;
      default:
        break;
    }
  }
  return true;
}

}  // namespace aiproxy
