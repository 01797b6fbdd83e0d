#include "core/protocols/gemini_generate/part_decode.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "core/model/foreign_reasoning.h"
#include "core/model/words.h"

namespace aiproxy::gemini_generate {

namespace {

// In the order in which the first one that is there counts.
constexpr FieldNames kKinds("text", "functionCall", "functionResponse", "inlineData", "fileData",
                            "executableCode", "codeExecutionResult", "toolCall", "toolResponse",
                            "audioTranscription");
constexpr std::array<std::string_view, 10> kKindWords{
    "text",         "functionCall",      "functionResponse",    "inlineData",
    "fileData",     "executableCode",    "codeExecutionResult", "toolCall",
    "toolResponse", "audioTranscription"};

struct Extension {
  std::string_view name;
  std::string_view type;
};
constexpr Extension kExtensions[] = {
    {"jpg", "image/jpeg"},       {"jpeg", "image/jpeg"},     {"png", "image/png"},
    {"gif", "image/gif"},        {"webp", "image/webp"},     {"heic", "image/heic"},
    {"heif", "image/heif"},      {"bmp", "image/bmp"},       {"svg", "image/svg+xml"},
    {"tiff", "image/tiff"},      {"avif", "image/avif"},     {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},      {"mpg", "video/mpg"},       {"mov", "video/mov"},
    {"avi", "video/avi"},        {"wmv", "video/wmv"},       {"webm", "video/webm"},
    {"mkv", "video/x-matroska"}, {"flv", "video/x-flv"},     {"3gp", "video/3gpp"},
    {"mp3", "audio/mp3"},        {"wav", "audio/wav"},       {"ogg", "audio/ogg"},
    {"flac", "audio/flac"},      {"aac", "audio/aac"},       {"m4a", "audio/m4a"},
    {"opus", "audio/opus"},      {"pdf", "application/pdf"}, {"txt", "text/plain"},
    {"md", "text/md"},           {"csv", "text/csv"},        {"html", "text/html"},
    {"css", "text/css"},         {"js", "text/javascript"},  {"json", "application/json"},
    {"xml", "text/xml"},         {"rtf", "text/rtf"},
};

template <class T>
T& Append(List<Part>& parts, CodecContext& context, const Value& part) {
  parts.push_back(context.arena, Part(T{}));
  T& appended = *std::get_if<T>(&parts.back().variant());
  appended.node = part.id();
  return appended;
}

/// Where a URI leads: the web, or a storage that only Google reads.
MediaPart::Source SourceOfUri(std::string_view uri) {
  constexpr std::string_view kFiles = "https://generativelanguage.googleapis.com/";
  bool web = uri.starts_with("https://") || uri.starts_with("http://");
  if (!web || (uri.starts_with(kFiles) && uri.find("/files/") != uri.npos)) {
    return MediaPart::Source::kVendorUri;
  }
  return MediaPart::Source::kUrl;
}

/// Base64 as everybody else spells it: with '+' and '/', and padded. As it is when it is so.
std::string_view StandardBase64(std::string_view data, Arena& arena) {
  bool padded = data.size() % 4 == 0;
  if (data.size() % 4 == 1) return data;  // is no base64
  if (padded && data.find_first_of("-_") == data.npos) return data;
  std::string standard(data);
  for (char& c : standard) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (standard.size() % 4 != 0) standard += '=';
  return arena.Copy(standard);
}

/// What other protocols call the resolution of an image.
Text DetailOf(const Value& level) {
  auto word = [&](std::string_view text) { return Text{text, level.id(), Text::Spelling::kClean}; };
  if (level.Is("MEDIA_RESOLUTION_LOW")) return word("low");
  if (level.Is("MEDIA_RESOLUTION_HIGH")) return word("high");
  return {};
}

}  // namespace

Issuer IssuerOf(const Text& model, CodecContext& context) {
  Issuer issuer = model.present() ? IssuerOfModel(model.Decode(context.arena)) : Issuer::kUnknown;
  return issuer == Issuer::kUnknown ? Issuer::kGoogle : issuer;
}

std::string_view MediaTypeOfUri(std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  std::size_t dot = uri.rfind('.');
  if (dot == uri.npos) return {};
  std::string extension(uri.substr(dot + 1));
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const Extension& row : kExtensions) {
    if (row.name == extension) return row.type;
  }
  return {};
}

MediaPart::Kind MediaKind(const Text& media_type, std::string_view uri) {
  std::string_view type = media_type.bytes;
  if (type.empty()) type = MediaTypeOfUri(uri);
  if (type.starts_with("image/")) return MediaPart::Kind::kImage;
  if (type.starts_with("audio/")) return MediaPart::Kind::kAudio;
  bool film = uri.find("youtube.com/") != uri.npos || uri.find("youtu.be/") != uri.npos;
  if (type.starts_with("video/") || film) return MediaPart::Kind::kVideo;
  return MediaPart::Kind::kDocument;
}

PartDecoder::Members PartDecoder::Sort(const Value& part) const {
  constexpr FieldNames kFields("thought", "thoughtSignature");
  Members sorted;
  for (Member m : part.members()) {
    int kind = m.value.is_null() ? -1 : FindSpelled(kKinds, m.key);
    if (kind >= 0 && (sorted.kind < 0 || kind < sorted.kind)) sorted.kind = kind;
  }
  Taker take(context_);
  for (Member m : part.members()) {
    if (sorted.kind >= 0 && FindSpelled(kKinds, m.key) == sorted.kind && !m.value.is_null()) {
      sorted.data = m;
      continue;
    }
    switch (FindSpelled(kFields, m.key)) {
      case kFields("thought"):
        if (m.value.is_true() && sorted.kind <= kKinds("text")) {
          sorted.thought = true;
          take.Use(m.value);
        } else {
          KeepUsed(take, m, sorted.extras, m.value.is_bool() && !m.value.is_true());
        }
        break;
      case kFields("thoughtSignature"):
        take.Take(m, sorted.signature, sorted.extras);
        sorted.snake_signature = IsSnake(m.key);
        break;
      default:
        take.Keep(m, sorted.extras);
    }
  }
  return sorted;
}

Status PartDecoder::Decode(const Value& part, List<Part>& parts) {
  if (!part.is_object()) return Unexpected(part, "an object as the part");
  Members members = Sort(part);
  bool object = members.data.value.valid() && members.data.value.is_object();
  switch (members.kind) {
    case -1:
      if (members.thought || members.signature.present())
        DecodeText(members, part, parts);
      else
        AppendOpaque(part, "part", parts);
      return Ok();
    case kKinds("text"):
      if (members.data.value.is_string())
        DecodeText(members, part, parts);
      else
        AppendOpaque(part, "text", parts);
      return Ok();
    case kKinds("functionCall"):
      if (!object) break;
      DecodeCall(members, part, parts);
      return Ok();
    case kKinds("functionResponse"):
      if (!object) break;
      return DecodeResult(members, part, parts);
    case kKinds("inlineData"):
    case kKinds("fileData"):
      if (!object) break;
      DecodeMedia(members, part, parts);
      return Ok();
    default:
      break;
  }
  AppendOpaque(part, kKindWords[static_cast<std::size_t>(members.kind)], parts);
  return Ok();
}

void PartDecoder::AppendOpaque(const Value& part, std::string_view kind, List<Part>& parts) {
  OpaquePart& opaque = Append<OpaquePart>(parts, context_, part);
  opaque.protocol = kId;
  opaque.kind = {kind, kNoNode, Text::Spelling::kClean};
  opaque.value = Raw::Of(part);
  UseIfEmpty(part, context_);
}

/// The signature of a part that is no thought stands before it as reasoning without text.
Issuer PartDecoder::IssuerOf(const Text& signature) const {
  Issuer shown = IssuerOfSecret(signature);
  return shown == Issuer::kUnknown ? issuer_ : shown;
}

void PartDecoder::Attach(const Members& members, const Value& part, List<Part>& parts) {
  if (!members.signature.present()) return;
  ReasoningPart& reasoning = Append<ReasoningPart>(parts, context_, part);
  reasoning.signature = members.signature;
  reasoning.issuer = IssuerOf(members.signature);
  reasoning.style = kAttached;
  if (members.snake_signature) reasoning.style |= kSnakeSignature;
}

void PartDecoder::DecodeText(const Members& members, const Value& part, List<Part>& parts) {
  bool has_text = members.kind == kKinds("text");
  if (has_text && !members.thought) {
    Attach(members, part, parts);
    TextPart& text = Append<TextPart>(parts, context_, part);
    text.text = Text::Of(members.data.value);
    text.extras = members.extras;
    if (members.signature.present() && text.text.empty()) context_.accounting.Use(text.text.node);
    return;
  }
  ReasoningPart& reasoning = Append<ReasoningPart>(parts, context_, part);
  reasoning.issuer = IssuerOf(members.signature);
  reasoning.extras = members.extras;
  if (members.snake_signature) reasoning.style |= kSnakeSignature;
  if (has_text) reasoning.text = Text::Of(members.data.value);
  if (!has_text && members.thought) {
    reasoning.encrypted = members.signature;
    return;
  }
  reasoning.signature = members.signature;
  if (!has_text) reasoning.style |= kBareSignature;
}

void PartDecoder::DecodeMedia(const Members& members, const Value& part, List<Part>& parts) {
  constexpr FieldNames kFields("mimeType", "data", "fileUri", "displayName");
  Attach(members, part, parts);
  MediaPart& media = Append<MediaPart>(parts, context_, part);
  media.extras = members.extras;
  if (IsSnake(members.data.key)) media.style |= kSnakePart;
  bool is_inline = members.kind == kKinds("inlineData");
  media.source = is_inline ? MediaPart::Source::kBase64 : MediaPart::Source::kUrl;
  Taker take(context_);
  UseIfEmpty(members.data.value, context_);
  ForEachSpelled(members.data.value, kFields, context_, [&](int index, const Member& m) {
    std::uint8_t snake = 0;
    if (index == kFields("mimeType")) {
      take.Take(m, media.media_type, media.source_extras);
      snake = kSnakeMimeType;
    } else if (index == (is_inline ? kFields("data") : kFields("fileUri"))) {
      take.Take(m, media.data, media.source_extras);
      snake = kSnakeFileUri;
    } else if (index == kFields("displayName")) {
      take.Take(m, media.filename, media.source_extras);
      snake = kSnakeDisplayName;
    } else {
      take.Keep(m, media.source_extras);
    }
    if (IsSnake(m.key)) media.style |= snake;
  });
  if (Value level = FindSpelled(FindSpelled(part, "mediaResolution"), "level"); IsString(level)) {
    media.detail = DetailOf(level);
  }
  std::string_view uri = is_inline ? std::string_view() : media.data.Decode(context_.arena);
  if (!is_inline) media.source = SourceOfUri(uri);
  media.kind = MediaKind(media.media_type, uri);
  if (!is_inline || media.data.spelling != Text::Spelling::kClean) return;
  std::string_view standard = StandardBase64(media.data.bytes, context_.arena);
  if (standard == media.data.bytes) return;
  media.style |= kDataInExtras;
  media.source_extras.push_back(context_.arena,
                                {Text{"data", kNoNode, Text::Spelling::kClean},
                                 Raw{context_.document().Raw(media.data.node), kNoNode}});
  media.data.bytes = standard;
}

Text PartDecoder::DerivedId(std::size_t number) const {
  std::string id = "call_" + std::to_string(content_) + "_" + std::to_string(number);
  return {context_.arena.Copy(id), kNoNode, Text::Spelling::kClean};
}

Text PartDecoder::AnswerId(std::size_t number, const Text& name) const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t hash = 14695981039346656037u;
  auto add = [&hash](std::string_view text) {
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  };
  constexpr std::string_view kNul("\0", 1);
  add(response_id_);
  add(kNul);
  add(std::to_string(content_));
  add(kNul);
  add(std::to_string(number));
  add(kNul);
  add(name.Decode(context_.arena));
  std::string id = "call_";
  for (int shift = 60; shift >= 0; shift -= 4) id += kDigits[(hash >> shift) & 0xf];
  return {context_.arena.Copy(id), kNoNode, Text::Spelling::kClean};
}

void PartDecoder::DecodeCall(const Members& members, const Value& part, List<Part>& parts) {
  constexpr FieldNames kFields("id", "name", "args", "willContinue");
  Attach(members, part, parts);
  ToolCallPart& call = Append<ToolCallPart>(parts, context_, part);
  call.extras = members.extras;
  if (IsSnake(members.data.key)) call.style |= kSnakePart;
  Taker take(context_);
  UseIfEmpty(members.data.value, context_);
  for (Member m : members.data.value.members()) {
    switch (FindSpelled(kFields, m.key)) {
      case kFields("id"):
        take.Take(m, call.id, call.inner_extras);
        break;
      case kFields("name"):
        take.Take(m, call.name, call.inner_extras);
        break;
      case kFields("args"):
        take.TakeRaw(m, call.arguments.json, call.inner_extras);
        break;
      case kFields("willContinue"):
        KeepUsed(take, m, call.inner_extras, m.value.kind() == JsonKind::kFalse);
        break;
      default:
        take.Keep(m, call.inner_extras);
    }
  }
  if (!call.id.present()) {
    call.id = is_answer_ ? AnswerId(calls_, call.name) : DerivedId(calls_);
    call.style |= kDerivedId;
  }
  ++calls_;
  if (is_answer_) return;  // no results follow
  if (pending_content_ != content_) {
    pending_ = {};
    by_id_ = {};
    by_name_ = {};
    first_open_ = 0;
  }
  pending_content_ = content_;
  pending_.push_back(context_.arena, {call.id, call.name.Decode(context_.arena)});
}

/// Calls that came since are few when calls and results alternate in one content.
void PartDecoder::SortPending() {
  constexpr std::size_t kFew = 8;
  auto before_by_id = [this](std::uint32_t a, std::uint32_t b) {
    return std::tie(pending_[a].id.bytes, a) < std::tie(pending_[b].id.bytes, b);
  };
  auto before_by_name = [this](std::uint32_t a, std::uint32_t b) {
    return std::tie(pending_[a].name, a) < std::tie(pending_[b].name, b);
  };
  auto sort = [this](List<std::uint32_t>& list, auto before) {
    bool few = !list.empty() && pending_.size() - list.size() <= kFew;
    for (auto i = static_cast<std::uint32_t>(list.size()); i < pending_.size(); ++i) {
      list.push_back(context_.arena, i);
      if (!few) continue;
      std::uint32_t* last = list.end() - 1;
      std::rotate(std::upper_bound(list.begin(), last, i, before), last, list.end());
    }
    if (!few) std::sort(list.begin(), list.end(), before);
  };
  if (by_id_.size() == pending_.size()) return;
  sort(by_id_, before_by_id);
  sort(by_name_, before_by_name);
}

PartDecoder::Call* PartDecoder::CallOfId(std::string_view id) {
  const std::uint32_t* at = std::partition_point(
      by_id_.begin(), by_id_.end(), [&](std::uint32_t i) { return pending_[i].id.bytes < id; });
  return at != by_id_.end() && pending_[*at].id.bytes == id ? &pending_[*at] : nullptr;
}

PartDecoder::Call* PartDecoder::UnansweredOfName(std::string_view name) {
  const std::uint32_t* first = std::partition_point(
      by_name_.begin(), by_name_.end(), [&](std::uint32_t i) { return pending_[i].name < name; });
  if (first == by_name_.end() || pending_[*first].name != name) return nullptr;
  for (std::uint32_t& next = pending_[*first].next; first + next != by_name_.end(); ++next) {
    Call& call = pending_[first[next]];
    if (call.name != name) break;
    if (!call.answered) return &call;
  }
  return nullptr;
}

PartDecoder::Call* PartDecoder::FirstUnanswered() {
  while (first_open_ < pending_.size() && pending_[first_open_].answered) ++first_open_;
  return first_open_ < pending_.size() ? &pending_[first_open_] : nullptr;
}

/// An answer without an id is that of the first call of its name that has none yet.
void PartDecoder::Pair(ToolResultPart& result) {
  SortPending();
  Call* partner = result.call_id.present() ? CallOfId(result.call_id.bytes)
                  : result.name.present()  ? UnansweredOfName(result.name.Decode(context_.arena))
                                           : FirstUnanswered();
  if (partner != nullptr) partner->answered = true;
  if (result.call_id.present()) return;
  result.style |= kDerivedId;
  result.unpaired = partner == nullptr;
  if (partner == nullptr) {
    result.call_id = DerivedId(results_);
    return;
  }
  result.call_id = partner->id;
  result.call_id.node = kNoNode;
}

void PartDecoder::DecodeResponse(const Member& member, ToolResultPart& result) {
  result.style = static_cast<std::uint8_t>(result.style & ~kNoResponse);
  const Value& response = member.value;
  bool single = !response.empty_container();
  Member only{};
  if (single) {
    only = *response.members().begin();
    single = response.document().node(only.value.id()).next ==
                 response.document().node(response.id()).next &&
             only.value.is_string();
  }
  TextPart text;
  bool is_error = single && only.key.Is("error");
  if (is_error || (single && only.key.Is("output"))) {
    text.text = Text::Of(only.value);
    text.node = only.value.id();
    result.style |= is_error ? kErrorShape : kOutputShape;
    if (is_error) result.is_error = {true, only.value.id()};
  } else {
    text.json = Raw::Of(response);
    text.node = response.id();
  }
  result.content.push_back(context_.arena, text);
}

Status PartDecoder::DecodeResult(const Members& members, const Value& part, List<Part>& parts) {
  constexpr FieldNames kFields("id", "name", "response", "parts", "willContinue", "scheduling");
  Attach(members, part, parts);
  ToolResultPart result;  // by value: its parts are appended to other lists of the arena
  result.node = members.data.value.id();
  result.extras = members.extras;
  result.style = kNoResponse;
  if (IsSnake(members.data.key)) result.style |= kSnakePart;
  Taker take(context_);
  UseIfEmpty(members.data.value, context_);
  Value inner;
  Member response{};
  for (Member m : members.data.value.members()) {
    switch (FindSpelled(kFields, m.key)) {
      case kFields("id"):
        take.Take(m, result.call_id, result.inner_extras);
        break;
      case kFields("name"):
        take.Take(m, result.name, result.inner_extras);
        break;
      case kFields("response"):
        if (m.value.is_object())
          response = m;
        else
          take.Wrong(m, Expected::kObject, result.inner_extras);
        break;
      case kFields("parts"):
        if (m.value.is_array() && !m.value.empty_container())
          inner = m.value;
        else
          KeepUsed(take, m, result.inner_extras, m.value.is_array());
        break;
      case kFields("willContinue"):
      case kFields("scheduling"):
        KeepUsed(take, m, result.inner_extras,
                 m.value.kind() == JsonKind::kFalse || IsUnset(m.value));
        break;
      default:
        take.Keep(m, result.inner_extras);
    }
  }
  if (response.value.valid()) DecodeResponse(response, result);
  Pair(result);
  ++results_;
  if (inner.valid()) {
    for (Value item : inner.items()) AIPROXY_RETURN_IF_ERROR(Decode(item, result.content));
  }
  parts.push_back(context_.arena, Part(result));
  return Ok();
}

}  // namespace aiproxy::gemini_generate
