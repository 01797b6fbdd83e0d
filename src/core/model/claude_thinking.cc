#include "core/model/claude_thinking.h"

#include "core/json/field_names.h"

namespace aiproxy {

namespace {

void TakeDisplay(const Member& member, Taker& take, Reasoning& reasoning) {
  using Display = Reasoning::Display;
  const Value& value = member.value;
  take.Take(member, reasoning.display_word, reasoning.extras);
  if (IsString(value) && value.Is("summarized"))
    reasoning.display = {Display::kSummarized, value.id()};
  else if (IsString(value) && value.Is("omitted"))
    reasoning.display = {Display::kOmitted, value.id()};
}

}  // namespace

void DecodeClaudeThinking(const Member& member, Taker& take, Reasoning& reasoning, Extras& extras) {
  constexpr FieldNames kFields("type", "budget_tokens", "display");
  constexpr FieldNames kModes("enabled", "adaptive", "disabled");
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, extras);
  Value type = member.value.Find("type");
  int mode = type.valid() && type.is_string() ? kModes.Find(type) : decltype(kModes)::kUnknown;
  switch (mode) {
    case kModes("enabled"):
      reasoning.mode = {Reasoning::Mode::kEnabled, type.id()};
      break;
    case kModes("adaptive"):
      reasoning.mode = {Reasoning::Mode::kAdaptive, type.id()};
      break;
    case kModes("disabled"):
      reasoning.mode = {Reasoning::Mode::kDisabled, type.id()};
      break;
    default:
      return take.Keep(member, extras);
  }
  reasoning.node = member.value.id();
  reasoning.budget = {};
  reasoning.display = {};
  reasoning.display_word = {};
  reasoning.extras.clear();
  for (Member m : member.value.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        break;
      case kFields("budget_tokens"):
        take.Take(m, reasoning.budget, reasoning.extras);
        break;
      case kFields("display"):
        TakeDisplay(m, take, reasoning);
        break;
      default:
        take.Keep(m, reasoning.extras);
    }
  }
}

void WriteClaudeThinking(const Reasoning& reasoning, Writer& writer) {
  writer.BeginObject();
  writer.Key("type");
  writer.Cover(reasoning.mode.node);
  switch (reasoning.mode.value) {
    case Reasoning::Mode::kEnabled:
      writer.Literal("\"enabled\"");
      break;
    case Reasoning::Mode::kAdaptive:
      writer.Literal("\"adaptive\"");
      break;
    case Reasoning::Mode::kDisabled:
    case Reasoning::Mode::kUnset:
      writer.Literal("\"disabled\"");
      break;
  }
  writer.Member("budget_tokens", reasoning.budget);
  writer.Member("display", reasoning.display_word);
  WriteExtras(reasoning.extras, writer);
  writer.EndObject();
}

}  // namespace aiproxy
