// Where a request goes: the model and the wish to stream are in the path.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
#include <array>

#include "core/model/path_segment.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

constexpr std::string_view kPrefix = "/model/";

Error NoModel(std::string_view path) {
  Error error;
  error.kind = ErrorKind::kInvalidInput;
  error.message =
      "the path '" + std::string(path) + "' names no model; expected /model/{id}/converse";
  return error;
}

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// Of /model/{id}/{operation}.
Status ReadModel(std::string_view path, std::string_view& operation, RequestTarget& target) {
  std::string_view rest = path.substr(0, path.find('?'));
  std::size_t at = rest.find(kPrefix);
  std::size_t end = rest.rfind('/');
  if (at == rest.npos || end < at + kPrefix.size()) return NoModel(path);
  operation = rest.substr(end + 1);
  at += kPrefix.size();
  std::string model;
  if (!AppendUnescaped(rest.substr(at, end - at), model) || model.empty()) return NoModel(path);
  target.model = std::move(model);
  return Ok();
}

}  // namespace

Status ReadPath(std::string_view path, RequestTarget& target) {
  std::string_view operation;
  AIPROXY_RETURN_IF_ERROR(ReadModel(path, operation, target));
  if (operation != "converse" && operation != "converse-stream") return NoModel(path);
  target.stream = operation == "converse-stream";
  return Ok();
}

Status ReadCountingPath(std::string_view path, RequestTarget& target) {
  std::string_view operation;
  AIPROXY_RETURN_IF_ERROR(ReadModel(path, operation, target));
  return operation == "count-tokens" ? Ok() : Status(NoModel(path));
}

std::string EditPath(std::string_view path, const std::optional<std::string>& model,
                     std::optional<bool> stream) {
  std::size_t begin = path.find(kPrefix) + kPrefix.size();
  std::string_view rest = path.substr(0, path.find('?'));
  std::size_t end = rest.rfind('/');
  std::string edited(path.substr(0, begin));
  if (model)
    AppendEscaped(*model, "", edited);
  else
    edited += rest.substr(begin, end - begin);
  bool converses = rest.substr(end) != "/count-tokens";
  if (stream && converses)
    edited += *stream ? "/converse-stream" : "/converse";
  else
    edited += rest.substr(end);
  edited += path.substr(rest.size());
  return edited;
}

std::string EscapedModel(std::string_view model) {
  std::string escaped;
  AppendEscaped(model, "", escaped);
  return escaped;
}

Family FamilyOf(std::string_view model) {
  if (model.starts_with("arn:")) model = model.substr(model.rfind('/') + 1);
  if (Contains(model, "claude")) return Family::kClaude;
  if (Contains(model, "amazon.nova-2")) return Family::kNova2;
  if (Contains(model, "amazon.nova")) return Family::kNova;
  if (Contains(model, "openai.gpt-oss")) return Family::kGptOss;
  if (Contains(model, "mistral-large") || Contains(model, "pixtral-large")) return Family::kMistral;
  // "vendor.model", perhaps behind a region; an id of something that was set up has no such name.
  constexpr std::array<std::string_view, 14> kVendors{
      "amazon.", "ai21.",   "cohere.",  "deepseek.", "google.", "luma.", "meta.",
      "minimax", "mistral", "moonshot", "nvidia.",   "openai.", "qwen.", "zai."};
  for (std::string_view vendor : kVendors) {
    if (Contains(model, vendor)) return Family::kOther;
  }
  return IssuerOfModel(model) == Issuer::kUnknown ? Family::kUnknown : Family::kOther;
}

Issuer ReasoningIssuer(std::string_view model) {
  switch (FamilyOf(model)) {
    case Family::kUnknown:
    case Family::kClaude:
      return Issuer::kAnthropic;
    case Family::kGptOss:
      return Issuer::kOpenAi;
    case Family::kNova:
    case Family::kNova2:
    case Family::kMistral:
    case Family::kOther:
      return Issuer::kOther;
  }
  return Issuer::kOther;
}

}  // namespace aiproxy::bedrock_converse
