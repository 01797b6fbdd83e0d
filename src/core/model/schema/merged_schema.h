// The keywords that hold for one place: its own, those it refers to, and those of its allOf.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/json/arena.h"
#include "core/json/value.h"
#include "core/model/schema/schema_source.h"

namespace aiproxy {

enum class Keyword : std::uint8_t {
  kType,
  kTitle,
  kDescription,
  kDefault,
  kExample,
  kExamples,
  kFormat,
  kEnum,
  kConst,
  kItems,
  kPrefixItems,
  kNullable,
  kPattern,
  kMinimum,
  kMaximum,
  kExclusiveMinimum,
  kExclusiveMaximum,
  kMinItems,
  kMaxItems,
  kMinLength,
  kMaxLength,
  kMinProperties,
  kMaxProperties,
  kPropertyOrdering,
  kAnyOf,
  kOneOf,
  kProperties,
  kRequired,
  kRef,
  kDefs,
  kId,
  kAnchor,
  kAdditionalProperties,
  kCount,
};

/// "minItems".
std::string_view KeywordName(Keyword keyword);

/// The note at a bound that another one makes superfluous.
inline constexpr std::string_view kNarrower = "another bound is narrower, and written";

struct SchemaProperty {
  Value key;
  Value schema;
  List<Value> alternatives;  // of which any may hold in the place of `schema`
};

class MergedSchema {
 public:
  MergedSchema() { values_.fill(kNoNode); }

  bool Has(Keyword keyword) const { return At(keyword) != kNoNode; }
  Value Get(Keyword keyword, Document& document) const {
    return Has(keyword) ? Value(document, At(keyword)) : Value();
  }
  void Set(Keyword keyword, const Value& value, Arena& arena) {
    if (!Has(keyword)) order.push_back(arena, keyword);
    values_[static_cast<std::size_t>(keyword)] = value.id();
  }
  /// It stays in `order`, and is skipped there.
  void Remove(Keyword keyword) { values_[static_cast<std::size_t>(keyword)] = kNoNode; }

  List<Keyword> order;  // in which they came first
  List<SchemaProperty> properties;
  List<std::uint32_t> by_name;  // of `properties`, sorted
  List<Value> required;
  bool nullable = false;
  std::string_view cut_type;  // of a reference that leads back into itself: what stands for it

 private:
  NodeId At(Keyword keyword) const { return values_[static_cast<std::size_t>(keyword)]; }

  std::array<NodeId, static_cast<std::size_t>(Keyword::kCount)> values_;
};

/// For each of the names whether an earlier one is the same. What is no string is not looked at.
List<bool> RepeatedNames(const List<Value>& names, SchemaSource& source);

/// Gathers the keywords of schemas. Remembers which schemas are being written, so that references
/// into them are cut.
class SchemaMerger {
 public:
  enum class References : std::uint8_t { kInlined, kKept };

  explicit SchemaMerger(SchemaSource& source) : source_(source) {}

  /// Adds what `schema` says to `into`. What both say and cannot both be written is reported.
  void Merge(const Value& schema, References references, MergedSchema& into);
  /// Adds of `outer` what `into` does not say itself; not its unions.
  void Inherit(const MergedSchema& outer, MergedSchema& into);

  /// Adds what one variant of a union says of a property: beside what other variants say of it.
  /// Those of the schema itself, the first `own`, win.
  void AddVariant(const SchemaProperty& property, std::size_t own, MergedSchema& into);

  /// The schemas that are being written, outermost first.
  std::size_t Open(const Value& schema);
  void CloseTo(std::size_t mark);
  /// Definitions do not stay where they are.
  void Move(const Value& definitions);
  bool IsOpen(const Value& schema) const;

  /// What "#", "#/a/b" or "#name" refers to; invalid when there is nothing.
  Value Resolve(const Value& reference);

 private:
  enum class Precedence : std::uint8_t { kOver, kBeneath };

  void Merge(const Value& schema, References references, Precedence precedence, MergedSchema& into);
  void Take(const Member& member, Precedence precedence, MergedSchema& into);
  void Leave(const Member& member);
  void Put(Keyword keyword, const Value& value, Precedence precedence, MergedSchema& into);
  void TakeProperties(const Value& properties, Precedence precedence, MergedSchema& into);
  void TakeProperty(const SchemaProperty& property, Precedence precedence, MergedSchema& into);
  /// The one of that name, which is added when there is none; nullptr when it was.
  SchemaProperty* FindOrAdd(const SchemaProperty& property, MergedSchema& into);
  void Follow(const Value& reference, MergedSchema& into);
  Value Step(const Value& from, std::string_view token);
  Value FindAnchor(std::string_view name);

  SchemaSource& source_;
  List<NodeId> open_;
};

}  // namespace aiproxy
