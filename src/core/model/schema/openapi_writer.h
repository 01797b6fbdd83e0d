// Writes one schema as Google's subset of OpenAPI: unions, types, and what is said of one type.
#pragma once

#include <cstddef>

#include "core/model/schema/merged_schema.h"
#include "core/model/schema/schema.h"
#include "core/model/schema/schema_types.h"

namespace aiproxy {

class OpenApiWriter {
 public:
  /// The note at a null that is expressed so.
  static constexpr std::string_view kNullable = "null is written as 'nullable'";

  OpenApiWriter(SchemaSource& source, const GoogleSchemaOptions& options, Writer& writer)
      : source_(source), options_(options), writer_(writer), merger_(source) {}

  void Run() { WriteSchema(source_.root(), 0, options_.is_parameters); }

 private:
  /// The types that a place may have, as the schema spells them.
  struct Types {
    List<Text> words;
    Value list;  // they came in
    bool nullable = false;
  };

  Arena& arena() { return source_.context().arena; }
  Value Get(const MergedSchema& schema, Keyword keyword) const;
  void WriteSchema(const Value& schema, std::size_t depth, bool is_root = false);
  void WriteMerged(MergedSchema& schema, const Value& at, std::size_t depth, bool is_root);
  /// What only names things, and what S2 keeps, is expressed by what is written.
  void UseDefinitions(MergedSchema& schema);
  /// Takes null and lone variants out of a union; whether there may be more to do.
  bool ResolveUnion(MergedSchema& schema);
  void WriteUnion(const MergedSchema& schema, const Value& variants, std::size_t depth);
  /// The parameters of a function are an object: all properties that one variant has, and required
  /// only what all of them demand.
  void WriteRootUnion(MergedSchema& schema, const Value& variants, std::size_t depth);
  bool Names(const List<Value>& names, const Value& name);
  Types TypesOf(MergedSchema& schema, const Value& at, bool is_root);
  void OnlyObject(MergedSchema& schema, Types& types);
  void AddType(const Value& word, Types& types);
  void WriteTyped(MergedSchema& schema, const Text& word, std::size_t depth);
  void WriteType(const Text& word);
  void WriteNullable();
  void WriteKey(Keyword keyword) { writer_.Key(Text::Plain(KeywordName(keyword))); }
  void WriteIf(bool fits, Keyword keyword, const Value& value);
  void WriteExamples(const MergedSchema& schema, const Value& examples);
  void WriteFormat(const Value& format, Type type);
  /// `enum` is a list of strings; `const` is one of them.
  void WriteValues(MergedSchema& schema, Type type);
  void WriteItems(const MergedSchema& schema, std::size_t depth);
  List<Value> Distinct(const Value& tuple);
  void WriteAnyItems(const MergedSchema& schema, bool cut);
  /// Of an inclusive and an exclusive bound the narrower one, as an inclusive one.
  void WriteBound(MergedSchema& schema, Keyword inclusive, Keyword exclusive, Type type);
  void WriteExclusive(const Value& bound, Keyword inclusive, Type type, bool lower);
  void WriteProperties(const MergedSchema& schema, std::size_t depth);
  void WriteProperty(const SchemaProperty& property, std::size_t depth);
  void WriteOrdering(const MergedSchema& schema, const Value& ordering);
  List<std::string_view> PropertyNames(const MergedSchema& schema);
  void WriteRequired(const MergedSchema& schema);

  SchemaSource& source_;
  const GoogleSchemaOptions& options_;
  Writer& writer_;
  SchemaMerger merger_;
  std::size_t schemas_ = 0;
};

}  // namespace aiproxy
