// Content blocks of requests and responses, from the wire. A block is an object of one member,
// which says what it is.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
#include <string>

#include "core/json/field_names.h"
#include "core/model/foreign_reasoning.h"
#include "core/model/search_result.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

constexpr FieldNames kBlocks("text", "image", "document", "video", "audio", "toolUse", "toolResult",
                             "reasoningContent", "citationsContent", "searchResult", "cachePoint",
                             "guardContent", "json");

template <class T>
T& Append(List<Part>& parts, CodecContext& context, const Value& block) {
  parts.push_back(context.arena, Part(T{}));
  T& part = *std::get_if<T>(&parts.back().variant());
  part.node = block.id();
  return part;
}

/// The name of a block's member without its node: it names nothing of its own.
Text KindOf(const Value& key) {
  Text kind = Text::Of(key);
  kind.node = kNoNode;
  return kind;
}

OpaquePart& AppendOpaque(const Value& block, CodecContext& context, List<Part>& parts) {
  OpaquePart& part = Append<OpaquePart>(parts, context, block);
  part.protocol = kId;
  part.value = Raw::Of(block);
  if (!block.empty_container()) part.kind = KindOf((*block.members().begin()).key);
  return part;
}

/// Members beside the text are kept.
void AppendText(const Value& block, CodecContext& context, List<Part>& parts) {
  TextPart& part = Append<TextPart>(parts, context, block);
  Taker take(context);
  for (Member m : block.members()) {
    if (m.key.Is("text"))
      take.Take(m, part.text, part.extras);
    else
      take.Keep(m, part.extras);
  }
}

bool DecodeToolUse(const Value& inner, CodecContext& context, ToolCallPart& part) {
  constexpr FieldNames kFields("toolUseId", "name", "input", "type");
  if (!inner.is_object() || inner.Find("type").valid()) return false;
  Taker take(context);
  for (Member m : inner.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("toolUseId"):
        take.Take(m, part.id, part.extras);
        break;
      case kFields("name"):
        take.Take(m, part.name, part.extras);
        break;
      case kFields("input"):
        take.TakeRaw(m, part.arguments.json, part.extras);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
  return true;
}

void TakeStatus(const Member& member, Taker& take, ToolResultPart& part) {
  const Value& value = member.value;
  if (IsString(value) && value.Is("error")) {
    part.is_error = {true, value.id()};
  } else if (IsString(value) && value.Is("success")) {
    part.is_error = {false, value.id()};
    take.Use(value);
  } else {
    take.Wrong(member, Expected::kWord, part.extras);
  }
}

/// False: the block is not understood.
bool DecodeToolResult(BlockReader& reader, const Value& inner, ToolResultPart& part,
                      Status& status) {
  constexpr FieldNames kFields("toolUseId", "content", "status");
  if (!inner.is_object() || inner.Find("type").valid()) return false;
  Taker take(reader.context);
  Value content;
  part.style = kContentAbsent;
  for (Member m : inner.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("toolUseId"):
        take.Take(m, part.call_id, part.extras);
        break;
      case kFields("content"):
        if (m.value.is_array())
          content = m.value;
        else
          take.Wrong(m, Expected::kArray, part.extras);
        break;
      case kFields("status"):
        TakeStatus(m, take, part);
        break;
      default:
        take.Keep(m, part.extras);
    }
  }
  if (!content.valid()) return true;
  part.style = 0;
  status = reader.DecodeContent(content, Place::kResult, part.content);
  return true;
}

/// {"reasoningText":{"text","signature"}} or {"redactedContent":base64}.
bool DecodeReasoning(const Value& inner, CodecContext& context, ReasoningPart& part) {
  if (!IsObject(inner) || !IsSingle(inner)) return false;
  Member only = *inner.members().begin();
  if (only.key.Is("redactedContent") && only.value.is_string()) {
    part.encrypted = Text::Of(only.value);
    part.style = kRedacted;
    return true;
  }
  if (!only.key.Is("reasoningText") || !only.value.is_object()) return false;
  Taker take(context);
  UseIfEmpty(only.value, context);
  for (Member m : only.value.members()) {
    if (m.key.Is("text"))
      take.Take(m, part.text, part.extras);
    else if (m.key.Is("signature"))
      take.Take(m, part.signature, part.extras);
    else
      take.Keep(m, part.extras);
  }
  return true;
}

/// Pieces of one text. They are kept apart for the same protocol; to others they are the text.
void TakePieces(const Value& content, CodecContext& context, TextPart& part) {
  if (!content.empty_container()) {
    Value first = *content.items().begin();
    if (content.document().node(first.id()).next == content.document().node(content.id()).next) {
      part.text = Text::Of(first.Find("text"));
      return;
    }
  }
  std::string joined;
  bool escaped = false;
  for (Value item : content.items()) {
    Value text = item.Find("text");
    joined += text.body();
    escaped |= text.escaped();
  }
  part.text = {context.arena.Copy(joined), content.id(),
               escaped ? Text::Spelling::kEscaped : Text::Spelling::kClean};
  // Without a node: what the list says is in the text.
  part.extras.push_back(context.arena, {Text{"content", kNoNode, Text::Spelling::kClean},
                                        Raw{context.arena.Copy(content.raw()), kNoNode}});
}

/// Generated text with what it cites.
bool DecodeCited(const Value& inner, CodecContext& context, TextPart& part) {
  constexpr FieldNames kFields("content", "citations");
  if (!IsObject(inner)) return false;
  Value content = inner.Find("content");
  if (!IsArray(content)) return false;
  for (Value item : content.items()) {
    if (!IsObject(item) || !IsString(item.Find("text")) || !IsSingle(item)) return false;
  }
  part.style = kCited;
  Taker take(context);
  for (Member m : inner.members()) {
    int field = kFields.Find(m.key);
    if (field == kFields("citations") && m.value.is_array()) {
      UseIfEmpty(m.value, context);
      if (m.value.empty_container()) take.Keep(m, part.extras);
      for (Value item : m.value.items()) {
        part.citations.push_back(context.arena, DecodeCitation(item, context));
      }
    } else if (field != kFields("content")) {
      take.Keep(m, part.extras);
    }
  }
  TakePieces(content, context, part);
  return true;
}

/// An image that a guardrail shall look at is one everywhere.
bool AppendGuardedImage(const Value& block, const Value& inner, CodecContext& context,
                        List<Part>& parts) {
  Value image = IsObject(inner) && IsSingle(inner) ? inner.Find("image") : Value();
  MediaPart part;
  part.node = block.id();
  if (!image.valid() || !DecodeMedia(image, MediaPart::Kind::kImage, context, part)) return false;
  part.style |= kGuarded;
  parts.push_back(context.arena, Part(part));
  std::string_view target = context.accounting.target();
  if (target != kId && target != "neutral") {
    context.accounting.Report(block.id(), kPartDegraded, "'{}' is carried as an image",
                              "guardContent");
  }
  return true;
}

/// What a guardrail shall look at reads as text.
void AppendGuarded(const Value& block, const Value& inner, CodecContext& context,
                   List<Part>& parts) {
  if (AppendGuardedImage(block, inner, context, parts)) return;
  OpaquePart& part = AppendOpaque(block, context, parts);
  Value guarded = inner.Find("text");
  Value text = IsObject(guarded) ? guarded.Find("text") : Value();
  if (IsString(text)) part.rendition.push_back(context.arena, Text::Of(text));
}

CacheMark* MarkOf(Part& part) {
  return std::visit(Overloaded{
                        [](TextPart& p) { return &p.cache; },
                        [](MediaPart& p) { return &p.cache; },
                        [](ReasoningPart&) -> CacheMark* { return nullptr; },
                        [](ToolCallPart& p) { return &p.cache; },
                        [](ToolResultPart& p) { return &p.cache; },
                        [](OpaquePart&) -> CacheMark* { return nullptr; },
                    },
                    part.variant());
}

/// A cache point marks the block before it; one that cannot stays a block.
void AppendCachePoint(const Value& block, const Value& inner, CodecContext& context,
                      List<Part>& parts) {
  CacheMark* mark = parts.empty() || !inner.is_object() ? nullptr : MarkOf(parts.back());
  if (mark == nullptr || mark->present())
    AppendOpaque(block, context, parts);
  else
    *mark = DecodeCachePoint(inner, context);
}

bool IsIn(Place place, int kind) {
  switch (place) {
    case Place::kMessage:
      return kind != kBlocks("json");
    case Place::kSystem:
      return kind == kBlocks("text") || kind == kBlocks("cachePoint") ||
             kind == kBlocks("guardContent");
    case Place::kResult:
      return kind == kBlocks("text") || kind == kBlocks("json") || kind == kBlocks("image") ||
             kind == kBlocks("document") || kind == kBlocks("video") ||
             kind == kBlocks("searchResult");
  }
  return false;
}

template <class T, class Decode>
void AppendIf(const Value& block, CodecContext& context, List<Part>& parts, Decode decode) {
  T part;  // by value: what is inside appends to other lists of the arena
  part.node = block.id();
  if (decode(part))
    parts.push_back(context.arena, Part(part));
  else
    AppendOpaque(block, context, parts);
}

}  // namespace

CacheMark DecodeCachePoint(const Value& cache_point, CodecContext& context) {
  CacheMark mark;
  mark.wire = Raw::Of(cache_point);
  UseIfEmpty(cache_point, context);
  for (Member m : cache_point.members()) {
    if (!m.value.is_string()) continue;
    if (m.key.Is("type"))
      mark.type_node = m.value.id();
    else if (m.key.Is("ttl"))
      mark.ttl = Text::Of(m.value);
  }
  return mark;
}

Status BlockReader::DecodeContent(const Value& content, Place place, List<Part>& parts) {
  UseIfEmpty(content, context);
  for (Value block : content.items()) AIPROXY_RETURN_IF_ERROR(DecodeBlock(block, place, parts));
  return Ok();
}

Status BlockReader::DecodeBlock(const Value& block, Place place, List<Part>& parts) {
  if (!block.is_object()) return Expect(context, block, "an object");
  UseIfEmpty(block, context);
  if (IsString(block.Find("text"))) {
    AppendText(block, context, parts);
    return Ok();
  }
  int kind = decltype(kBlocks)::kUnknown;
  Value inner;
  if (!block.empty_container() && IsSingle(block)) {
    Member only = *block.members().begin();
    inner = only.value;
    kind = kBlocks.Find(only.key);
    if (!IsIn(place, kind)) kind = decltype(kBlocks)::kUnknown;
  }
  auto media = [&](MediaPart::Kind what) {
    AppendIf<MediaPart>(block, context, parts,
                        [&](MediaPart& p) { return DecodeMedia(inner, what, context, p); });
  };
  Status status;
  switch (kind) {
    case kBlocks("image"):
      media(MediaPart::Kind::kImage);
      break;
    case kBlocks("document"):
      media(MediaPart::Kind::kDocument);
      break;
    case kBlocks("video"):
      media(MediaPart::Kind::kVideo);
      break;
    case kBlocks("audio"):
      media(MediaPart::Kind::kAudio);
      break;
    case kBlocks("toolUse"):
      AppendIf<ToolCallPart>(block, context, parts,
                             [&](ToolCallPart& p) { return DecodeToolUse(inner, context, p); });
      break;
    case kBlocks("toolResult"):
      AppendIf<ToolResultPart>(block, context, parts, [&](ToolResultPart& p) {
        return DecodeToolResult(*this, inner, p, status);
      });
      break;
    case kBlocks("reasoningContent"):
      AppendIf<ReasoningPart>(block, context, parts, [&](ReasoningPart& p) {
        bool taken = DecodeReasoning(inner, context, p);
        Issuer shown = IssuerOfSecret(p.signature.present() ? p.signature : p.encrypted);
        p.issuer = shown == Issuer::kUnknown ? issuer : shown;
        return taken;
      });
      break;
    case kBlocks("citationsContent"):
      AppendIf<TextPart>(block, context, parts,
                         [&](TextPart& p) { return DecodeCited(inner, context, p); });
      break;
    case kBlocks("json"):
      if (inner.is_null()) {
        AppendOpaque(block, context, parts);
      } else {
        if (inner.is_container()) UseIfEmpty(inner, context);
        Append<TextPart>(parts, context, block).json = Raw::Of(inner);
      }
      break;
    case kBlocks("searchResult"):
      TakeSearchResult(inner, context, AppendOpaque(block, context, parts));
      break;
    case kBlocks("cachePoint"):
      AppendCachePoint(block, inner, context, parts);
      break;
    case kBlocks("guardContent"):
      AppendGuarded(block, inner, context, parts);
      break;
    default:
      AppendOpaque(block, context, parts);
  }
  return status;
}

}  // namespace aiproxy::bedrock_converse
