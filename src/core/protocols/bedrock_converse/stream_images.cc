#include "core/protocols/bedrock_converse/stream_images.h"

#include <algorithm>

#include "core/stream/base64.h"

namespace aiproxy::bedrock_converse {

namespace {

/// The bytes of {"image":{"source":{"bytes"}}}; invalid for everything else.
Value BytesIn(const Value& delta) {
  Value at = delta;
  for (std::string_view name : {"image", "source", "bytes"}) {
    if (!IsObject(at) || !IsSingle(at)) return {};
    at = at.Find(name);
  }
  return IsString(at) ? at : Value();
}

/// Each piece is base64 of its own; false when one is not.
bool Join(std::string& base64, std::string_view piece) {
  if (base64.empty()) {
    base64 = piece;
    return true;
  }
  std::string bytes;
  if (!AppendDecodedBase64(base64, bytes) || !AppendDecodedBase64(piece, bytes)) return false;
  Output raw;
  raw.Append(bytes);
  Output joined;
  AppendBase64(raw, joined);
  base64 = joined.ToString();
  return true;
}

}  // namespace

bool StreamImages::Has(std::int64_t index) const {
  return std::any_of(images_.begin(), images_.end(),
                     [&](const Image& image) { return image.index == index; });
}

bool StreamImages::Begin(std::int64_t index, const Value& start, CodecContext& context) {
  if (images_.size() >= limits_.max_open_blocks) return false;
  Value image = IsSingle(start) ? start.Find("image") : Value();
  if (!IsObject(image) || !IsSingle(image)) return false;
  Value format = image.Find("format");
  MediaPart media;
  media.kind = MediaPart::Kind::kImage;
  media.source = MediaPart::Source::kBase64;
  if (!format.valid() || !TakeFormat(format, media)) return false;
  context.accounting.Use(format.id());
  media.media_type.node = kNoNode;
  images_.push_back({index, media, {}});
  return true;
}

Status StreamImages::Add(std::int64_t index, const Value& delta, CodecContext& context,
                         bool& taken) {
  taken = false;
  Value bytes = BytesIn(delta);
  if (!bytes.valid()) return Ok();
  std::string_view piece = Text::Of(bytes).Decode(context.arena);
  for (Image& image : images_) {
    if (image.index != index) continue;
    if (image.base64.size() + piece.size() > limits_.max_accumulated_bytes) {
      return LimitExceeded("an image of the stream is larger than " +
                           std::to_string(limits_.max_accumulated_bytes) + " bytes");
    }
    taken = Join(image.base64, piece);
  }
  if (taken) context.accounting.Use(bytes.id());
  return Ok();
}

MediaPart StreamImages::Take(std::int64_t index, Arena& arena) {
  auto at = std::find_if(images_.begin(), images_.end(),
                         [&](const Image& image) { return image.index == index; });
  MediaPart media = at->media;
  if (!at->base64.empty()) media.data = Text::Plain(arena.Copy(at->base64));
  images_.erase(at);
  return media;
}

}  // namespace aiproxy::bedrock_converse
