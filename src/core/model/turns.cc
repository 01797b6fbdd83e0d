#include "core/model/turns.h"

#include <algorithm>

#include "core/model/words.h"

namespace aiproxy {

bool IsSystem(const Message& message) {
  return message.role.value == Role::kSystem || message.role.value == Role::kDeveloper;
}

bool IsEmpty(const Message& message) {
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr || text->json.present()) return false;
    if (!(text->text.empty() || IsBlank(text->text))) return false;
  }
  return true;
}

bool HasContent(const Message& message) {
  for (const Part& part : message.parts) {
    if (std::get_if<ToolCallPart>(&part.variant()) != nullptr) return true;
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text != nullptr && !text->text.empty() && !IsBlank(text->text)) return true;
  }
  return false;
}

bool IsBeforeAssistant(const List<Message>& messages, std::size_t index) {
  for (++index; index < messages.size(); ++index) {
    const Message& next = messages[index];
    if (IsSystem(next) || IsEmpty(next)) continue;
    return next.role.value == Role::kAssistant && HasContent(next);
  }
  return true;
}

const Part* FindPrefill(const List<Message>& messages) {
  std::size_t end = messages.size();
  while (end > 0 && IsEmpty(messages[end - 1])) --end;
  if (end == 0 || messages[end - 1].role.value != Role::kAssistant) return nullptr;
  const List<Part>& parts = messages[end - 1].parts;
  for (std::size_t i = parts.size(); i > 0; --i) {
    const TextPart* text = std::get_if<TextPart>(&parts[i - 1].variant());
    if (text == nullptr) return nullptr;
    if (!text->text.empty() && !IsBlank(text->text)) return &parts[i - 1];
  }
  return nullptr;
}

std::size_t EndOfUserRun(const List<Message>& messages, std::size_t index) {
  while (index < messages.size() && messages[index].role.value != Role::kAssistant) ++index;
  return index;
}

bool CallsTools(const Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(), [](const Part& part) {
    return std::holds_alternative<ToolCallPart>(part.variant());
  });
}

bool HasToolResult(const Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(), [](const Part& part) {
    return std::holds_alternative<ToolResultPart>(part.variant());
  });
}

bool HasLateToolResult(const List<Message>& messages, std::size_t begin, std::size_t end) {
  bool other = false;
  for (std::size_t i = begin; i < end; ++i) {
    other |= IsSystem(messages[i]) && !IsEmpty(messages[i]);
    for (const Part& part : messages[i].parts) {
      bool result = std::holds_alternative<ToolResultPart>(part.variant());
      if (result && other) return true;
      other |= !result;
    }
  }
  return false;
}

}  // namespace aiproxy
