// The service tier, both ways: {"serviceTier":{"type":"priority"}}.
#include "core/json/field_names.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

/// "" for a tier that the API does not have.
std::string_view Word(ServiceTier tier) {
  switch (tier) {
    case ServiceTier::kStandard:
      return "default";
    case ServiceTier::kPriority:
      return "priority";
    case ServiceTier::kFlex:
      return "flex";
    case ServiceTier::kAuto:
    case ServiceTier::kScale:
    case ServiceTier::kBatch:
      return "";
  }
  return "";
}

}  // namespace

bool DecodeServiceTier(const Value& object, Sourced<ServiceTier>& tier) {
  constexpr FieldNames kTiers("default", "priority", "flex");
  Value type = IsSingle(object) ? object.Find("type") : Value();
  if (!IsString(type)) return false;
  switch (kTiers.Find(type)) {
    case kTiers("default"):
      tier = {ServiceTier::kStandard, type.id()};
      return true;
    case kTiers("priority"):
      tier = {ServiceTier::kPriority, type.id()};
      return true;
    case kTiers("flex"):
      tier = {ServiceTier::kFlex, type.id()};
      return true;
    default:
      return false;
  }
}

void WriteServiceTier(const Sourced<ServiceTier>& tier, CodecContext& context, Writer& writer) {
  if (!tier.present()) return;
  std::string_view word = Word(tier.value);
  if (word.empty()) {
    return DropAt(context, tier.node, kValueDropped, "this service tier has no place in {target}");
  }
  writer.Cover(tier.node);
  writer.Key("serviceTier");
  writer.BeginObject();
  writer.Key("type");
  writer.String(Text{word, kNoNode, Text::Spelling::kClean});
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
