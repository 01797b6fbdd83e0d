// Paths: they hold the model, and whether the answer is streamed.
#include <string>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int high = i + 2 < text.size() && text[i] == '%' ? HexDigit(text[i + 1]) : -1;
    int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

void AppendPercentEncoded(std::string_view text, bool with_slash, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '.' || c == '_' || c == '~' || (with_slash && c == '/');
    if (plain) {
      out += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
}

/// Takes "name/value/" off the end of `path`; "" when it does not end so.
std::string_view TakeSegment(std::string_view& path, std::string_view name) {
  std::size_t slash = path.rfind('/');
  if (slash == path.npos) return {};
  std::string_view value = path.substr(slash + 1);
  std::string_view before = path.substr(0, slash);
  if (!before.ends_with(name)) return {};
  before.remove_suffix(name.size());
  if (!before.ends_with('/') || value.empty()) return {};
  before.remove_suffix(1);
  path = before;
  return value;
}

Error NoModel(std::string_view path) {
  Error error;
  error.message =
      "path \"" + std::string(path.substr(0, 200)) + "\" names no model of " + std::string(kId);
  return error;
}

bool IsResourceName(std::string_view model) {
  return model.starts_with("tunedModels/") || model.starts_with("projects/") ||
         model.starts_with("publishers/");
}

}  // namespace

Status ReadPath(std::string_view path, RequestTarget& target) {
  std::string_view rest = path.substr(0, path.find('?'));
  std::size_t colon = rest.rfind(':');
  if (colon == rest.npos) return NoModel(path);
  std::string_view action = rest.substr(colon + 1);
  rest = rest.substr(0, colon);
  if (action == "streamGenerateContent")
    target.stream = true;
  else if (action != "generateContent" && action != "countTokens")
    return NoModel(path);
  std::string_view whole = rest;
  if (std::string_view model = TakeSegment(rest, "models"); !model.empty()) {
    std::string_view publisher = rest;
    if (std::string_view who = TakeSegment(publisher, "publishers");
        !who.empty() && who != "google") {
      return NoModel(path);
    }
    target.model = PercentDecoded(model);
  } else if (std::string_view tuned = TakeSegment(rest, "tunedModels"); !tuned.empty()) {
    target.model = "tunedModels/" + PercentDecoded(tuned);
  } else if (!TakeSegment(rest, "endpoints").empty() && !TakeSegment(rest, "locations").empty() &&
             !TakeSegment(rest, "projects").empty()) {
    target.model = PercentDecoded(whole.substr(rest.size() + 1));
  } else {
    return NoModel(path);
  }
  return Ok();
}

HttpHead RequestHead(const ChatRequest& request) {
  HttpHead head;
  head.method = "POST";
  head.headers.emplace_back("content-type", "application/json");
  std::string model = request.model.Decode();
  if (model.starts_with("models/")) model.erase(0, 7);
  if (model.empty()) return head;
  bool resource = IsResourceName(model);
  head.path = resource ? "/v1beta/" : "/v1beta/models/";
  AppendPercentEncoded(model, resource, head.path);
  head.path += request.stream.Is(true) ? ":streamGenerateContent?alt=sse" : ":generateContent";
  return head;
}

}  // namespace aiproxy::gemini_generate
