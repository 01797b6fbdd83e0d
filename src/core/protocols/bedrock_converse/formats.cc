// The formats of images, documents, video and audio, and the media types that they stand for.
#include <array>

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

using Kind = MediaPart::Kind;

struct Row {
  Kind kind;
  std::string_view format;
  std::string_view media_type;
};

// Of several formats with one media type, the first is the one that is written.
constexpr std::array kRows{
    Row{Kind::kImage, "png", "image/png"},
    Row{Kind::kImage, "jpeg", "image/jpeg"},
    Row{Kind::kImage, "gif", "image/gif"},
    Row{Kind::kImage, "webp", "image/webp"},
    Row{Kind::kDocument, "pdf", "application/pdf"},
    Row{Kind::kDocument, "csv", "text/csv"},
    Row{Kind::kDocument, "doc", "application/msword"},
    Row{Kind::kDocument, "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Row{Kind::kDocument, "xls", "application/vnd.ms-excel"},
    Row{Kind::kDocument, "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Row{Kind::kDocument, "html", "text/html"},
    Row{Kind::kDocument, "txt", "text/plain"},
    Row{Kind::kDocument, "md", "text/markdown"},
    Row{Kind::kVideo, "mp4", "video/mp4"},
    Row{Kind::kVideo, "webm", "video/webm"},
    Row{Kind::kVideo, "mov", "video/quicktime"},
    Row{Kind::kVideo, "mkv", "video/x-matroska"},
    Row{Kind::kVideo, "flv", "video/x-flv"},
    Row{Kind::kVideo, "mpeg", "video/mpeg"},
    Row{Kind::kVideo, "mpg", "video/mpeg"},
    Row{Kind::kVideo, "wmv", "video/x-ms-wmv"},
    Row{Kind::kVideo, "three_gp", "video/3gpp"},
    Row{Kind::kAudio, "mp3", "audio/mp3"},
    Row{Kind::kAudio, "mp3", "audio/mpeg"},
    Row{Kind::kAudio, "wav", "audio/wav"},
    Row{Kind::kAudio, "wav", "audio/x-wav"},
    Row{Kind::kAudio, "opus", "audio/opus"},
    Row{Kind::kAudio, "aac", "audio/aac"},
    Row{Kind::kAudio, "x-aac", "audio/x-aac"},
    Row{Kind::kAudio, "flac", "audio/flac"},
    Row{Kind::kAudio, "mpeg", "audio/mpeg"},
    Row{Kind::kAudio, "mp4", "audio/mp4"},
    Row{Kind::kAudio, "ogg", "audio/ogg"},
    Row{Kind::kAudio, "mkv", "audio/x-matroska"},
    Row{Kind::kAudio, "mka", "audio/mka"},
    Row{Kind::kAudio, "m4a", "audio/m4a"},
    Row{Kind::kAudio, "mpga", "audio/mpga"},
    Row{Kind::kAudio, "pcm", "audio/pcm"},
    Row{Kind::kAudio, "webm", "audio/webm"},
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool EqualsLower(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) return false;
  }
  return true;
}

}  // namespace

bool TakeFormat(const Value& format, MediaPart& part) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    const Row& row = kRows[i];
    if (row.kind != part.kind || !format.is_string() || !format.Is(row.format)) continue;
    part.media_type = {row.media_type, format.id(), Text::Spelling::kClean};
    part.style = static_cast<std::uint8_t>(i + 1);
    return true;
  }
  return false;
}

std::string_view WireFormat(const MediaPart& part) {
  static_assert(kRows.size() < kGuarded);
  std::size_t row = part.style & ~std::size_t{kGuarded};
  bool known = row != 0 && row <= kRows.size();
  return known ? kRows[row - 1].format : std::string_view();
}

std::string_view FormatOf(Kind kind, std::string_view media_type) {
  media_type = media_type.substr(0, media_type.find(';'));
  while (media_type.ends_with(' ')) media_type.remove_suffix(1);
  for (const Row& row : kRows) {
    if (row.kind == kind && EqualsLower(media_type, row.media_type)) return row.format;
  }
  return "";
}

std::string_view FormatOfName(std::string_view file_name) {
  std::size_t dot = file_name.rfind('.');
  if (dot == file_name.npos) return "";
  std::string_view extension = file_name.substr(dot + 1);
  if (EqualsLower(extension, "htm")) return "html";
  for (const Row& row : kRows) {
    if (row.kind == Kind::kDocument && EqualsLower(extension, row.format)) return row.format;
  }
  return "";
}

}  // namespace aiproxy::bedrock_converse
