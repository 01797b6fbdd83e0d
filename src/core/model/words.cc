#include "core/model/words.h"

#include <array>
#include <string>

namespace aiproxy {

namespace {

struct EffortRow {
  Effort effort;
  std::string_view word;
  std::int64_t budget;
};

constexpr std::array kEfforts{
    EffortRow{Effort::kNone, "none", 0},     EffortRow{Effort::kMinimal, "minimal", 1024},
    EffortRow{Effort::kLow, "low", 4096},    EffortRow{Effort::kMedium, "medium", 8192},
    EffortRow{Effort::kHigh, "high", 16384}, EffortRow{Effort::kXHigh, "xhigh", 24576},
    EffortRow{Effort::kMax, "max", 32768},
};

struct FormatRow {
  Issuer issuer;
  std::string_view prefix;  // of the format word
  std::string_view word;
};

constexpr std::array kFormats{
    FormatRow{Issuer::kAnthropic, "anthropic-", "anthropic-claude-v1"},
    FormatRow{Issuer::kOpenAi, "openai-", "openai-responses-v1"},
    FormatRow{Issuer::kGoogle, "google-", "google-gemini-v1"},
    FormatRow{Issuer::kXai, "xai-", "xai-responses-v1"},
};

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool IsLetterOrDigit(char c) {
  char lower = Lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

/// A word in the names of a vendor's models, in lower case.
struct ModelWord {
  enum class Place : std::uint8_t {
    kAnywhere,     // "us.anthropic.claude-opus-4", "codegemma"
    kAtStart,      // of a word: "openai/codex-mini"
    kBeforeDigit,  // and at the start of a word: "azure-gpt-5", not "minigpt-4" or "gpt-neox"
    kWholeWord,    // "openai/o3-mini", not "o30"
  };
  std::string_view word;
  Issuer issuer;
  Place place = Place::kAnywhere;
};

// The families of models first: they are hosted by others ("google/claude-opus-4" is on Vertex).
constexpr std::array kModelWords{
    ModelWord{"claude", Issuer::kAnthropic},
    ModelWord{"gemini", Issuer::kGoogle},
    ModelWord{"gemma", Issuer::kGoogle},
    ModelWord{"learnlm", Issuer::kGoogle},
    ModelWord{"grok", Issuer::kXai},
    ModelWord{"chatgpt", Issuer::kOpenAi},
    ModelWord{"gpt-", Issuer::kOpenAi, ModelWord::Place::kBeforeDigit},
    ModelWord{"gpt-oss", Issuer::kOpenAi, ModelWord::Place::kAtStart},
    ModelWord{"gpt-audio", Issuer::kOpenAi, ModelWord::Place::kAtStart},
    ModelWord{"gpt-realtime", Issuer::kOpenAi, ModelWord::Place::kAtStart},
    ModelWord{"codex-", Issuer::kOpenAi, ModelWord::Place::kAtStart},
    ModelWord{"computer-use-preview", Issuer::kOpenAi, ModelWord::Place::kAtStart},
    ModelWord{"o1", Issuer::kOpenAi, ModelWord::Place::kWholeWord},
    ModelWord{"o3", Issuer::kOpenAi, ModelWord::Place::kWholeWord},
    ModelWord{"o4", Issuer::kOpenAi, ModelWord::Place::kWholeWord},
    ModelWord{"anthropic", Issuer::kAnthropic, ModelWord::Place::kWholeWord},
    ModelWord{"openai", Issuer::kOpenAi, ModelWord::Place::kWholeWord},
    ModelWord{"x-ai", Issuer::kXai, ModelWord::Place::kWholeWord},
    ModelWord{"xai", Issuer::kXai, ModelWord::Place::kWholeWord},
    ModelWord{"google", Issuer::kGoogle, ModelWord::Place::kWholeWord},
};

/// Whether `model` has `word` at `at`, without regard to the case of letters.
bool HasWordAt(std::string_view model, std::size_t at, const ModelWord& word) {
  for (std::size_t i = 0; i < word.word.size(); ++i) {
    if (Lower(model[at + i]) != word.word[i]) return false;
  }
  if (word.place == ModelWord::Place::kAnywhere) return true;
  if (at > 0 && IsLetterOrDigit(model[at - 1])) return false;
  std::size_t end = at + word.word.size();
  char next = end < model.size() ? model[end] : '\0';
  switch (word.place) {
    case ModelWord::Place::kAnywhere:
    case ModelWord::Place::kAtStart:
      return true;
    case ModelWord::Place::kBeforeDigit:
      return next >= '0' && next <= '9';
    case ModelWord::Place::kWholeWord:
      return !IsLetterOrDigit(next);
  }
  return false;
}

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

/// FNV-1a: any stable hash does, it only has to tell names apart.
std::uint32_t HashOf(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

std::string_view Word(Effort effort) { return kEfforts[static_cast<std::size_t>(effort)].word; }

std::optional<Effort> EffortOf(std::string_view word) {
  for (const EffortRow& row : kEfforts) {
    if (row.word == word) return row.effort;
  }
  return std::nullopt;
}

std::int64_t BudgetOf(Effort effort) { return kEfforts[static_cast<std::size_t>(effort)].budget; }

Effort EffortOfBudget(std::int64_t budget) {
  for (const EffortRow& row : kEfforts) {
    if (row.effort != Effort::kNone && budget <= row.budget) return row.effort;
  }
  return Effort::kMax;
}

Issuer IssuerOfModel(std::string_view model) {
  for (const ModelWord& word : kModelWords) {
    for (std::size_t at = 0; at + word.word.size() <= model.size(); ++at) {
      if (HasWordAt(model, at, word)) return word.issuer;
    }
  }
  return Issuer::kUnknown;
}

std::string_view ReasoningFormat(Issuer issuer) {
  for (const FormatRow& row : kFormats) {
    if (row.issuer == issuer) return row.word;
  }
  return "unknown";
}

Issuer IssuerOfFormat(std::string_view format) {
  if (format.empty() || format == "unknown") return Issuer::kUnknown;
  for (const FormatRow& row : kFormats) {
    if (format.starts_with(row.prefix)) return row.issuer;
  }
  return Issuer::kOther;
}

bool SplitDataUrl(const Text& url, Text& media_type, Text& data, bool& base64) {
  std::string_view rest = url.bytes;
  if (!rest.starts_with("data:")) return false;
  rest.remove_prefix(5);
  std::size_t comma = rest.find(',');
  if (comma == rest.npos) return false;
  std::string_view head = rest.substr(0, comma);
  std::size_t semicolon = head.find(';');
  media_type = url;
  media_type.bytes = head.substr(0, semicolon);
  data = url;
  data.bytes = rest.substr(comma + 1);
  base64 = head.ends_with(";base64");
  return true;
}

Text NormalisedMediaType(const Text& media_type) {
  if (!media_type.Is("image/jpg")) return media_type;
  return {"image/jpeg", media_type.node, Text::Spelling::kClean};
}

std::string_view SniffedMediaType(std::string_view base64) {
  if (base64.starts_with("iVBORw0KGgo")) return "image/png";
  if (base64.starts_with("/9j/")) return "image/jpeg";
  if (base64.starts_with("R0lGODdh") || base64.starts_with("R0lGODlh")) return "image/gif";

  if (base64.starts_with("UklGR") && Contains(base64.substr(0, 24), "XRUJQ")) return "image/webp";
  if (base64.starts_with("JVBERi0")) return "application/pdf";
  return "";
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  unsigned value = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (text.find_first_not_of("=\r\n", at) != text.npos) return std::nullopt;
      break;
    }
    int digit = Base64Digit(c);
    if (digit < 0) return std::nullopt;
    value = (value << 6) | static_cast<unsigned>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((value >> bits) & 0xff);
    }
  }
  if (bits == 6) return std::nullopt;  // one digit alone says nothing
  return out;
}

ApiErrorKind ErrorKindOfStatus(int status) {
  switch (status) {
    case 401:
      return ApiErrorKind::kAuthentication;
    case 402:
      return ApiErrorKind::kBilling;
    case 403:
      return ApiErrorKind::kPermission;
    case 404:
      return ApiErrorKind::kNotFound;
    case 408:
    case 504:
      return ApiErrorKind::kTimeout;
    case 409:
      return ApiErrorKind::kConflict;
    case 413:
      return ApiErrorKind::kTooLarge;
    case 422:
      return ApiErrorKind::kUnprocessable;
    case 429:
      return ApiErrorKind::kRateLimit;
    case 503:
    case 529:
      return ApiErrorKind::kOverloaded;
    default:
      return status >= 400 && status < 500 ? ApiErrorKind::kInvalidRequest : ApiErrorKind::kApi;
  }
}

int StatusOf(ApiErrorKind kind) {
  switch (kind) {
    case ApiErrorKind::kInvalidRequest:
      return 400;
    case ApiErrorKind::kAuthentication:
      return 401;
    case ApiErrorKind::kBilling:
      return 402;
    case ApiErrorKind::kPermission:
      return 403;
    case ApiErrorKind::kNotFound:
      return 404;
    case ApiErrorKind::kConflict:
      return 409;
    case ApiErrorKind::kTooLarge:
      return 413;
    case ApiErrorKind::kUnprocessable:
      return 422;
    case ApiErrorKind::kRateLimit:
      return 429;
    case ApiErrorKind::kApi:
      return 500;
    case ApiErrorKind::kTimeout:
      return 504;
    case ApiErrorKind::kOverloaded:
      return 503;
  }
  return 500;
}

std::int64_t CodePoints(std::string_view utf8) {
  std::int64_t count = 0;
  for (char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

std::string_view CodePointRange(std::string_view utf8, std::int64_t start, std::int64_t end) {
  if (start < 0 || end <= start) return {};
  std::int64_t count = 0;  // of the code points before the byte at hand
  std::size_t from = utf8.npos;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) == 0x80) continue;
    if (count == start) from = i;
    if (count == end) return utf8.substr(from, i - from);
    ++count;
  }
  return from != utf8.npos ? utf8.substr(from) : std::string_view();
}

bool IsNameLike(std::string_view name) {
  for (char c : name) {
    if (!IsNameByte(c)) return false;
  }
  return !name.empty();
}

std::string_view ValidName(std::string_view name, std::size_t limit, Arena& arena) {
  if (name.size() <= limit && IsNameLike(name)) return name;
  constexpr std::size_t kMark = 9;  // '_' and the hash
  std::string valid(name.substr(0, limit - kMark));
  for (char& c : valid) {
    if (!IsNameByte(c)) c = '_';
  }
  AppendNameMark(name, valid);
  return arena.Copy(valid);
}

bool IsAnthropicToolType(std::string_view type) {
  for (std::string_view undated :
       {"tool_search_tool_regex", "tool_search_tool_bm25", "mcp_toolset"}) {
    if (type == undated) return true;
  }
  constexpr std::size_t kDate = 9;  // _20YYMMDD
  if (type.size() <= kDate) return false;
  std::string_view date = type.substr(type.size() - kDate);
  if (!date.starts_with("_20")) return false;
  for (char c : date.substr(3)) {
    if (c < '0' || c > '9') return false;
  }
  for (char c : type.substr(0, type.size() - kDate)) {
    if (c != '_' && (!IsLetterOrDigit(c) || c != Lower(c))) return false;
  }
  return true;
}

void AppendNameMark(std::string_view original, std::string& name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  name += '_';
  std::uint32_t hash = HashOf(original);
  for (int shift = 28; shift >= 0; shift -= 4) name += kDigits[(hash >> shift) & 0xf];
}

bool IsBlank(const Text& text) {
  auto blank = [](std::string_view s) { return s.find_first_not_of(" \t\r\n\f\v") == s.npos; };
  if (text.spelling != Text::Spelling::kEscaped) return blank(text.bytes);
  if (text.bytes.empty()) return true;
  // The first character decides almost always; only text that starts with an escape is decoded.
  char first = text.bytes.front();
  if (first != '\\' && first != ' ') return false;
  return blank(text.Decode());
}

std::int64_t CodePointsOf(const Text& text) {
  if (text.spelling != Text::Spelling::kEscaped) return CodePoints(text.bytes);
  std::int64_t count = 0;
  std::string_view bytes = text.bytes;
  bool after_high = false;  // an escaped surrogate pair is one code point
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] != '\\') {
      count += (static_cast<unsigned char>(bytes[at]) & 0xC0) != 0x80 ? 1 : 0;
      after_high = false;
      continue;
    }
    bool unicode = bytes[at + 1] == 'u';
    char third = unicode ? static_cast<char>(bytes[at + 3] | 0x20) : '0';
    bool surrogate = unicode && (bytes[at + 2] | 0x20) == 'd';
    bool low = surrogate && third >= 'c' && third <= 'f';
    if (!(low && after_high)) ++count;
    after_high = surrogate && ((third >= '8' && third <= '9') || third == 'a' || third == 'b');
    at += unicode ? 5 : 1;
  }
  return count;
}

}  // namespace aiproxy
