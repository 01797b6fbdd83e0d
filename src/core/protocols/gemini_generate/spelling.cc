#include "core/protocols/gemini_generate/spelling.h"

namespace aiproxy::gemini_generate {

std::string_view CamelName(std::string_view name, CamelBuffer& buffer) {
  if (name.find('_') == name.npos) return name;
  if (name.size() > buffer.size() || name.front() == '_' || name.back() == '_') return {};
  std::size_t size = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    if (c >= 'A' && c <= 'Z') return {};
    if (c == '_') {
      c = name[++i];
      if (c < 'a' || c > 'z') return {};
      c = static_cast<char>(c - 'a' + 'A');
    }
    buffer[size++] = c;
  }
  return {buffer.data(), size};
}

Value FindSpelled(const Value& object, std::string_view camel) {
  Value found;
  if (!object.valid() || !object.is_object()) return found;
  CamelBuffer buffer;
  for (Member m : object.members()) {
    if (m.key.Is(camel) || (!m.key.escaped() && CamelName(m.key.body(), buffer) == camel)) {
      found = m.value;
    }
  }
  return found;
}

void SpelledKey(std::string_view camel, bool snake, Writer& writer) {
  if (!snake) return writer.Key(Text{camel, kNoNode, Text::Spelling::kClean});
  CamelBuffer buffer;
  std::size_t size = 0;
  for (char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      buffer[size++] = '_';
      c = static_cast<char>(c - 'A' + 'a');
    }
    buffer[size++] = c;
  }
  writer.Key(Text{{buffer.data(), size}, kNoNode, Text::Spelling::kClean});
}

}  // namespace aiproxy::gemini_generate
