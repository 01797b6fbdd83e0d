#include "core/protocols/gemini_generate/gemini_model.h"

namespace aiproxy::gemini_generate {

namespace {

bool IsDigit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

}  // namespace

GeminiModel::GeminiModel(std::string_view name) {
  constexpr std::string_view kFamily = "gemini-";
  std::size_t at = name.rfind(kFamily);
  if (at == name.npos) return;
  name.remove_prefix(at + kFamily.size());
  is_pro = name.find("-pro") != name.npos;
  is_lite = name.find("-lite") != name.npos;
  if (!IsDigit(name, 0)) return;
  major = name[0] - '0';
  if (name.size() > 2 && name[1] == '.' && IsDigit(name, 2)) minor = name[2] - '0';
}

}  // namespace aiproxy::gemini_generate
