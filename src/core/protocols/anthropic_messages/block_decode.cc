// Content blocks of requests and responses, from the wire.
#include "core/json/field_names.h"
#include "core/model/foreign_reasoning.h"
#include "core/model/words.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

constexpr FieldNames kTypes("text", "image", "document", "thinking", "redacted_thinking",
                            "tool_use", "tool_result", "search_result");
constexpr FieldNames kSourceTypes("base64", "url", "file", "text", "content");

template <class T>
T& Append(List<Part>& parts, CodecContext& context, const Value& block) {
  parts.push_back(context.arena, Part(T{}));
  T& part = *std::get_if<T>(&parts.back().variant());
  part.node = block.id();
  return part;
}

void AppendOpaque(const Value& block, CodecContext& context, List<Part>& parts) {
  OpaquePart& part = Append<OpaquePart>(parts, context, block);
  part.protocol = kId;
  part.value = Raw::Of(block);
  if (Value type = block.Find("type"); type.valid() && type.is_string()) part.kind = Text::Of(type);
}

void TakeCitations(const Member& member, Taker& take, TextPart& part) {
  if (!member.value.is_array()) return take.Wrong(member, Expected::kArray, part.extras);
  if (member.value.empty_container()) {
    take.Use(member.value);
    part.style |= kEmptyCitations;
  }
  for (Value item : member.value.items()) {
    part.citations.push_back(take.context().arena, DecodeCitation(item));
  }
}

void DecodeText(const Value& block, CodecContext& context, List<Part>& parts) {
  constexpr FieldNames kFields("type", "text", "citations", "cache_control");
  TextPart& part = Append<TextPart>(parts, context, block);
  Taker take(context);
  for (Member m : block.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Use(m.value);
        break;
      case kFields("text"):
        take.Take(m, part.text, part.extras);
        break;
      case kFields("citations"):
        TakeCitations(m, take, part);
        break;
      case kFields("cache_control"):
        TakeCacheControl(m, take, part.cache, part.extras);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
}

/// The inside of `source`; false when it is none that is known.
bool ReadSourceType(const Value& source, MediaPart::Source& into) {
  Value type = source.is_object() ? source.Find("type") : Value();
  if (!type.valid() || !type.is_string()) return false;
  switch (kSourceTypes.Find(type)) {
    case kSourceTypes("base64"):
      into = MediaPart::Source::kBase64;
      return true;
    case kSourceTypes("url"):
      into = MediaPart::Source::kUrl;
      return true;
    case kSourceTypes("file"):
      into = MediaPart::Source::kFileId;
      return true;
    case kSourceTypes("text"):
      into = MediaPart::Source::kText;
      return true;
    case kSourceTypes("content"):
      into = MediaPart::Source::kContent;
      return true;
    default:
      return false;
  }
}

Status DecodeSource(const Value& source, CodecContext& context, MediaPart& part) {
  constexpr FieldNames kFields("type", "media_type", "data", "url", "file_id", "content");
  using Source = MediaPart::Source;
  Taker take(context);
  auto take_if = [&](bool fits, const Member& m, Text& into) {
    if (fits)
      take.Take(m, into, part.source_extras);
    else
      take.Keep(m, part.source_extras);
  };
  Value content;
  for (Member m : source.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Use(m.value);
        break;
      case kFields("media_type"):
        take.Take(m, part.media_type, part.source_extras);
        break;
      case kFields("data"):
        take_if(part.source == Source::kBase64 || part.source == Source::kText, m, part.data);
        break;
      case kFields("url"):
        take_if(part.source == Source::kUrl, m, part.data);
        break;
      case kFields("file_id"):
        take_if(part.source == Source::kFileId, m, part.data);
        break;
      case kFields("content"):
        if (part.source == Source::kContent && (m.value.is_string() || m.value.is_array())) {
          content = m.value;
        } else {
          take.Keep(m, part.source_extras);
        }
        break;
      default:
        take.Keep(m, part.source_extras);
    }
  }
  if (!content.valid() && part.source == Source::kContent) part.style |= kSourceContentAbsent;
  if (!content.valid()) return Ok();
  if (content.is_string()) part.style |= kSourceContentString;
  std::uint8_t style = 0;
  return DecodeContent(content, context, part.content, style);
}

Status DecodeMedia(const Value& block, MediaPart::Kind kind, CodecContext& context,
                   List<Part>& parts) {
  constexpr FieldNames kFields("type", "source", "title", "context", "cache_control", "citations");
  Value source = block.Find("source");
  MediaPart::Source source_kind = MediaPart::Source::kUnknown;
  if (!source.valid() || !ReadSourceType(source, source_kind)) {
    AppendOpaque(block, context, parts);
    return Ok();
  }
  MediaPart part;  // by value: the content of a document appends to other lists of the arena
  part.kind = kind;
  part.source = source_kind;
  part.node = block.id();
  Taker take(context);
  for (Member m : block.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Use(m.value);
        break;
      case kFields("source"):
        break;
      case kFields("title"):
        if (kind == MediaPart::Kind::kDocument)
          take.Take(m, part.filename, part.extras);
        else
          take.Keep(m, part.extras);
        break;
      case kFields("context"):
        if (kind == MediaPart::Kind::kDocument)
          take.Take(m, part.context, part.extras);
        else
          take.Keep(m, part.extras);
        break;
      case kFields("citations"):
        TakeCitationsSwitch(m, take, part.citations, part.extras);
        break;
      case kFields("cache_control"):
        TakeCacheControl(m, take, part.cache, part.extras);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
  AIPROXY_RETURN_IF_ERROR(DecodeSource(source, context, part));
  parts.push_back(context.arena, Part(part));
  return Ok();
}

void DecodeThinking(const Value& block, bool redacted, CodecContext& context, List<Part>& parts) {
  constexpr FieldNames kFields("type", "thinking", "signature", "data");
  ReasoningPart& part = Append<ReasoningPart>(parts, context, block);
  part.issuer = Issuer::kAnthropic;
  if (redacted) part.style |= kRedacted;
  Taker take(context);
  auto take_if = [&](bool fits, const Member& m, Text& into) {
    if (fits)
      take.Take(m, into, part.extras);
    else
      take.Keep(m, part.extras);
  };
  for (Member m : block.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Use(m.value);
        break;
      case kFields("thinking"):
        take_if(!redacted, m, part.text);
        break;
      case kFields("signature"):
        take_if(!redacted, m, part.signature);
        break;
      case kFields("data"):
        take_if(redacted, m, part.encrypted);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
  SplitCarriedReasoning(part.encrypted, part.encrypted, part.id, part.issuer);
  bool unsigned_text = !redacted && part.signature.empty();
  if (unsigned_text) part.issuer = Issuer::kUnknown;
}

void DecodeToolUse(const Value& block, CodecContext& context, List<Part>& parts) {
  constexpr FieldNames kFields("type", "id", "name", "input", "caller", "cache_control");
  ToolCallPart& part = Append<ToolCallPart>(parts, context, block);
  Taker take(context);
  for (Member m : block.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Use(m.value);
        break;
      case kFields("id"):
        take.Take(m, part.id, part.extras);
        break;
      case kFields("name"):
        take.Take(m, part.name, part.extras);
        break;
      case kFields("input"):
        take.TakeRaw(m, part.arguments.json, part.extras);
        break;
      case kFields("caller"):
        TakeCaller(m, take, part.extras);
        break;
      case kFields("cache_control"):
        TakeCacheControl(m, take, part.cache, part.extras);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
}

Status DecodeToolResult(const Value& block, CodecContext& context, List<Part>& parts) {
  constexpr FieldNames kFields("type", "tool_use_id", "content", "is_error", "cache_control");
  ToolResultPart part;
  part.node = block.id();
  part.style = kContentAbsent;
  Taker take(context);
  Value content;
  for (Member m : block.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("type"):
        take.Use(m.value);
        break;
      case kFields("tool_use_id"):
        take.Take(m, part.call_id, part.extras);
        break;
      case kFields("content"):
        if (m.value.is_null())
          take.Keep(m, part.extras);
        else
          content = m.value;
        break;
      case kFields("is_error"):
        take.Take(m, part.is_error, part.extras);
        if (m.value.kind() == JsonKind::kFalse) take.Use(m.value);
        break;
      case kFields("cache_control"):
        TakeCacheControl(m, take, part.cache, part.extras);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
  if (content.valid()) {
    AIPROXY_RETURN_IF_ERROR(DecodeContent(content, context, part.content, part.style));
  }
  parts.push_back(context.arena, Part(part));
  return Ok();
}

constexpr std::string_view kClaudeCall = "toolu_";  // how the ids of its calls begin

Issuer ShownIssuer(const ReasoningPart& part) {
  return IssuerOfSecret(part.signature.present() ? part.signature : part.encrypted);
}

}  // namespace

Issuer IssuerOf(const Text& model, CodecContext& context) {
  Issuer issuer = model.present() ? IssuerOfModel(model.Decode(context.arena)) : Issuer::kUnknown;
  return issuer == Issuer::kGoogle ? issuer : Issuer::kAnthropic;
}

void SetIssuer(Issuer issuer, List<Part>& parts) {
  for (Part& part : parts) {
    auto* reasoning = std::get_if<ReasoningPart>(&part.variant());
    if (reasoning == nullptr || CanCarry(reasoning->issuer)) continue;
    Issuer shown = ShownIssuer(*reasoning);
    // What is whole items elsewhere comes in a text that says so; any other is Anthropic's own.
    if (CanCarry(shown) && reasoning->encrypted.present()) shown = Issuer::kUnknown;
    if (shown != Issuer::kUnknown)
      reasoning->issuer = shown;
    else if (issuer != Issuer::kAnthropic)
      reasoning->issuer = issuer;
  }
}

Issuer HistoryIssuer(const ChatRequest& request, CodecContext& context) {
  Issuer issuer = IssuerOf(request.model, context);
  if (issuer == Issuer::kAnthropic) return issuer;
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      const auto* reasoning = std::get_if<ReasoningPart>(&part.variant());
      if (reasoning != nullptr && ShownIssuer(*reasoning) == Issuer::kAnthropic) {
        return Issuer::kAnthropic;
      }
      const auto* call = std::get_if<ToolCallPart>(&part.variant());
      if (call != nullptr && call->id.bytes.starts_with(kClaudeCall)) return Issuer::kAnthropic;
    }
  }
  return issuer;
}

void TakeCacheControl(const Member& member, Taker& take, CacheMark& into, Extras& extras) {
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, extras);
  into.wire = Raw::Of(member.value);
  for (Member m : member.value.members()) {
    if (!m.value.is_string()) continue;
    // Another type would say something else: it stays unmarked, and is reported.
    if (m.key.Is("type") && m.value.Is("ephemeral"))
      into.type_node = m.value.id();
    else if (m.key.Is("ttl"))
      into.ttl = Text::Of(m.value);
  }
}

void TakeCaller(const Member& member, Taker& take, Extras& extras) {
  take.Keep(member, extras);
  if (!member.value.is_object()) return;
  Value type = member.value.Find("type");
  if (type.valid() && type.is_string() && type.Is("direct")) take.Use(type);
}

Status DecodeContent(const Value& content, CodecContext& context, List<Part>& parts,
                     std::uint8_t& style) {
  style = static_cast<std::uint8_t>(style & ~kContentMask);
  if (content.is_string()) {
    style |= kContentString;
    TextPart& part = Append<TextPart>(parts, context, content);
    part.text = Text::Of(content);
    return Ok();
  }
  if (!content.is_array()) return Unexpected(content, "a string or an array");
  style |= kContentList;
  UseIfEmpty(content, context);
  for (Value block : content.items()) AIPROXY_RETURN_IF_ERROR(DecodeBlock(block, context, parts));
  return Ok();
}

Status DecodeBlock(const Value& block, CodecContext& context, List<Part>& parts) {
  if (!block.is_object()) return Unexpected(block, "an object");
  Value type = block.Find("type");
  int kind = type.valid() && type.is_string() ? kTypes.Find(type) : decltype(kTypes)::kUnknown;
  switch (kind) {
    case kTypes("text"):
      DecodeText(block, context, parts);
      return Ok();
    case kTypes("image"):
      return DecodeMedia(block, MediaPart::Kind::kImage, context, parts);
    case kTypes("document"):
      return DecodeMedia(block, MediaPart::Kind::kDocument, context, parts);
    case kTypes("thinking"):
      DecodeThinking(block, false, context, parts);
      return Ok();
    case kTypes("redacted_thinking"):
      DecodeThinking(block, true, context, parts);
      return Ok();
    case kTypes("tool_use"):
      DecodeToolUse(block, context, parts);
      return Ok();
    case kTypes("tool_result"):
      return DecodeToolResult(block, context, parts);
    case kTypes("search_result"):
      AppendOpaque(block, context, parts);
      DecodeSearchResult(block, context, *std::get_if<OpaquePart>(&parts.back().variant()));
      return Ok();
    default:
      AppendOpaque(block, context, parts);
      return Ok();
  }
}

}  // namespace aiproxy::anthropic_messages
