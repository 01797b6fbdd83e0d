// Reading the content of messages and of tool outputs: text, refusals, media, annotations.
#include "core/json/field_names.h"
#include "core/model/openai_citation.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr FieldNames kPartFields("type", "text", "refusal", "image_url", "file_id", "file_url",
                                 "file_data", "filename", "detail", "input_audio", "annotations",
                                 "logprobs", "cache_control", "prompt_cache_breakpoint");
constexpr FieldNames kAudioFields("data", "format");

enum class PartType { kText, kRefusal, kImage, kFile, kAudio, kReasoning, kCall, kUnknown };

PartType TypeOf(const Value& type) {
  if (!IsString(type)) return PartType::kUnknown;
  if (type.Is("input_text") || type.Is("output_text") || type.Is("text")) return PartType::kText;
  if (type.Is("refusal")) return PartType::kRefusal;
  if (type.Is("input_image")) return PartType::kImage;
  if (type.Is("input_file")) return PartType::kFile;
  if (type.Is("input_audio")) return PartType::kAudio;
  if (type.Is("reasoning_text")) return PartType::kReasoning;
  if (type.Is("function_call") || type.Is("custom_tool_call")) return PartType::kCall;
  return PartType::kUnknown;
}

class PartDecoder {
 public:
  explicit PartDecoder(CodecContext& context) : context_(context), take_(context) {}

  Part Run(const Value& object, std::size_t index) {
    type_ = object.Find("type");
    switch (TypeOf(type_)) {
      case PartType::kText:
        if (IsString(object.Find("text"))) return TextOf(object, false);
        break;
      case PartType::kRefusal:
        if (IsString(object.Find("refusal"))) return TextOf(object, true);
        break;
      case PartType::kReasoning:
        if (IsString(object.Find("text"))) return ReasoningOf(object);
        break;
      case PartType::kImage:
        if (IsString(object.Find("image_url")) || IsString(object.Find("file_id"))) {
          return ImageOf(object);
        }
        break;
      case PartType::kFile:
        return FileOf(object);
      case PartType::kAudio:
        if (IsObject(object.Find("input_audio"))) return AudioOf(object);
        break;
      case PartType::kCall: {
        ToolCallPart call = DecodeCall(object, index, context_);
        call.style |= kInContent;
        return call;
      }
      case PartType::kUnknown:
        break;
    }
    OpaquePart opaque;
    opaque.protocol = kId;
    if (IsString(type_)) opaque.kind = Text::Of(type_);
    opaque.value = Raw::Of(object);
    opaque.node = object.id();
    return opaque;
  }

 private:
  Part TextOf(const Value& object, bool refusal) {
    take_.Use(type_);
    TextPart part;
    part.node = object.id();
    part.is_refusal = refusal;
    if (type_.Is("output_text")) part.style |= kOutputText;
    if (type_.Is("text")) part.style |= kPlainText;
    for (Member member : object.members()) {
      const Value& value = member.value;
      switch (kPartFields.Find(member.key)) {
        case kPartFields("type"):
          break;
        case kPartFields("text"):
        case kPartFields("refusal"):
          if (member.key.Is("refusal") == refusal)
            take_.Take(member, part.text, part.extras);
          else
            take_.Keep(member, part.extras);
          break;
        case kPartFields("annotations"):
          if (value.is_array())
            TakeAnnotations(value, part);
          else
            take_.Wrong(member, Expected::kArray, part.extras);
          break;
        case kPartFields("logprobs"):
          if (value.is_array()) UseIfEmpty(value, context_);
          take_.Keep(member, part.extras);
          break;
        default:
          TakeMark(member, part.cache, part.extras);
      }
    }
    return part;
  }

  void TakeAnnotations(const Value& list, TextPart& part) {
    part.style |= kHasAnnotations;
    UseIfEmpty(list, context_);
    part.citations.clear();
    for (Value item : list.items()) {
      part.citations.push_back(context_.arena, openai::DecodeCitation(item, item, context_));
    }
  }

  void TakeMark(const Member& member, CacheMark& mark, Extras& extras) {
    bool is_mark = member.key.Is("cache_control") || member.key.Is("prompt_cache_breakpoint");
    if (is_mark && member.value.is_object() && !mark.present())
      mark = openai::CacheMarkOf(member);
    else
      take_.Keep(member, extras);
  }

  Part ReasoningOf(const Value& object) {
    take_.Use(type_);
    ReasoningPart part;
    part.node = object.id();
    for (Member member : object.members()) {
      if (member.key.Is("text"))
        take_.Take(member, part.text, part.extras);
      else if (member.value.id() != type_.id())
        take_.Keep(member, part.extras);
    }
    return part;
  }

  MediaPart MediaOf(const Value& object, MediaPart::Kind kind) {
    take_.Use(type_);
    MediaPart part;
    part.kind = kind;
    part.node = object.id();
    return part;
  }

  Part ImageOf(const Value& object) {
    MediaPart part = MediaOf(object, MediaPart::Kind::kImage);
    Member id;
    for (Member member : object.members()) {
      switch (kPartFields.Find(member.key)) {
        case kPartFields("type"):
          break;
        case kPartFields("image_url"):
          if (member.value.is_string())
            openai::SetUrl(Text::Of(member.value), part);
          else
            take_.Wrong(member, Expected::kString, part.extras);
          break;
        case kPartFields("file_id"):
          id = member;
          break;
        case kPartFields("detail"):
          take_.Take(member, part.detail, part.extras);
          if (part.detail.Is("auto")) take_.Use(member.value);
          break;
        default:
          TakeMark(member, part.cache, part.extras);
      }
    }
    TakeFileId(id, part);
    return part;
  }

  Part FileOf(const Value& object) {
    MediaPart part = MediaOf(object, MediaPart::Kind::kDocument);
    Member id, url;
    for (Member member : object.members()) {
      switch (kPartFields.Find(member.key)) {
        case kPartFields("type"):
          break;
        case kPartFields("file_data"):
          if (member.value.is_string()) {
            openai::SetFileData(Text::Of(member.value), part);
            part.style |= kHasDataUrl;
          } else {
            take_.Wrong(member, Expected::kString, part.extras);
          }
          break;
        case kPartFields("file_url"):
          url = member;
          break;
        case kPartFields("file_id"):
          id = member;
          break;
        case kPartFields("filename"):
          take_.Take(member, part.filename, part.extras);
          break;
        case kPartFields("detail"):
          take_.Take(member, part.detail, part.extras);
          if (part.detail.Is("auto")) take_.Use(member.value);
          break;
        default:
          TakeMark(member, part.cache, part.extras);
      }
    }
    if (url.value.valid()) {
      if (part.data.present() || !url.value.is_string()) {
        take_.Wrong(url, Expected::kString, part.extras);
      } else {
        part.source = MediaPart::Source::kUrl;
        part.data = Text::Of(url.value);
      }
    }
    TakeFileId(id, part);
    return part;
  }

  /// Counts only where nothing else says what the part is.
  void TakeFileId(const Member& id, MediaPart& part) {
    if (!id.value.valid()) return;
    if (part.data.present() || !id.value.is_string()) {
      return take_.Wrong(id, Expected::kString, part.extras);
    }
    part.source = MediaPart::Source::kFileId;
    part.data = Text::Of(id.value);
  }

  Part AudioOf(const Value& object) {
    MediaPart part = MediaOf(object, MediaPart::Kind::kAudio);
    for (Member member : object.members()) {
      if (member.value.id() == type_.id()) continue;
      if (!member.key.Is("input_audio") || !member.value.is_object()) {
        TakeMark(member, part.cache, part.extras);
        continue;
      }
      UseIfEmpty(member.value, context_);
      for (Member inner : member.value.members()) {
        switch (kAudioFields.Find(inner.key)) {
          case kAudioFields("data"):
            take_.Take(inner, part.data, part.source_extras);
            if (part.data.present()) part.source = MediaPart::Source::kBase64;
            break;
          case kAudioFields("format"):
            take_.Take(inner, part.media_type, part.source_extras);
            break;
          default:
            take_.Keep(inner, part.source_extras);
        }
      }
    }
    openai::SetAudioType(part, context_.arena);
    return part;
  }

  CodecContext& context_;
  Taker take_;
  Value type_;
};

}  // namespace

Status DecodeContentList(const Value& list, CodecContext& context, List<Part>& parts) {
  PartDecoder decoder(context);
  UseIfEmpty(list, context);
  for (Value item : list.items()) {
    if (!item.is_object()) return Unexpected(item, "an object as the content part");
    parts.push_back(context.arena, decoder.Run(item, parts.size()));
  }
  return Ok();
}

}  // namespace aiproxy::openai_responses
