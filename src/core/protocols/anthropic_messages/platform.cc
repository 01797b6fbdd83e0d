#include "core/protocols/anthropic_messages/platform.h"

#include <algorithm>
#include <array>

#include "core/model/claude_betas.h"
#include "core/model/path_segment.h"

namespace aiproxy::anthropic_messages {

namespace {

constexpr std::string_view kModel = "/model/";
constexpr std::string_view kInvoke = "/invoke";
constexpr std::string_view kInvokeStream = "/invoke-with-response-stream";
constexpr std::string_view kModels = "/publishers/anthropic/models/";
constexpr std::string_view kPredict = ":rawPredict";
constexpr std::string_view kStreamPredict = ":streamRawPredict";

/// A path as it is spelled, taken apart.
struct Place {
  Platform platform = Platform::kVendor;
  std::string_view prefix;  // up to the model
  std::string_view model;   // escaped; "" when it is not in the path
  bool stream = false;
};

/// Takes `ending` off the end of `text`.
bool TakeEnd(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  return true;
}

/// Cuts `rest` behind `marker`; false when there is nothing behind it.
bool CutBehind(std::string_view rest, std::string_view marker, Place& place) {
  std::size_t at = rest.find(marker);
  if (at == rest.npos || at + marker.size() == rest.size()) return false;
  place.prefix = rest.substr(0, at + marker.size());
  place.model = rest.substr(at + marker.size());
  return true;
}

bool ReadPlace(std::string_view path, Place& place) {
  std::string_view rest = path.substr(0, path.find('?'));
  if (rest.ends_with("/messages")) return true;
  place.stream = TakeEnd(rest, kInvokeStream);
  if (place.stream || TakeEnd(rest, kInvoke)) {
    place.platform = Platform::kBedrock;
    return CutBehind(rest, kModel, place);
  }
  place.stream = TakeEnd(rest, kStreamPredict);
  if (!place.stream && !TakeEnd(rest, kPredict)) return false;
  place.platform = Platform::kVertex;
  return CutBehind(rest, kModels, place) && place.model.find('/') == place.model.npos &&
         place.model != "count-tokens";  // another operation
}

void AppendAction(Platform platform, bool stream, std::string& path) {
  if (platform == Platform::kBedrock)
    path += stream ? kInvokeStream : kInvoke;
  else
    path += stream ? kStreamPredict : kPredict;
}

void AppendModel(Platform platform, std::string_view model, std::string& path) {
  AppendEscaped(model, platform == Platform::kVertex ? "@" : "", path);
}

/// A member that says what the path says, or contradicts it.
void KeepBesidePath(const Member& member, bool is_same, Taker& take, ChatRequest& request) {
  if (!member.value.valid()) return;
  take.Keep(member, request.extras);
  Accounting& accounting = take.context().accounting;
  if (is_same)
    take.Use(member.value);
  else if (accounting.target() != kId)
    accounting.Drop(member.value.id(), kValueDropped, "the path says otherwise, and it counts");
}

std::string_view VersionOf(Platform platform) {
  return platform == Platform::kBedrock ? "bedrock-2023-05-31" : "vertex-2023-10-16";
}

}  // namespace

Status ReadPath(std::string_view path, RequestTarget& target) {
  Place place;
  if (!ReadPlace(path, place) || !AppendUnescaped(place.model, target.model)) {
    Error error;
    error.message =
        "the path '" + std::string(path.substr(0, 200)) + "' is none of " + std::string(kId);
    return error;
  }
  if (place.platform != Platform::kVendor) target.stream = place.stream;
  return Ok();
}

std::string EditPath(std::string_view path, const std::optional<std::string>& model,
                     std::optional<bool> stream) {
  Place place;
  if (!ReadPlace(path, place) || place.platform == Platform::kVendor) return std::string(path);
  std::string edited(place.prefix);
  if (model)
    AppendModel(place.platform, *model, edited);
  else
    edited += place.model;
  AppendAction(place.platform, stream.value_or(place.stream), edited);
  std::size_t query = path.find('?');
  if (query != path.npos) edited += path.substr(query);
  return edited;
}

Platform PlatformOf(const Value& body, std::string_view path) {
  Place place;
  if (ReadPlace(path, place) && place.platform != Platform::kVendor) return place.platform;
  Value version = body.is_object() ? body.Find("anthropic_version") : Value();
  if (!version.valid() || !version.is_string()) return Platform::kVendor;
  if (version.body().starts_with("bedrock-")) return Platform::kBedrock;
  if (version.body().starts_with("vertex-")) return Platform::kVertex;
  // Newer clients send a date to either cloud. No vendor takes a request without a model, and
  // Bedrock none with a flag.
  if (body.Find("model").valid()) return Platform::kVendor;
  return body.Find("stream").valid() ? Platform::kVertex : Platform::kBedrock;
}

HttpHead RequestHead(const ChatRequest& request) {
  HttpHead head;
  head.method = "POST";
  head.headers = {{"content-type", "application/json"}};
  const Platform platform = request.platform;
  const bool stream = request.stream.Is(true);
  if (platform == Platform::kVendor) {
    head.path = "/v1/messages";
    head.headers.emplace_back("anthropic-version", "2023-06-01");
  } else if (request.model.present() && !request.model.empty()) {
    if (platform == Platform::kVertex) head.path = "/v1/projects/{project}/locations/{location}";
    head.path += platform == Platform::kVertex ? kModels : kModel;
    AppendModel(platform, request.model.Decode(), head.path);
    AppendAction(platform, stream, head.path);
  }
  if (platform == Platform::kBedrock) {
    head.headers.emplace_back("accept",
                              stream ? "application/vnd.amazon.eventstream" : "application/json");
  } else if (std::string betas = BetasHeader(request); !betas.empty()) {
    head.headers.emplace_back("anthropic-beta", std::move(betas));
  }
  return head;
}

Status TakeTarget(const HttpHead& head, const Member& model, const Member& stream,
                  CodecContext& context, ChatRequest& request) {
  Taker take(context);
  Value root(context.document(), request.node);
  request.platform = PlatformOf(root, head.path);
  if (model.value.valid() && !model.value.is_string()) return Unexpected(model.value, "a string");
  RequestTarget target;
  bool has_path = request.platform != Platform::kVendor && ReadPath(head.path, target);
  if (has_path) {
    request.model = Text::Plain(context.arena.Copy(target.model));
    request.style |= kModelInPath | kStreamInPath;
    if (target.stream == true) request.stream = {true};
    KeepBesidePath(model, model.value.valid() && model.value.Is(target.model), take, request);
    bool is_same = stream.value.valid() && stream.value.is_bool() &&
                   stream.value.is_true() == (target.stream == true);
    KeepBesidePath(stream, is_same, take, request);
    return Ok();
  }
  bool is_vendor = request.platform == Platform::kVendor;
  if (model.value.valid())
    request.model = Text::Of(model.value);
  else if (!is_vendor)
    request.style |= kModelInPath;
  if (stream.value.valid())
    take.Take(stream, request.stream, request.extras);
  else if (!is_vendor)
    request.style |= kStreamInPath;
  return Ok();
}

void TakeBetas(const HttpHead& head, CodecContext& context, ChatRequest& request) {
  constexpr std::string_view kName = "anthropic-beta";
  const std::string* header = head.Find(kName);
  if (header != nullptr) AppendBetas(*header, head.NodeOf(kName), context, request.betas);
}

void WritePlatformMembers(const ChatRequest& request, CodecContext& context, Writer& writer) {
  Platform platform = context.options.platform;
  if (platform != Platform::kVendor) {
    writer.Key("anthropic_version");
    writer.String(VersionOf(platform));
  }
  if (request.betas.empty()) return;
  List<Text> betas = BetasFor(platform, request, context);
  if (platform != Platform::kBedrock) {
    if (!context.options.head_is_written) return;
    for (const Text& beta : betas) writer.Cover(beta.node);
    return;
  }
  if (betas.empty()) return;
  writer.Key("anthropic_beta");
  writer.BeginArray();
  for (const Text& beta : betas) writer.String(beta);
  writer.EndArray();
}

void WriteModel(const ChatRequest& request, CodecContext& context, Writer& writer) {
  bool is_as_it_came = request.protocol == kId && !IsMoved(request, context);
  bool in_path = is_as_it_came ? (request.style & kModelInPath) != 0
                               : context.options.platform != Platform::kVendor;
  if (in_path)
    writer.Cover(request.model.node);
  else
    writer.Member("model", request.model);
}

void WriteStream(const ChatRequest& request, CodecContext& context, Writer& writer) {
  bool is_as_it_came = request.protocol == kId && !IsMoved(request, context);
  // Bedrock refuses the member; Vertex has it beside its path.
  bool in_path = is_as_it_came ? (request.style & kStreamInPath) != 0
                               : context.options.platform == Platform::kBedrock;
  if (in_path)
    writer.Cover(request.stream.node);
  else
    writer.Member("stream", request.stream);
}

bool IsMoved(const ChatRequest& request, const CodecContext& context) {
  return request.platform != context.options.platform;
}

bool IsOfPlatform(const Text& name) {
  constexpr std::array<std::string_view, 5> kNames{"anthropic_version", "anthropic_beta", "betas",
                                                   "model", "stream"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view own) { return name.Is(own); });
}

}  // namespace aiproxy::anthropic_messages
