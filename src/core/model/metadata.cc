#include "core/model/metadata.h"

#include <algorithm>

namespace aiproxy {

namespace {

std::size_t CountOfCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
         (c >= '\t' && c <= '\r');
}

bool Fits(std::string_view text, std::size_t most, const MetadataLimits& limits) {
  if (CountOfCharacters(text) > most) return false;
  std::string_view marks = limits.punctuation;
  return marks.empty() || std::all_of(text.begin(), text.end(), [&](char c) {
           return IsPlain(c) || marks.find(c) != marks.npos;
         });
}

}  // namespace

void WriteMetadata(const Raw& metadata, std::string_view name, const MetadataLimits& limits,
                   CodecContext& context, Writer& writer) {
  if (!metadata.present() || metadata.node == kNoNode) return;
  Value map(context.document(), metadata.node);
  if (!map.is_object()) return;  // is reported
  if (map.empty_container()) return context.accounting.Use(metadata.node);
  std::size_t pairs = 0;
  for (Member member : map.members()) {
    Text key = Text::Of(member.key);
    const Value& value = member.value;
    std::string_view decoded = key.Decode(context.arena);
    bool fits = value.is_string() && !decoded.empty() && Fits(decoded, limits.key, limits) &&
                Fits(Text::Of(value).Decode(context.arena), limits.value, limits);
    if (value.is_null()) continue;
    if (!fits || pairs == limits.pairs) {
      context.accounting.Drop(value.id(), kValueDropped,
                              fits ? "{target} takes no more pairs than those before"
                                   : "{target} takes no such key or value in its metadata");
      continue;
    }
    if (pairs++ == 0) {
      writer.Key(Text::Plain(name));
      writer.BeginObject();
    }
    writer.Key(key);
    writer.Value(Text::Of(value));
  }
  if (pairs != 0) writer.EndObject();
}

}  // namespace aiproxy
