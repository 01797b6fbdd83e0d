#include "core/model/schema/schema_subset.h"

#include "core/model/schema/schema_types.h"

namespace aiproxy {

namespace {

using References = SchemaMerger::References;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxSchemas = 10'000;

class SubsetWriter {
 public:
  SubsetWriter(SchemaSource& source, Writer& writer)
      : source_(source), writer_(writer), merger_(source) {}

  void Run() { WriteSchema(source_.root(), 0); }

 private:
  Arena& arena() { return source_.context().arena; }

  void WriteSchema(const Value& schema, std::size_t depth) {
    if (depth > kMaxDepth || ++schemas_ > kMaxSchemas || !source_.Spend(1)) {
      source_.Drop(schema, kValueDegraded, "the schema is too large for {target}; cut here");
      return writer_.Literal("{\"type\":\"object\"}");
    }
    if (schema.is_bool()) return writer_.Value(source_.RawOf(schema));
    if (!schema.is_object()) {
      source_.Drop(schema, kValueDegraded, "not a schema; written as one that allows anything");
      return writer_.Literal("true");
    }
    std::size_t mark = merger_.Open(schema);
    MergedSchema merged;
    merger_.Merge(schema, ReferencesIn(schema), merged);
    WriteMerged(schema, merged, depth);
    merger_.CloseTo(mark);
  }

  /// A reference stands alone, or with members that start with '$'; others make it be inlined.
  References ReferencesIn(const Value& schema) {
    Value reference = schema.Find("$ref");
    if (!reference.valid()) return References::kKept;
    Value target = merger_.Resolve(reference);
    if (!target.valid()) return References::kInlined;
    if (merger_.IsOpen(target) || IsRecursive(target)) return References::kKept;
    for (Member member : schema.members()) {
      if (!source_.Decoded(member.key).starts_with('$')) return References::kInlined;
    }
    return References::kKept;
  }

  /// Whether a definition refers to anything at all: it might be itself, and is not inlined then.
  bool IsRecursive(const Value& definition) {
    Document& document = definition.document();
    NodeId end = document.node(definition.id()).next;
    for (NodeId node = definition.id(); node < end; ++node) {
      if (!source_.Spend(1)) return true;
      if (document.node(node).kind == JsonKind::kString && document.Raw(node) == "\"$ref\"") {
        return true;
      }
    }
    return false;
  }

  void WriteMerged(const Value& at, MergedSchema& schema, std::size_t depth) {
    Document& document = at.document();
    bool refers = schema.Has(Keyword::kRef);
    Value old = at.Find("definitions");
    writer_.BeginObject();
    if (!schema.cut_type.empty() && !schema.Has(Keyword::kType)) {
      writer_.Key("type");
      writer_.String(schema.cut_type);
    }
    for (std::size_t i = 0; i < schema.order.size(); ++i) {
      Keyword keyword = schema.order[i];
      if (!schema.Has(keyword)) continue;
      Value value = schema.Get(keyword, document);
      bool stays = !refers || KeywordName(keyword).starts_with('$');
      if (keyword == Keyword::kDefs && value.is_object())
        WriteDefinitions(value, old, depth);
      else if (stays)
        WriteKeyword(keyword, value, schema, depth);
      else
        source_.Drop(value, kFieldDropped, "{target} takes nothing beside a reference");
    }
    if (!IsObject(schema.Get(Keyword::kDefs, document))) WriteDefinitions({}, old, depth);
    writer_.EndObject();
  }

  void WriteKeyword(Keyword keyword, const Value& value, MergedSchema& schema, std::size_t depth) {
    switch (keyword) {
      case Keyword::kRef:
        return WriteReference(value);
      case Keyword::kType:
        return WriteType(value, schema.nullable);
      case Keyword::kNullable:
        // Not of JSON Schema: with a type it is one of them.
        if (!value.is_true() || IsString(schema.Get(Keyword::kType, value.document())))
          return source_.Use(value);
        break;
      case Keyword::kEnum:
        return WriteEnum(value, schema);
      case Keyword::kTitle:
      case Keyword::kDescription:
      case Keyword::kFormat:
      case Keyword::kMinItems:
      case Keyword::kMaxItems:
      case Keyword::kPropertyOrdering:
      case Keyword::kId:
      case Keyword::kAnchor:
        return WriteRaw(keyword, value);
      case Keyword::kConst:
        return WriteConst(value);
      case Keyword::kMinimum:
      case Keyword::kExclusiveMinimum:
        return WriteBound(schema, Keyword::kMinimum, Keyword::kExclusiveMinimum);
      case Keyword::kMaximum:
      case Keyword::kExclusiveMaximum:
        return WriteBound(schema, Keyword::kMaximum, Keyword::kExclusiveMaximum);
      case Keyword::kItems:
        if (value.is_array()) return WriteTuple(value, schema, depth);
        return WriteMember(keyword, value, depth);
      case Keyword::kAdditionalProperties:
        return WriteMember(keyword, value, depth);
      case Keyword::kPrefixItems:
      case Keyword::kAnyOf:
      case Keyword::kOneOf:
        if (value.is_array()) return WriteList(keyword, value, depth);
        return source_.Drop(value, kWrongType, "expected an array");
      case Keyword::kProperties:
        return WriteProperties(schema, depth);
      case Keyword::kRequired:
        return WriteRequired(schema);
      case Keyword::kDefs:
        return source_.Drop(value, kWrongType, "expected an object");
      case Keyword::kDefault:
      case Keyword::kExample:
      case Keyword::kExamples:
      case Keyword::kPattern:
      case Keyword::kMinLength:
      case Keyword::kMaxLength:
      case Keyword::kMinProperties:
      case Keyword::kMaxProperties:
      case Keyword::kCount:
        break;
    }
    source_.Drop(value, kFieldDropped, "the keyword '{}' has no place in {target}",
                 KeywordName(keyword));
  }

  void WriteKey(Keyword keyword) { writer_.Key(Text::Plain(KeywordName(keyword))); }

  void WriteRaw(Keyword keyword, const Value& value) {
    WriteKey(keyword);
    writer_.Value(source_.RawOf(value));
  }

  void WriteMember(Keyword keyword, const Value& value, std::size_t depth) {
    WriteKey(keyword);
    WriteSchema(value, depth + 1);
  }

  void WriteList(Keyword keyword, const Value& list, std::size_t depth) {
    if (list.empty_container()) source_.Use(list);
    WriteKey(keyword);
    writer_.BeginArray();
    for (Value item : list.items()) WriteSchema(item, depth + 1);
    writer_.EndArray();
  }

  /// "#/definitions/x" is "#/$defs/x" there.
  void WriteReference(const Value& reference) {
    constexpr std::string_view kOld = "#/definitions/";
    if (!reference.is_string()) return source_.Drop(reference, kWrongType, "expected a string");
    WriteKey(Keyword::kRef);
    std::string_view body = reference.body();
    if (!body.starts_with(kOld)) return writer_.String(source_.TextOf(reference));
    source_.Report(reference, kSchemaRewritten, "'definitions' is '$defs'");
    source_.Use(reference);
    writer_.BeginString();
    writer_.AppendLiteral("#/$defs/");
    Text rest = Text::Of(reference);
    rest.bytes = body.substr(kOld.size());
    rest.node = kNoNode;
    writer_.AppendText(rest);
    writer_.EndString();
  }

  /// Those of the old keyword stand among those of the new one.
  void WriteDefinitions(const Value& definitions, const Value& old, std::size_t depth) {
    List<Value> names;
    List<Value> schemas;
    for (const Value& from : {definitions, old}) {
      if (!IsObject(from)) continue;
      if (from.empty_container()) source_.Use(from);
      for (Member member : from.members()) {
        names.push_back(arena(), member.key);
        schemas.push_back(arena(), member.value);
      }
    }
    if (names.empty()) return;
    List<bool> repeated = RepeatedNames(names, source_);
    WriteKey(Keyword::kDefs);
    writer_.BeginObject();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (repeated[i]) {
        source_.Drop(schemas[i], kValueDegraded, "another definition has this name");
        continue;
      }
      writer_.Key(source_.TextOf(names[i]));
      WriteSchema(schemas[i], depth + 1);
    }
    writer_.EndObject();
  }

  static bool IsWord(const Value& value) { return value.is_string() || value.is_number(); }

  /// One of the seven words, in lower case.
  bool WriteTypeWord(const Value& word) {
    bool null = word.is_string() && (word.Is("null") || word.Is("NULL"));
    Type type = word.is_string() ? TypeOf(source_.Decoded(word)) : Type::kNone;
    if (!null && type == Type::kNone) {
      source_.Drop(word, kValueDropped, "{target} has no such type");
      return false;
    }
    std::string_view small = null ? "null" : Word(type);
    if (!word.Is(small))
      source_.Report(word, kSchemaRewritten, "the type is written in small letters");
    source_.Use(word);
    writer_.String(small);
    return true;
  }

  void WriteType(const Value& type, bool nullable) {
    bool any = false;
    auto known = [&](const Value& word) {
      return word.is_string() &&
             (word.Is("null") || word.Is("NULL") || TypeOf(source_.Decoded(word)) != Type::kNone);
    };
    if (!type.is_array()) {
      if (!known(type)) return source_.Drop(type, kValueDropped, "{target} has no such type");
      WriteKey(Keyword::kType);
      if (!nullable) return static_cast<void>(WriteTypeWord(type));
      source_.Report(type, kSchemaRewritten, "'nullable' is written as a type");
      writer_.BeginArray();
      WriteTypeWord(type);
      writer_.String("null");
      return writer_.EndArray();
    }
    for (Value word : type.items()) any |= known(word);
    if (!any) return source_.Drop(type, kValueDropped, "{target} has no such type");
    WriteKey(Keyword::kType);
    writer_.BeginArray();
    for (Value word : type.items()) WriteTypeWord(word);
    writer_.EndArray();
  }

  /// Of strings and numbers; null beside them is another variant.
  void WriteEnum(const Value& values, const MergedSchema& schema) {
    Document& document = values.document();
    Value only = schema.Get(Keyword::kConst, document);
    if (only.valid() && IsWord(only)) return source_.Use(values);
    if (!values.is_array()) return source_.Drop(values, kWrongType, "expected an array");
    bool null = false;
    bool words = false;
    bool others = false;
    for (Value value : values.items()) {
      null |= value.is_null();
      words |= IsWord(value);
      others |= !value.is_null() && !IsWord(value);
    }
    bool in_union = schema.Has(Keyword::kAnyOf) || schema.Has(Keyword::kOneOf);
    if (others || !words || (null && in_union)) {
      return source_.Drop(values, kValueDropped, "{target} has enums of strings and numbers only");
    }
    if (!null) return WriteRaw(Keyword::kEnum, values);
    source_.Report(values, kSchemaRewritten, "null is written as a variant of its own");
    writer_.Key("anyOf\":[{\"enum");
    writer_.BeginArray();
    for (Value value : values.items()) {
      if (!value.is_null()) writer_.Value(source_.RawOf(value));
    }
    writer_.EndArray();
    writer_.output().Append("},{\"type\":\"null\"}]");
    source_.Use(values);
  }

  void WriteConst(const Value& only) {
    if (!IsWord(only)) {
      return source_.Drop(only, kValueDropped, "{target} has fixed strings and numbers only");
    }
    source_.Report(only, kSchemaRewritten, "written as an enum of one value");
    WriteKey(Keyword::kEnum);
    writer_.BeginArray();
    writer_.Value(source_.RawOf(only));
    writer_.EndArray();
  }

  void WriteTuple(const Value& items, const MergedSchema& schema, std::size_t depth) {
    if (schema.Has(Keyword::kPrefixItems)) {
      return source_.Drop(items, kFieldDropped, "the prefix items stand for the tuple");
    }
    if (items.empty_container()) {
      source_.Report(items, kSchemaRewritten, "a tuple of nothing; left out");
      return source_.Use(items);
    }
    source_.Report(items, kSchemaRewritten, "a tuple is written as prefixItems");
    WriteList(Keyword::kPrefixItems, items, depth);
  }

  void WriteBound(MergedSchema& schema, Keyword inclusive, Keyword exclusive) {
    Document& document = source_.root().document();
    Value bound = schema.Get(inclusive, document);
    Value beyond = schema.Get(exclusive, document);
    schema.Remove(inclusive);
    schema.Remove(exclusive);
    if (beyond.valid() && beyond.is_number() && !bound.valid()) {
      source_.Report(beyond, kValueDegraded, "{target} has inclusive bounds only");
      return WriteRaw(inclusive, beyond);
    }
    if (beyond.valid() && beyond.is_true() && bound.valid()) {
      source_.Report(bound, kValueDegraded, "{target} has inclusive bounds only");
      source_.Use(beyond);
    } else if (beyond.valid()) {
      if (beyond.is_bool())
        source_.Use(beyond);
      else
        source_.Drop(beyond, kValueDegraded, "the inclusive bound beside it is written");
    }
    if (bound.valid()) WriteRaw(inclusive, bound);
  }

  void WriteProperties(const MergedSchema& schema, std::size_t depth) {
    WriteKey(Keyword::kProperties);
    writer_.BeginObject();
    for (const SchemaProperty& property : schema.properties) {
      writer_.Key(source_.TextOf(property.key));
      WriteSchema(property.schema, depth + 1);
    }
    writer_.EndObject();
  }

  void WriteRequired(const MergedSchema& schema) {
    List<bool> repeated = RepeatedNames(schema.required, source_);
    bool any = false;
    for (std::size_t i = 0; i < schema.required.size(); ++i) {
      const Value& item = schema.required[i];
      if (!item.is_string() || repeated[i]) {
        source_.Drop(item, kValueDropped, "not a name, or one that is there already");
        continue;
      }
      if (!any) {
        WriteKey(Keyword::kRequired);
        writer_.BeginArray();
      }
      any = true;
      writer_.String(source_.TextOf(item));
    }
    if (any) writer_.EndArray();
  }

  SchemaSource& source_;
  Writer& writer_;
  SchemaMerger merger_;
  std::size_t schemas_ = 0;
};

}  // namespace

void WriteJsonSubset(SchemaSource& source, Writer& writer) { SubsetWriter(source, writer).Run(); }

}  // namespace aiproxy
