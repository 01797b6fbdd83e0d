#include "core/exchange/envelope.h"

#include <algorithm>
#include <array>

#include "core/json/field_names.h"

namespace aiproxy {

namespace {

constexpr FieldNames kFields("method", "path", "status", "headers", "body");

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

/// What could end a header or request line early never gets into one.
bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Every member is one of an envelope's, there is a body, and something around it.
bool IsEnvelope(const Value& root) {
  bool body = false;
  bool around = false;
  for (Member member : root.members()) {
    int field = kFields.Find(member.key);
    if (field == kFields.kUnknown) return false;
    if (field == kFields("body"))
      body = member.value.is_container();
    else
      around = true;
  }
  return body && around;
}

/// A method or a path: one word of a request line.
Status TakeLine(const Value& value, std::string& into) {
  if (value.is_null()) return Ok();
  if (!value.is_string()) return Unexpected(value, "a string");
  into = value.Decoded();
  if (!HasControl(into) && into.find(' ') == into.npos) return Ok();
  return value.document().ErrorAt(value.id(),
                                  "white space or control characters in a request line");
}

/// A header that one line of an HTTP message can hold.
bool FitsLine(const Member& header) {
  return header.value.is_string() && !HasControl(header.value.Decoded()) &&
         !HasControl(header.key.Decoded());
}

void TakeHeaders(const Value& headers, HttpHead& head) {
  if (!headers.is_object()) return;
  for (Member member : headers.members()) {
    if (!FitsLine(member)) continue;
    head.headers.emplace_back(LowerCase(member.key.Decoded()), member.value.Decoded());
    head.header_nodes.push_back(member.value.id());
  }
}

/// Headers about one connection, one client or its account; those of AnswerHead; and the names of
/// errors, which the body's kind says.
bool IsTransport(std::string_view name) {
  static constexpr std::array<std::string_view, 29> kNames = {"accept",
                                                              "accept-encoding",
                                                              "accept-language",
                                                              "anthropic-version",
                                                              "api-key",
                                                              "authorization",
                                                              "cache-control",
                                                              "connection",
                                                              "content-encoding",
                                                              "content-length",
                                                              "content-type",
                                                              "cookie",
                                                              "date",
                                                              "host",
                                                              "keep-alive",
                                                              "proxy-authorization",
                                                              "request-id",
                                                              "retry-after",
                                                              "retry-after-ms",
                                                              "server",
                                                              "set-cookie",
                                                              "transfer-encoding",
                                                              "user-agent",
                                                              "x-amzn-errortype",
                                                              "x-amzn-requestid",
                                                              "x-api-key",
                                                              "x-goog-api-key",
                                                              "x-request-id",
                                                              "x-should-retry"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         name.starts_with("x-stainless-");
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

void WriteHttp(const HttpHead& head, const Output& body, Output& out) {
  if (!head.method.empty()) {
    out.Append(head.method + " " + head.path + " HTTP/1.1\r\n");
  } else {
    out.Append("HTTP/1.1 " + std::to_string(head.status) + " ");
    out.Append(ReasonPhrase(head.status));
    out.Append("\r\n");
  }
  for (const auto& [name, value] : head.headers) out.Append(name + ": " + value + "\r\n");
  out.Append("content-length: " + std::to_string(body.size()) + "\r\n\r\n");
  body.ForEachPiece([&out](std::string_view piece) { out.AppendStable(piece); });
}

void WriteJson(const HttpHead& head, const Output& body, Output& out) {
  Writer writer(out);
  writer.BeginObject();
  if (!head.method.empty()) {
    writer.Key("method");
    writer.String(head.method);
  }
  if (!head.path.empty()) {
    writer.Key("path");
    writer.String(head.path);
  }
  if (head.status != 0) {
    writer.Key("status");
    writer.Int(head.status);
  }
  writer.Key("headers");
  writer.BeginObject();
  for (const auto& [name, value] : head.headers) {
    writer.Key(Text::Plain(name));
    writer.String(value);
  }
  writer.EndObject();
  writer.Key("body");
  body.ForEachPiece([&out](std::string_view piece) { out.AppendStable(piece); });
  out.Append('}');
}

}  // namespace

Status OpenEnvelope(const Value& root, Accounting& accounting, Envelope& envelope) {
  envelope.body = root;
  if (!root.is_object() || root.empty_container()) return Ok();
  if (kFields.Find((*root.members().begin()).key) == kFields.kUnknown || !IsEnvelope(root))
    return Ok();
  for (Member member : root.members()) {
    switch (kFields.Find(member.key)) {
      case kFields("body"):
        envelope.body = member.value;
        continue;
      case kFields("method"):
        AIPROXY_RETURN_IF_ERROR(TakeLine(member.value, envelope.head.method));
        break;
      case kFields("path"):
        AIPROXY_RETURN_IF_ERROR(TakeLine(member.value, envelope.head.path));
        break;
      case kFields("status"): {
        std::optional<std::int64_t> status = member.value.Int();
        if (!status || *status < 100 || *status > 999) {
          return root.document().ErrorAt(member.value.id(),
                                         "expected an HTTP status from 100 to 999");
        }
        envelope.head.status = static_cast<int>(*status);
        break;
      }
      case kFields("headers"):
        TakeHeaders(member.value, envelope.head);
        envelope.headers = member.value;
        continue;
      default:
        break;
    }
    accounting.Use(member.value.id());
  }
  return Ok();
}

void AccountHeaders(const Envelope& envelope, bool all_are_written, Accounting& accounting) {
  const Value& headers = envelope.headers;
  if (!headers.valid() || !headers.is_object()) return;
  if (headers.empty_container()) accounting.Use(headers.id());
  for (Member header : headers.members()) {
    const bool is_written = all_are_written && FitsLine(header);
    if (is_written || IsTransport(LowerCase(header.key.Decoded())))
      accounting.Use(header.value.id());
  }
}

bool FillHead(const HttpHead& made, HttpHead& head) {
  bool agree = true;
  if (head.method.empty()) head.method = made.method;
  if (head.path.empty()) head.path = made.path;
  for (const auto& [name, value] : made.headers) {
    const std::string* own = head.Find(name);
    if (own == nullptr)
      head.headers.emplace_back(name, value);
    else if (*own != value)
      agree = false;
  }
  return agree;
}

HttpHead AnswerHead(const HttpHead& from, const Protocol& to, int status, const Text& request_id) {
  HttpHead head;
  head.status = status;
  head.headers.emplace_back("content-type", "application/json");
  for (std::string_view name : {"retry-after", "retry-after-ms", "x-should-retry"}) {
    if (const std::string* value = from.Find(name)) head.headers.emplace_back(name, *value);
  }
  const std::string* id = nullptr;
  for (std::string_view name : {"request-id", "x-request-id", "x-amzn-requestid"}) {
    if (id == nullptr) id = from.Find(name);
  }
  if (id != nullptr)
    head.headers.emplace_back(to.request_id_header, *id);
  else if (request_id.present())
    head.headers.emplace_back(to.request_id_header, request_id.Decode());
  return head;
}

void WriteEnvelope(const HttpHead& head, Output& body, Emit emit, Output& out) {
  if (emit == Emit::kHttp)
    WriteHttp(head, body, out);
  else
    WriteJson(head, body, out);
}

}  // namespace aiproxy
