#include "core/model/schema/merged_schema.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "core/json/field_names.h"
#include "core/model/schema/schema_types.h"

namespace aiproxy {

namespace {

// In the order of Keyword.
constexpr FieldNames kKeywords("type", "title", "description", "default", "example", "examples",
                               "format", "enum", "const", "items", "prefixItems", "nullable",
                               "pattern", "minimum", "maximum", "exclusiveMinimum",
                               "exclusiveMaximum", "minItems", "maxItems", "minLength", "maxLength",
                               "minProperties", "maxProperties", "propertyOrdering", "anyOf",
                               "oneOf", "properties", "required", "$ref", "$defs", "$id", "$anchor",
                               "additionalProperties");
static_assert(kKeywords("additionalProperties") ==
              static_cast<int>(Keyword::kAdditionalProperties));
static_assert(kKeywords("propertyOrdering") == static_cast<int>(Keyword::kPropertyOrdering));

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// One step of a JSON pointer in a URI fragment: %25 and ~1 decoded.
std::string DecodedToken(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    bool hex = token[i] == '%' && i + 2 < token.size() && HexDigit(token[i + 1]) >= 0 &&
               HexDigit(token[i + 2]) >= 0;
    if (hex) {
      text += static_cast<char>(HexDigit(token[i + 1]) * 16 + HexDigit(token[i + 2]));
      i += 2;
    } else {
      text += token[i];
    }
  }
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool escape =
        text[i] == '~' && i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1');
    decoded += escape ? (text[i + 1] == '0' ? '~' : '/') : text[i];
    if (escape) ++i;
  }
  return decoded;
}

/// Of two bounds that both hold, whether the first one says more.
bool IsNarrower(Keyword keyword, const Value& a, const Value& b) {
  double x = Number::Of(a).Real();
  double y = Number::Of(b).Real();
  switch (keyword) {
    case Keyword::kMinimum:
    case Keyword::kExclusiveMinimum:
    case Keyword::kMinItems:
    case Keyword::kMinLength:
    case Keyword::kMinProperties:
      return x >= y;
    default:
      return x <= y;
  }
}

bool IsBound(Keyword keyword) {
  return keyword >= Keyword::kMinimum && keyword <= Keyword::kMaxProperties;
}

}  // namespace

List<bool> RepeatedNames(const List<Value>& names, SchemaSource& source) {
  struct Named {
    std::string_view name;
    std::size_t order;
  };
  Arena& arena = source.context().arena;
  List<Named> sorted;
  List<bool> repeated;
  for (const Value& name : names) {
    if (name.is_string()) sorted.push_back(arena, {source.Decoded(name), repeated.size()});
    repeated.push_back(arena, false);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Named& a, const Named& b) {
    return std::tie(a.name, a.order) < std::tie(b.name, b.order);
  });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    repeated[sorted[i].order] = sorted[i].name == sorted[i - 1].name;
  }
  return repeated;
}

std::string_view KeywordName(Keyword keyword) { return kKeywords.Name(static_cast<int>(keyword)); }

std::size_t SchemaMerger::Open(const Value& schema) {
  std::size_t mark = open_.size();
  open_.push_back(source_.context().arena, schema.id());
  return mark;
}

void SchemaMerger::CloseTo(std::size_t mark) {
  while (open_.size() > mark) open_.pop_back();
}

bool SchemaMerger::IsOpen(const Value& schema) const {
  return std::find(open_.begin(), open_.end(), schema.id()) != open_.end();
}

void SchemaMerger::Merge(const Value& schema, References references, MergedSchema& into) {
  Merge(schema, references, Precedence::kOver, into);
}

void SchemaMerger::Merge(const Value& schema, References references, Precedence precedence,
                         MergedSchema& into) {
  if (!schema.is_object() || !source_.Spend(1)) return source_.Use(schema);
  if (schema.empty_container()) source_.Use(schema);
  Value reference;
  Value all_of;
  for (Member member : schema.members()) {
    if (!source_.Spend(1)) return;
    if (member.key.Is("$ref") && references == References::kInlined) {
      reference = member.value;
    } else if (member.key.Is("allOf") && member.value.is_array()) {
      all_of = member.value;
    } else {
      Take(member, precedence, into);
    }
  }
  if (reference.valid()) Follow(reference, into);
  if (!all_of.valid()) return;
  source_.Report(all_of, kSchemaRewritten, "merged into the schema that it belongs to");
  if (all_of.empty_container()) source_.Use(all_of);
  for (Value part : all_of.items()) Merge(part, References::kInlined, precedence, into);
}

void SchemaMerger::Take(const Member& member, Precedence precedence, MergedSchema& into) {
  const Value& value = member.value;
  int field = kKeywords.Find(member.key);
  if (field == kKeywords.kUnknown) return Leave(member);
  Keyword keyword = static_cast<Keyword>(field);
  switch (keyword) {
    case Keyword::kProperties:
      return TakeProperties(value, precedence, into);
    case Keyword::kRequired:
      // In draft 3 it was a flag of the property.
      if (!value.is_array()) return source_.Drop(value, kWrongType, "expected an array");
      if (value.empty_container()) return source_.Use(value);
      if (!into.Has(Keyword::kRequired)) into.Set(keyword, value, source_.context().arena);
      for (Value name : value.items()) {
        if (!source_.Spend(1)) return;
        into.required.push_back(source_.context().arena, name);
      }
      return;
    case Keyword::kNullable:
      if (value.is_true()) into.nullable = true;
      return Put(keyword, value, precedence, into);
    default:
      return Put(keyword, value, precedence, into);
  }
}

/// Keywords that say nothing about the values, or the default; the others have no place.
void SchemaMerger::Leave(const Member& member) {
  static constexpr FieldNames kSilent("$schema", "$comment", "definitions", "$vocabulary", "allOf",
                                      "uniqueItems", "deprecated", "readOnly", "writeOnly");
  const Value& value = member.value;
  switch (kSilent.Find(member.key)) {
    case kSilent("$schema"):
    case kSilent("$comment"):
    case kSilent("$vocabulary"):
      source_.Report(value, kSchemaRewritten, "it says nothing about the values, and is left out");
      return source_.Use(value);
    case kSilent("definitions"):
      return Move(value);
    case kSilent("uniqueItems"):
    case kSilent("deprecated"):
    case kSilent("readOnly"):
    case kSilent("writeOnly"):
      if (value.kind() == JsonKind::kFalse) return source_.Use(value);
      break;
    default:
      break;
  }
  source_.Drop(value, kFieldDropped, "the keyword '{}' has no place in {target}",
               source_.Decoded(member.key));
}

void SchemaMerger::Move(const Value& definitions) {
  if (!definitions.is_container() || !definitions.empty_container())
    source_.Report(definitions, kSchemaRewritten,
                   "definitions are written in another place, or left out");
  source_.Use(definitions);
}

void SchemaMerger::Put(Keyword keyword, const Value& value, Precedence precedence,
                       MergedSchema& into) {
  if (!into.Has(keyword)) return into.Set(keyword, value, source_.context().arena);
  Value known = into.Get(keyword, value.document());
  if (known.raw() == value.raw()) return source_.Use(value);
  if (IsBound(keyword) && known.is_number() && value.is_number()) {
    bool narrower = IsNarrower(keyword, value, known);
    source_.Report(narrower ? known : value, kSchemaRewritten, kNarrower);
    source_.Use(narrower ? known : value);
    if (narrower) into.Set(keyword, value, source_.context().arena);
    return;
  }
  if (precedence == Precedence::kBeneath) return;
  source_.Drop(known, kValueDegraded, "two schemas that both hold say different things here");
  into.Set(keyword, value, source_.context().arena);
}

void SchemaMerger::TakeProperties(const Value& properties, Precedence precedence,
                                  MergedSchema& into) {
  if (!properties.is_object()) return source_.Drop(properties, kWrongType, "expected an object");
  if (properties.empty_container()) source_.Use(properties);
  if (!into.Has(Keyword::kProperties)) {
    into.Set(Keyword::kProperties, properties, source_.context().arena);
  }
  for (Member member : properties.members()) {
    TakeProperty({member.key, member.value, {}}, precedence, into);
  }
}

SchemaProperty* SchemaMerger::FindOrAdd(const SchemaProperty& property, MergedSchema& into) {
  constexpr std::size_t kCheap = 256;  // numbers are moved at the cost of one step
  Arena& arena = source_.context().arena;
  if (!source_.Spend(1 + into.by_name.size() / kCheap)) {
    source_.Drop(property.schema, kValueDegraded, "the schema is too large for {target}; cut here");
    return nullptr;
  }
  std::string_view name = source_.Decoded(property.key);
  auto name_of = [&](std::uint32_t at) { return source_.Decoded(into.properties[at].key); };
  std::uint32_t* at = std::partition_point(into.by_name.begin(), into.by_name.end(),
                                           [&](std::uint32_t i) { return name_of(i) < name; });
  if (at != into.by_name.end() && name_of(*at) == name) return &into.properties[*at];
  auto place = static_cast<std::size_t>(at - into.by_name.begin());
  into.by_name.push_back(arena, static_cast<std::uint32_t>(into.properties.size()));
  std::rotate(into.by_name.begin() + place, into.by_name.end() - 1, into.by_name.end());
  into.properties.push_back(arena, property);
  return nullptr;
}

void SchemaMerger::TakeProperty(const SchemaProperty& property, Precedence precedence,
                                MergedSchema& into) {
  SchemaProperty* known = FindOrAdd(property, into);
  if (known == nullptr) return;
  constexpr std::string_view kBoth = "two schemas that both hold describe this property";
  bool same = known->schema.raw() == property.schema.raw();
  if (same) source_.Use(property.schema);
  if (precedence == Precedence::kBeneath) {
    if (!same) source_.Report(property.schema, kValueDegraded, kBoth);
    return;
  }
  if (same)
    source_.Use(known->schema);
  else
    source_.Drop(known->schema, kValueDegraded, kBoth);
  *known = property;
}

void SchemaMerger::AddVariant(const SchemaProperty& property, std::size_t own, MergedSchema& into) {
  SchemaProperty* known = FindOrAdd(property, into);
  if (known == nullptr) return;
  auto place = static_cast<std::size_t>(known - into.properties.begin());
  if (place < own) return TakeProperty(property, Precedence::kBeneath, into);
  auto same = [&](const Value& other) { return other.raw() == property.schema.raw(); };
  bool is_known = same(known->schema) || !source_.Spend(known->alternatives.size()) ||
                  std::any_of(known->alternatives.begin(), known->alternatives.end(), same);
  if (is_known) return source_.Use(property.schema);
  known->alternatives.push_back(source_.context().arena, property.schema);
}

void SchemaMerger::Inherit(const MergedSchema& outer, MergedSchema& into) {
  Document& document = source_.root().document();
  for (Keyword keyword : outer.order) {
    if (!outer.Has(keyword) || into.Has(keyword)) continue;
    if (keyword == Keyword::kAnyOf || keyword == Keyword::kOneOf) continue;
    into.Set(keyword, outer.Get(keyword, document), source_.context().arena);
  }
  for (const SchemaProperty& property : outer.properties) {
    TakeProperty(property, Precedence::kBeneath, into);
  }
  for (const Value& name : outer.required) {
    if (!source_.Spend(1)) return;
    into.required.push_back(source_.context().arena, name);
  }
  into.nullable |= outer.nullable;
  if (into.cut_type.empty()) into.cut_type = outer.cut_type;
}

/// What stands beside a reference wins over what it refers to.
void SchemaMerger::Follow(const Value& reference, MergedSchema& into) {
  Value target = Resolve(reference);
  if (!target.valid()) {
    source_.Drop(reference, kValueDegraded,
                 "refers to nothing in this schema; written as any object");
    if (into.cut_type.empty()) into.cut_type = "object";
    return;
  }
  if (IsOpen(target)) {
    source_.Drop(reference, kValueDegraded, "refers to a schema that it is a part of; cut here");
    Value type = target.Find("type");
    Type word = IsString(type) ? TypeOf(source_.Decoded(type)) : Type::kNone;
    into.cut_type = Word(word == Type::kNone ? Type::kObject : word);
    return;
  }
  source_.Report(reference, kSchemaRewritten, "what it refers to is written in its place");
  source_.Use(reference);
  Open(target);
  Merge(target, References::kInlined, Precedence::kBeneath, into);
}

Value SchemaMerger::Resolve(const Value& reference) {
  const Value& root = source_.root();
  if (!reference.is_string()) return {};
  std::string_view text = source_.Decoded(reference);
  if (!text.starts_with('#')) return {};
  text.remove_prefix(1);
  if (text.empty()) return root;
  if (!text.starts_with('/')) return FindAnchor(text);
  Value at = root;
  while (at.valid() && !text.empty()) {
    text.remove_prefix(1);
    std::size_t end = std::min(text.find('/'), text.size());
    at = Step(at, text.substr(0, end));
    text.remove_prefix(end);
  }
  return at;
}

Value SchemaMerger::Step(const Value& from, std::string_view token) {
  std::string name = DecodedToken(token);
  if (from.is_object()) {
    for (Member member : from.members()) {
      if (!source_.Spend(1)) return {};
      if (member.key.Is(name)) return member.value;
    }
  }
  if (!from.is_array()) return {};
  std::size_t index = 0;
  for (Value item : from.items()) {
    if (!source_.Spend(1)) return {};
    if (std::to_string(index++) == name) return item;
  }
  return {};
}

/// Anchors stand in the definitions.
Value SchemaMerger::FindAnchor(std::string_view name) {
  for (std::string_view where : {"$defs", "definitions"}) {
    Value definitions = source_.root().Find(where);
    if (!IsObject(definitions)) continue;
    for (Member definition : definitions.members()) {
      if (!source_.Spend(1)) return {};
      if (!definition.value.is_object()) continue;
      Value anchor = definition.value.Find("$anchor");
      if (IsString(anchor) && anchor.Is(name)) return definition.value;
    }
  }
  return {};
}

}  // namespace aiproxy
