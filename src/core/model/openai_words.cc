#include "core/model/openai_words.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/json/field_names.h"
#include "core/model/arguments.h"
#include "core/model/schema/schema.h"
#include "core/model/words.h"

namespace aiproxy::openai {

namespace {

struct TierWord {
  std::string_view word;
  ServiceTier tier;
};
constexpr TierWord kTierWords[] = {
    {"auto", ServiceTier::kAuto},   {"default", ServiceTier::kStandard},
    {"flex", ServiceTier::kFlex},   {"priority", ServiceTier::kPriority},
    {"scale", ServiceTier::kScale},
};

struct GptVersion {
  int major = 0;
  int minor = 0;
  bool AtLeast(int other_major, int other_minor) const {
    return major != other_major ? major > other_major : minor >= other_minor;
  }
};

std::string_view WithoutVendor(std::string_view model) {
  std::size_t slash = model.rfind('/');
  return slash == model.npos ? model : model.substr(slash + 1);
}

/// One or two digits at the front, removed from `rest`; 0 when there are none.
int TakeNumber(std::string_view& rest) {
  int value = 0;
  for (int i = 0; i < 2 && !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; ++i) {
    value = value * 10 + (rest.front() - '0');
    rest.remove_prefix(1);
  }
  return value;
}

/// "openai/gpt-5.1-codex" is 5.1; 0.0 for names that are not "gpt-N".
GptVersion ParseGptVersion(std::string_view model) {
  constexpr std::string_view kName = "gpt-";
  std::string_view rest = WithoutVendor(model);
  if (!rest.starts_with(kName)) return {};
  rest.remove_prefix(kName.size());
  GptVersion version{TakeNumber(rest), 0};
  if (version.major == 35) return {3, 5};  // Azure spells 3.5 so
  if (!rest.starts_with('.')) return version;
  rest.remove_prefix(1);
  version.minor = TakeNumber(rest);
  return version;
}

/// The report is made where the wire's own value stands.
Sourced<Effort> LeastEffort(const Sourced<Effort>& effort, bool has_none, CodecContext& context) {
  if (effort.value != Effort::kMinimal || !has_none) return effort;
  context.accounting.Report(effort.node, kValueDegraded, "the least effort of the model is 'low'");
  return {Effort::kLow, effort.node};
}

}  // namespace

Number WholeSeconds(const Number& time, CodecContext& context) {
  std::size_t point = time.json.find('.');
  if (point == time.json.npos || time.json.find_first_of("eE") != time.json.npos) return time;
  context.accounting.Report(time.node, kValueDegraded, "{target} counts whole seconds");
  Number whole;
  whole.json = time.json.substr(0, point);
  whole.node = time.node;
  return whole;
}

bool IsOfOpenAi(std::string_view protocol) {
  return protocol == "openai-chat" || protocol == "openai-responses" ||
         protocol == "openai-completions";
}

Text AcceptedName(const Text& name, CodecContext& context) {
  std::string_view decoded = name.Decode(context.arena);
  if (!name.present()) return name;
  std::string_view accepted = ValidName(decoded, kMaxName, context.arena);
  if (accepted == decoded) return name;
  context.accounting.Report(name.node, kValueDegraded,
                            "{target} takes names of at most 64 letters, digits, '_' and '-'; "
                            "'{}' is changed",
                            name.bytes);
  return Text::Plain(accepted, name.node);
}

Text DerivedCallId(std::size_t index, Arena& arena) {
  constexpr std::string_view kPrefix = "call_";
  char buffer[32];
  kPrefix.copy(buffer, kPrefix.size());
  auto result = std::to_chars(buffer + kPrefix.size(), buffer + sizeof(buffer), index);
  std::string_view id(buffer, static_cast<std::size_t>(result.ptr - buffer));
  return Word(arena.Copy(id));
}

bool DecodeServiceTier(const Value& word, Sourced<ServiceTier>& tier) {
  for (const TierWord& row : kTierWords) {
    if (!word.Is(row.word)) continue;
    tier = {row.tier, word.id()};
    return true;
  }
  return false;
}

void TakeServiceTier(const Member& member, Taker& take, Sourced<ServiceTier>& tier,
                     Extras& extras) {
  if (!DecodeServiceTier(member.value, tier)) take.Wrong(member, Expected::kWord, extras);
}

bool HasWord(ServiceTier tier) {
  return std::any_of(std::begin(kTierWords), std::end(kTierWords),
                     [tier](const TierWord& row) { return row.tier == tier; });
}

void WriteServiceTier(const Sourced<ServiceTier>& tier, CodecContext& context, Writer& writer) {
  if (!tier.present()) return;
  for (const TierWord& row : kTierWords) {
    if (row.tier != tier.value) continue;
    writer.Key("service_tier");
    return writer.String(Word(row.word, tier.node));
  }
  if (tier.node != kNoNode) {
    context.accounting.Drop(tier.node, kValueDropped, "{target} has no such service tier");
  }
}

/// Reasoning models and those after them know only max_completion_tokens.
/// https://platform.openai.com/docs/api-reference/chat/create#chat-create-max_tokens
bool WantsMaxCompletionTokens(std::string_view model) {
  if (ParseGptVersion(model).AtLeast(5, 0)) return true;
  for (std::string_view prefix : {"o1", "o3", "o4"}) {
    if (WithoutVendor(model).starts_with(prefix)) return true;
  }
  return false;
}

Sourced<Effort> ChosenEffort(const Reasoning& reasoning, std::string_view model,
                             CodecContext& context) {
  using Mode = Reasoning::Mode;
  // From gpt-5.1 on, 'none' takes the place of 'minimal'.
  // https://platform.openai.com/docs/guides/reasoning
  bool has_none = ParseGptVersion(model).AtLeast(5, 1);
  Mode mode = reasoning.mode.present() ? reasoning.mode.value : Mode::kUnset;
  if (reasoning.mode.node != kNoNode) context.accounting.Use(reasoning.mode.node);
  if (mode == Mode::kDisabled) {
    if (reasoning.effort.present() && reasoning.effort.node != kNoNode) {
      context.accounting.Drop(reasoning.effort.node, kValueDropped,
                              "the effort says nothing where thinking is disabled");
    }
    // https://ai.google.dev/gemini-api/docs/openai#thinking
    bool knows_none = has_none || IssuerOfModel(model) == Issuer::kGoogle;
    return knows_none ? Sourced<Effort>(Effort::kNone) : Sourced<Effort>();
  }
  if (reasoning.effort.present()) {
    if (reasoning.budget.node != kNoNode) {
      context.accounting.Drop(reasoning.budget.node, kValueDropped, "the effort beside it decides");
    }
    return LeastEffort(reasoning.effort, has_none, context);
  }
  if (std::optional<std::int64_t> budget = reasoning.budget.Int()) {
    context.accounting.Report(
        reasoning.budget.node, kValueDegraded,
        "{target} has words for effort and no budgets; the nearest one is written");
    return LeastEffort({EffortOfBudget(*budget), reasoning.budget.node}, has_none, context);
  }
  if (mode != Mode::kAdaptive && mode != Mode::kEnabled) return {};
  context.accounting.Report(reasoning.node, kValueDegraded,
                            "{target} has words for effort only; 'high' is written");
  return Effort::kHigh;
}

void LeaveThinkingBetweenTools(const ChatRequest& request, CodecContext& context) {
  for (const ExtraMember& extra : request.extras) {
    if (!extra.name.Is("thinking") || extra.value.node == kNoNode) continue;
    if (!extra.value.is_object()) continue;
    Value type = Value(context.document(), extra.value.node).Find("type");
    if (!IsString(type) || !type.Is("between_tools")) continue;
    context.accounting.Drop(extra.value.node, kValueDegraded, "thinks between tools only");
  }
}

void LeaveToolChoice(const ChatRequest& request, CodecContext& context) {
  NodeId choice = request.tool_choice.node;
  NodeId parallel = request.parallel_tool_calls.node;
  if (request.tools.empty()) {
    if (choice != kNoNode) context.accounting.Use(choice);
    if (parallel != kNoNode) context.accounting.Use(parallel);
  } else if (choice != kNoNode) {
    context.accounting.Drop(choice, kValueDropped, "no tool is left to choose in {target}");
  } else if (parallel != kNoNode) {
    context.accounting.Drop(parallel, kValueDropped, "no tool is left to call in {target}");
  }
}

bool NamesAllAllowed(const ToolChoice& choice) {
  for (const AllowedTool& tool : choice.allowed) {
    if (!tool.name.present()) return false;
  }
  return !choice.allowed.empty();
}

void CoverAllowedType(const AllowedTool& tool, CodecContext& context) {
  if (tool.value.node == kNoNode || !tool.value.is_object()) return;
  Value type = Value(context.document(), tool.value.node).Find("type");
  if (type.valid()) context.accounting.Use(type.id());
}

void LeaveErrorMark(const ToolResultPart& result, CodecContext& context) {
  if (!result.is_error.present() || result.is_error.node == kNoNode) return;
  if (!result.is_error.value) return context.accounting.Use(result.is_error.node);
  for (const Part& part : result.content) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr || text->text.node != result.is_error.node) continue;
    // Google's: the text is written, and so would hide that the mark is not.
    context.accounting.Report(result.is_error.node, kValueDegraded,
                              "a failed result looks like any other in {target}");
  }
}

void WriteSchemaMembers(const ResponseFormat& format, CodecContext& context, Writer& writer) {
  if (format.name.present()) {
    writer.Member("name", format.name);
  } else {
    writer.Key("name");
    writer.Literal("\"response\"");
    context.accounting.Report(FirstNode(format.node, format.schema.node), kValueInvented,
                              "{target} wants a name for the schema");
  }
  writer.Member("description", format.description);
  if (format.schema.present()) {
    writer.Key("schema");
    WriteStandardSchema(format.schema, format.dialect, format.node, context, writer);
  }
  writer.Member("strict", format.strict);
  if (format.strict.present() || format.name.present()) return;
  // Who asks for a schema without a name or strictness (Anthropic, Google) gets what it says.
  if (format.dialect == SchemaDialect::kJsonSchema && KeepsStrictRules(format.schema, context)) {
    writer.Key("strict");
    writer.Bool(true);
  } else {
    context.accounting.Report(FirstNode(format.schema.node, format.node), kValueDegraded,
                              "{target} promises nothing for a schema that leaves properties open");
  }
}

void WritePlaceMembers(const Value& place, Writer& writer) {
  static constexpr FieldNames kPlace("city", "country", "region", "timezone", "type");
  for (Member member : place.members()) {
    int field = kPlace.Find(member.key);
    if (field == kPlace("type")) {
      writer.Cover(member.value.id());
    } else if (field != kPlace.kUnknown && !member.value.is_null()) {
      writer.Key(Text::Of(member.key));
      writer.Value(Raw::Of(member.value));
    }
  }
}

CacheMark CacheMarkOf(const Member& member) {
  CacheMark mark;
  mark.wire = Raw::Of(member.value);
  if (member.key.Is("cache_control")) mark.style = kCacheControl;
  for (Member inner : member.value.members()) {
    if (!inner.value.is_string()) continue;
    const bool is_usual = mark.style == kCacheControl
                              ? inner.key.Is("type") && inner.value.Is("ephemeral")
                              : inner.key.Is("mode") && inner.value.Is("explicit");
    // Another word would say something else: it stays unmarked, and is reported.
    if (is_usual) mark.type_node = inner.value.id();
    if (inner.key.Is("ttl")) mark.ttl = Text::Of(inner.value);
  }
  return mark;
}

void WriteCacheMark(const CacheMark& cache, bool own, Writer& writer) {
  if (!cache.present()) return;
  if (own && cache.style == kCacheControl) {
    writer.Key("cache_control");
    return writer.Value(cache.wire);
  }
  writer.Key("prompt_cache_breakpoint");
  if (own) return writer.Value(cache.wire);
  writer.Cover(cache.type_node);
  writer.Literal("{\"mode\":\"explicit\"}");
}

void SetUrl(const Text& url, MediaPart& part) {
  bool base64 = false;
  part.data = url;
  if (!SplitDataUrl(url, part.media_type, part.data, base64)) {
    part.source =
        url.bytes.starts_with("data:") ? MediaPart::Source::kUnknown : MediaPart::Source::kUrl;
    return;
  }
  part.url = url;
  part.source = base64 ? MediaPart::Source::kBase64 : MediaPart::Source::kUnknown;
  if (part.media_type.empty()) part.media_type = {};
}

void SetFileData(const Text& data, MediaPart& part) {
  SetUrl(data, part);
  // Not a URL at all: the base64 text itself.
  bool url = data.bytes.find("://") != data.bytes.npos;
  if (part.source == MediaPart::Source::kUrl && !url) part.source = MediaPart::Source::kBase64;
}

void SetAudioType(MediaPart& part, Arena& arena) {
  if (!part.media_type.present()) return;
  std::string type = "audio/";
  type += part.media_type.bytes;
  part.media_type.bytes = arena.Copy(type);
}

Text AudioFormat(const Text& media_type, bool own) {
  constexpr std::string_view kPrefix = "audio/";
  Text format = media_type;
  if (format.bytes.starts_with(kPrefix)) format.bytes.remove_prefix(kPrefix.size());
  if (own) return format;
  if (format.Is("mpeg") || format.Is("mpga")) return Word("mp3", media_type.node);
  if (format.Is("x-wav") || format.Is("wave")) return Word("wav", media_type.node);
  return format;
}

void WriteDataUrl(const MediaPart& part, std::string_view default_type, Writer& writer) {
  if (part.url.present()) return writer.String(part.url);
  writer.BeginString();
  writer.AppendLiteral("data:");
  if (part.media_type.present())
    writer.AppendText(part.media_type);
  else
    writer.AppendLiteral(default_type);
  writer.AppendLiteral(";base64,");
  writer.AppendText(part.data);
  writer.EndString();
}

void WriteFileName(const MediaPart& part, CodecContext& context, Writer& writer) {
  if (part.filename.present()) return writer.Member("filename", part.filename);
  writer.Key("filename");
  bool pdf = !part.media_type.present() || part.media_type.Is("application/pdf");
  if (pdf)
    writer.Literal("\"document.pdf\"");
  else
    writer.Literal("\"document\"");
  context.accounting.Report(part.node, kValueInvented,
                            "{target} wants a file name; the document has no title");
}

void WriteCallInput(const ToolCallPart& call, CodecContext& context, Writer& writer) {
  if (!call.is_custom) return WriteArgumentsAsString(call.arguments, context, writer);
  if (call.arguments.text.present()) return writer.String(call.arguments.text);
  if (!call.arguments.json.present()) return writer.Literal("\"\"");
  writer.BeginString();
  writer.AppendJson(call.arguments.json);
  writer.EndString();
}

}  // namespace aiproxy::openai
