// Whether a schema keeps the rules of OpenAI's strict mode.
#include <algorithm>
#include <vector>

#include "core/json/field_names.h"
#include "core/model/schema/schema.h"
#include "core/model/schema/schema_source.h"

namespace aiproxy {

namespace {

constexpr FieldNames kKeywords("properties", "required", "additionalProperties", "$defs",
                               "definitions", "anyOf", "prefixItems", "items", "type");

class StrictCheck {
 public:
  explicit StrictCheck(const SchemaSource& source) : source_(source) {}

  bool Schema(const Value& schema) const {
    if (!schema.is_object()) return true;
    Value properties, required, additional, type;
    for (Member member : schema.members()) {
      switch (kKeywords.Find(member.key)) {
        case kKeywords("properties"):
          properties = member.value;
          [[fallthrough]];
        case kKeywords("$defs"):
        case kKeywords("definitions"):
          if (!EachMember(member.value)) return false;
          break;
        case kKeywords("anyOf"):
        case kKeywords("prefixItems"):
        case kKeywords("items"):
          if (!EachItem(member.value)) return false;
          break;
        case kKeywords("required"):
          required = member.value;
          break;
        case kKeywords("additionalProperties"):
          additional = member.value;
          break;
        case kKeywords("type"):
          type = member.value;
          break;
        default:
          break;
      }
    }
    if (!IsObject(properties) && !NamesObject(type)) return true;
    bool closed = additional.valid() && additional.is_bool() && !additional.is_true();
    return closed && (!IsObject(properties) || AllRequired(properties, required));
  }

 private:
  static bool NamesObject(const Value& type) {
    if (!IsArray(type)) return type.valid() && type.Is("object");
    for (Value one : type.items()) {
      if (one.Is("object")) return true;
    }
    return false;
  }

  bool EachMember(const Value& schemas) const {
    if (!schemas.is_object()) return true;
    for (Member member : schemas.members()) {
      if (!Schema(member.value)) return false;
    }
    return true;
  }

  bool EachItem(const Value& schemas) const {
    if (!schemas.is_array()) return Schema(schemas);
    for (Value schema : schemas.items()) {
      if (!Schema(schema)) return false;
    }
    return true;
  }

  bool AllRequired(const Value& properties, const Value& required) const {
    std::vector<std::string_view> names;
    if (IsArray(required)) {
      for (Value name : required.items()) {
        if (name.is_string()) names.push_back(source_.Decoded(name));
      }
    }
    std::sort(names.begin(), names.end());
    for (Member member : properties.members()) {
      if (!std::binary_search(names.begin(), names.end(), source_.Decoded(member.key)))
        return false;
    }
    return true;
  }

  const SchemaSource& source_;
};

}  // namespace

bool KeepsStrictRules(const Raw& schema, CodecContext& context) {
  SchemaSource source(schema, kNoNode, context);
  return source.root().valid() && StrictCheck(source).Schema(source.root());
}

}  // namespace aiproxy
