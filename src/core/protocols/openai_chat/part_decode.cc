// Messages, reading: content parts, tool calls, reasoning and annotations.
#include "core/model/foreign_reasoning.h"
#include "core/model/openai_citation.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/wire.h"

namespace aiproxy::openai_chat {

namespace {

constexpr FieldNames kPartFields("type", "text", "refusal", "image_url", "input_audio", "file",
                                 "cache_control", "prompt_cache_breakpoint");
constexpr FieldNames kMediaFields("url", "detail", "data", "format", "file_data", "file_id",
                                  "filename");
constexpr FieldNames kCallFields("id", "type", "function", "custom", "index");
constexpr FieldNames kFunctionFields("name", "arguments", "input");
constexpr FieldNames kDetailFields("type", "text", "summary", "signature", "data", "format",
                                   "index", "id");

enum class PartType { kText, kRefusal, kImage, kAudio, kFile, kUnknown };

PartType TypeOf(const Value& type) {
  if (!type.valid()) return PartType::kText;  // DeepL and Qwen leave it out of text parts
  if (!type.is_string()) return PartType::kUnknown;
  if (type.Is("text")) return PartType::kText;
  if (type.Is("image_url")) return PartType::kImage;
  if (type.Is("input_audio")) return PartType::kAudio;
  if (type.Is("file")) return PartType::kFile;
  if (type.Is("refusal")) return PartType::kRefusal;
  return PartType::kUnknown;
}

/// The members of a content part, sorted out.
struct WirePart {
  Value type, text, refusal, image, audio, file;
  CacheMark cache;
  Extras extras;
};

class PartDecoder {
 public:
  explicit PartDecoder(CodecContext& context) : context_(context), take_(context) {}

  Part Run(const Value& object) {
    WirePart wire = Sort(object);
    switch (TypeOf(wire.type)) {
      case PartType::kText:
        if (IsString(wire.text)) return TextOf(object, wire, wire.text, false);
        break;
      case PartType::kRefusal:
        if (IsString(wire.refusal)) return TextOf(object, wire, wire.refusal, true);
        break;
      case PartType::kImage:
        if (IsString(wire.image) || IsObject(wire.image)) return ImageOf(object, wire);
        break;
      case PartType::kAudio:
        if (IsObject(wire.audio)) return AudioOf(object, wire);
        break;
      case PartType::kFile:
        if (IsObject(wire.file)) return FileOf(object, wire);
        break;
      case PartType::kUnknown:
        break;
    }
    OpaquePart opaque;
    opaque.protocol = kId;
    if (IsString(wire.type)) opaque.kind = Text::Of(wire.type);
    opaque.value = Raw::Of(object);
    opaque.node = object.id();
    return opaque;
  }

 private:
  WirePart Sort(const Value& object) {
    WirePart wire;
    wire.type = object.Find("type");
    PartType type = TypeOf(wire.type);
    for (Member member : object.members()) {
      const Value& value = member.value;
      switch (kPartFields.Find(member.key)) {
        case kPartFields("type"):
          break;
        case kPartFields("text"):
          Sort(member, type == PartType::kText, wire.text, wire);
          break;
        case kPartFields("refusal"):
          Sort(member, type == PartType::kRefusal, wire.refusal, wire);
          break;
        case kPartFields("image_url"):
          Sort(member, type == PartType::kImage, wire.image, wire);
          break;
        case kPartFields("input_audio"):
          Sort(member, type == PartType::kAudio, wire.audio, wire);
          break;
        case kPartFields("file"):
          Sort(member, type == PartType::kFile, wire.file, wire);
          break;
        case kPartFields("cache_control"):
        case kPartFields("prompt_cache_breakpoint"):
          if (!value.is_object() || wire.cache.present())
            take_.Keep(member, wire.extras);
          else
            wire.cache = openai::CacheMarkOf(member);
          break;
        default:
          take_.Keep(member, wire.extras);
      }
    }
    return wire;
  }

  void Sort(const Member& member, bool of_this_type, Value& into, WirePart& wire) {
    if (of_this_type)
      into = member.value;
    else
      take_.Keep(member, wire.extras);
  }

  void UseType(const WirePart& wire) {
    if (wire.type.valid()) take_.Use(wire.type);
  }

  Part TextOf(const Value& object, const WirePart& wire, const Value& text, bool is_refusal) {
    UseType(wire);
    TextPart part;
    part.text = Text::Of(text);
    part.is_refusal = is_refusal;
    part.cache = wire.cache;
    part.extras = wire.extras;
    part.node = object.id();
    if (!wire.type.valid()) part.style = kNoType;
    return part;
  }

  MediaPart MediaOf(const Value& object, const WirePart& wire, MediaPart::Kind kind) {
    UseType(wire);
    MediaPart part;
    part.kind = kind;
    part.cache = wire.cache;
    part.extras = wire.extras;
    part.node = object.id();
    return part;
  }

  Part ImageOf(const Value& object, const WirePart& wire) {
    MediaPart part = MediaOf(object, wire, MediaPart::Kind::kImage);
    if (wire.image.is_string()) {
      part.style = kPlainUrl;
      openai::SetUrl(Text::Of(wire.image), part);
      return part;
    }
    UseIfEmpty(wire.image, context_);
    for (Member member : wire.image.members()) {
      switch (kMediaFields.Find(member.key)) {
        case kMediaFields("url"):
          if (member.value.is_string())
            openai::SetUrl(Text::Of(member.value), part);
          else
            take_.Wrong(member, Expected::kString, part.source_extras);
          break;
        case kMediaFields("detail"):
          take_.Take(member, part.detail, part.source_extras);
          if (part.detail.Is("auto")) take_.Use(member.value);
          break;
        default:
          take_.Keep(member, part.source_extras);
      }
    }
    return part;
  }

  Part AudioOf(const Value& object, const WirePart& wire) {
    MediaPart part = MediaOf(object, wire, MediaPart::Kind::kAudio);
    UseIfEmpty(wire.audio, context_);
    for (Member member : wire.audio.members()) {
      switch (kMediaFields.Find(member.key)) {
        case kMediaFields("data"):
          take_.Take(member, part.data, part.source_extras);
          if (part.data.present()) part.source = MediaPart::Source::kBase64;
          break;
        case kMediaFields("format"):
          take_.Take(member, part.media_type, part.source_extras);
          break;
        default:
          take_.Keep(member, part.source_extras);
      }
    }
    openai::SetAudioType(part, context_.arena);
    return part;
  }

  Part FileOf(const Value& object, const WirePart& wire) {
    MediaPart part = MediaOf(object, wire, MediaPart::Kind::kDocument);
    Member id;
    UseIfEmpty(wire.file, context_);
    for (Member member : wire.file.members()) {
      switch (kMediaFields.Find(member.key)) {
        case kMediaFields("file_data"):
          if (member.value.is_string())
            openai::SetFileData(Text::Of(member.value), part);
          else
            take_.Wrong(member, Expected::kString, part.source_extras);
          break;
        case kMediaFields("file_id"):
          id = member;
          break;
        case kMediaFields("filename"):
          take_.Take(member, part.filename, part.source_extras);
          break;
        default:
          take_.Keep(member, part.source_extras);
      }
    }
    if (!id.value.valid()) return part;
    if (part.data.present() || !id.value.is_string()) {
      take_.Wrong(id, Expected::kString, part.source_extras);
    } else {
      part.source = MediaPart::Source::kFileId;
      part.data = Text::Of(id.value);
    }
    return part;
  }

  CodecContext& context_;
  Taker take_;
};

void DecodeCallFunction(const Value& object, bool custom, Taker& take, ToolCallPart& call) {
  UseIfEmpty(object, take.context());
  for (Member member : object.members()) {
    switch (kFunctionFields.Find(member.key)) {
      case kFunctionFields("name"):
        take.Take(member, call.name, call.inner_extras);
        break;
      case kFunctionFields("arguments"):
      case kFunctionFields("input"):
        if (member.key.Is("input") != custom)
          take.Keep(member, call.inner_extras);
        else if (member.value.is_string())
          call.arguments = {Text::Of(member.value), {}};
        else
          take.TakeRaw(member, call.arguments.json, call.inner_extras);
        break;
      default:
        take.Keep(member, call.inner_extras);
    }
  }
}

Part DecodeToolCall(const Value& object, std::size_t position, CodecContext& context) {
  Taker take(context);
  ToolCallPart call;
  call.node = object.id();
  Value type = object.Find("type");
  Value function = object.Find("function");
  Value custom = object.Find("custom");
  call.is_custom = IsObject(custom) && !IsObject(function);
  if (!IsObject(function) && !IsObject(custom)) {
    OpaquePart opaque;
    opaque.protocol = kId;
    if (IsString(type)) opaque.kind = Text::Of(type);
    opaque.value = Raw::Of(object);
    opaque.node = object.id();
    opaque.style = kCallEntry;
    return opaque;
  }
  if (!IsString(type) || !type.Is(call.is_custom ? "custom" : "function")) call.style = kNoType;
  for (Member member : object.members()) {
    switch (kCallFields.Find(member.key)) {
      case kCallFields("id"):
        take.Take(member, call.id, call.extras);
        break;
      case kCallFields("type"):
        if (call.style == kNoType)
          take.Keep(member, call.extras);
        else
          take.Use(member.value);
        break;
      case kCallFields("index"): {
        std::optional<std::int64_t> index = member.value.Int();
        bool repeats = index && *index == static_cast<std::int64_t>(position);
        KeepUsed(take, member, call.extras, repeats);
        break;
      }
      case kCallFields("function"):
        if (call.is_custom) take.Keep(member, call.extras);
        break;
      case kCallFields("custom"):
        if (!call.is_custom) take.Keep(member, call.extras);
        break;
      default:
        take.Keep(member, call.extras);
    }
  }
  DecodeCallFunction(call.is_custom ? custom : function, call.is_custom, take, call);
  return call;
}

}  // namespace

Status DecodeContentParts(const Value& list, CodecContext& context, List<Part>& parts) {
  PartDecoder decoder(context);
  for (Value item : list.items()) {
    if (!item.is_object()) return Unexpected(item, "an object as the content part");
    parts.push_back(context.arena, decoder.Run(item));
  }
  return Ok();
}

Status DecodeToolCalls(const Value& list, CodecContext& context, List<Part>& parts) {
  std::size_t position = 0;
  for (Value item : list.items()) {
    if (!item.is_object()) return Unexpected(item, "an object as the tool call");
    parts.push_back(context.arena, DecodeToolCall(item, position++, context));
  }
  return Ok();
}

void DecodeFunctionCall(const Value& object, std::size_t index, CodecContext& context,
                        List<Part>& parts) {
  Taker take(context);
  ToolCallPart call;
  call.is_legacy = true;
  call.node = object.id();
  call.id = DerivedCallId(index, context.arena);
  DecodeCallFunction(object, false, take, call);
  parts.push_back(context.arena, call);
}

Part DecodeReasoningDetail(const Value& entry, std::size_t position, CodecContext& context) {
  Taker take(context);
  Value type = entry.is_object() ? entry.Find("type") : Value();
  bool is_text = IsString(type) && type.Is("reasoning.text");
  bool is_summary = IsString(type) && type.Is("reasoning.summary");
  bool is_encrypted = IsString(type) && type.Is("reasoning.encrypted");
  if (!is_text && !is_summary && !is_encrypted) {
    OpaquePart opaque;
    opaque.protocol = kId;
    if (IsString(type)) opaque.kind = Text::Of(type);
    opaque.value = Raw::Of(entry);
    opaque.node = entry.id();
    opaque.style = kDetailEntry;
    return opaque;
  }
  ReasoningPart part;
  part.node = entry.id();
  part.is_summary = is_summary;
  take.Use(type);
  for (Member member : entry.members()) {
    const Value& value = member.value;
    switch (kDetailFields.Find(member.key)) {
      case kDetailFields("type"):
        break;
      case kDetailFields("text"):
        if (is_text)
          take.Take(member, part.text, part.extras);
        else
          take.Keep(member, part.extras);
        break;
      case kDetailFields("summary"):
        if (is_summary)
          take.Take(member, part.text, part.extras);
        else
          take.Keep(member, part.extras);
        break;
      case kDetailFields("data"):
        if (is_encrypted)
          take.Take(member, part.encrypted, part.extras);
        else
          take.Keep(member, part.extras);
        break;
      case kDetailFields("signature"):
        take.Take(member, part.signature, part.extras);
        break;
      case kDetailFields("id"):  // names the item; of use only beside what is encrypted
        take.Take(member, part.id, part.extras);
        if (part.id.present()) take.Use(value);
        break;
      case kDetailFields("format"):
        if (value.is_string()) {
          part.issuer = IssuerOfFormat(Text::Of(value).Decode(context.arena));
          take.Use(value);
        } else {
          take.Wrong(member, Expected::kString, part.extras);
        }
        break;
      case kDetailFields("index"): {
        std::optional<std::int64_t> index = value.Int();
        bool repeats = index && *index == static_cast<std::int64_t>(position);
        KeepUsed(take, member, part.extras, repeats);
        break;
      }
      default:
        take.Keep(member, part.extras);
    }
  }
  if (part.issuer == Issuer::kUnknown) {
    part.issuer = IssuerOfSecret(part.signature.present() ? part.signature : part.encrypted);
  }
  // Google's is no reasoning of its own: it signs the part after it.
  if (part.issuer == Issuer::kGoogle && part.encrypted.present()) {
    part.signature = part.encrypted;
    part.encrypted = {};
    part.id = {};  // of a call: it says where the signature stands
  }
  return part;
}

Citation DecodeAnnotation(const Value& annotation, CodecContext& context) {
  return openai::DecodeCitation(annotation, annotation.Find("url_citation"), context);
}

}  // namespace aiproxy::openai_chat
