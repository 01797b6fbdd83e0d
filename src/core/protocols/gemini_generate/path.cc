// Paths: they hold the model, and whether the answer is streamed.
#include <algorithm>
#include <string>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

namespace {

constexpr std::string_view kModels = "models/";
constexpr std::string_view kAction = ":generateContent";
constexpr std::string_view kStreamAction = ":streamGenerateContent";
constexpr std::string_view kCountAction = ":countTokens";

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

/// Whether a path that ends in the resource can be read again.
bool IsReadable(std::string_view resource) {
  std::string path = "/";
  AppendPercentEncoded(resource, true, path);
  path += kAction;
  RequestTarget target;
  return ReadPath(path, target).has_value();
}

/// The model as the end of a path: a name, or what is more than a name.
void AppendModel(std::string_view model, std::string& out) {
  if (model.starts_with(kModels)) model.remove_prefix(kModels.size());
  bool resource = IsResourceName(model);
  if (!resource) out += kModels;
  AppendPercentEncoded(model, resource, out);
}

/// What of a path without an action stays before another model. On Vertex a name is Google's.
std::string BeforeModel(std::string_view path, std::string_view model) {
  std::string_view rest = path;
  bool is_plain = !IsResourceName(model);
  std::string_view endpoint = TakeSegment(rest, "endpoints");
  std::string_view place = rest;
  if (endpoint.empty() && TakeSegment(rest, "models").empty()) TakeSegment(rest, "tunedModels");
  if (is_plain && endpoint.empty()) return std::string(rest) + '/';
  if (is_plain) return std::string(place) + "/publishers/google/";
  TakeSegment(rest, "publishers");
  if (model.starts_with("projects/") && !TakeSegment(rest, "locations").empty()) {
    TakeSegment(rest, "projects");
  }
  return std::string(rest) + '/';
}

/// The query of another action: server-sent events are asked for when a stream is.
void AppendQuery(std::string_view query, bool streams, std::string& out) {
  constexpr std::string_view kEvents = "alt=sse";
  char separator = '?';
  while (!query.empty()) {
    query.remove_prefix(1);
    std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(one.size());
    if (one == kEvents) continue;
    out += separator;
    out += one;
    separator = '&';
  }
  if (!streams) return;
  out += separator;
  out += kEvents;
}

Error NoModel(std::string_view path) {
  Error error;
  error.message =
      "path \"" + std::string(path.substr(0, 200)) + "\" names no model of " + std::string(kId);
  return error;
}

/// From the colon on; "" without one.
std::string_view ActionOf(std::string_view path) {
  path = path.substr(0, path.find('?'));
  std::size_t colon = path.rfind(':');
  return colon == path.npos ? std::string_view() : path.substr(colon);
}

HttpHead HeadFor(const ChatRequest& request, std::string_view action) {
  HttpHead head;
  head.method = "POST";
  head.headers.emplace_back("content-type", "application/json");
  std::string model = request.model.Decode();
  if (model.empty() || model == kModels) return head;
  head.path = "/v1beta/";
  AppendModel(model, head.path);
  head.path += action;
  if (action == kStreamAction) AppendQuery({}, true, head.path);
  return head;
}

}  // namespace

bool IsResourceName(std::string_view model) {
  const bool is_one = model.starts_with("tunedModels/") || model.starts_with("projects/") ||
                      model.starts_with("publishers/");
  return is_one && IsReadable(model);
}

Status ReadAnyPath(std::string_view path, RequestTarget& target) {
  std::string_view rest = path.substr(0, path.find('?'));
  std::string_view action = ActionOf(path);
  rest.remove_suffix(action.size());
  if (action == kStreamAction)
    target.stream = true;
  else if (action != kAction && action != kCountAction)
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

std::string EditPath(std::string_view path, const std::optional<std::string>& model,
                     std::optional<bool> stream) {
  std::size_t end = std::min(path.find('?'), path.size());
  std::size_t colon = path.substr(0, end).rfind(':');
  std::string edited(path.substr(0, colon));
  if (model) {
    edited = BeforeModel(path.substr(0, colon), *model);
    AppendModel(*model, edited);
  }
  std::string_view action = path.substr(colon, end - colon);
  bool stays = action == kCountAction || !stream || *stream == (action == kStreamAction);
  if (stays) return edited.append(path.substr(colon));
  edited += *stream ? kStreamAction : kAction;
  AppendQuery(path.substr(end), *stream, edited);
  return edited;
}

Status ReadPath(std::string_view path, RequestTarget& target) {
  return ActionOf(path) == kCountAction ? Status(NoModel(path)) : ReadAnyPath(path, target);
}

Status ReadCountingPath(std::string_view path, RequestTarget& target) {
  return ActionOf(path) == kCountAction ? ReadAnyPath(path, target) : Status(NoModel(path));
}

HttpHead RequestHead(const ChatRequest& request) {
  return HeadFor(request, request.stream.Is(true) ? kStreamAction : kAction);
}

HttpHead CountingHead(const ChatRequest& request) { return HeadFor(request, kCountAction); }

}  // namespace aiproxy::gemini_generate
