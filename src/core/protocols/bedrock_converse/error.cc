// Errors, both ways: the name is in a header, the body has a message.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
#include <string>

#include "core/json/field_names.h"
#include "core/model/aws_errors.h"
#include "core/model/error_codes.h"
#include "core/model/words.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

constexpr FieldNames kAnswerFields("output", "stopReason", "usage", "metrics");

/// An answer that has no message in it.
bool IsEmptyAnswer(const Value& root) {
  for (Member m : root.members()) {
    if (kAnswerFields.Find(m.key) != decltype(kAnswerFields)::kUnknown) return true;
  }
  return false;
}

/// The header's name, or else the body's, in the order that the SDK reads them.
const AwsError* NamedError(const Value& root, const HttpHead& head, ApiError& error,
                           CodecContext& context) {
  std::string name;
  if (const std::string* header = head.Find("x-amzn-errortype")) name = *header;
  for (std::string_view member : {"code", "__type"}) {
    Value word = root.Find(member);
    if (!IsString(word)) continue;
    if (name.empty()) name = word.Decoded();
  }
  if (name.empty()) return nullptr;
  std::string_view cut = AwsErrorName(name);
  if (!error.type.present()) error.type = Text::Plain(context.arena.Copy(cut));
  const AwsError* known = FindAwsError(cut);
  // The kind says it.
  if (known != nullptr && error.type.node != kNoNode) context.accounting.Use(error.type.node);
  return known;
}

void DecodeMembers(const Value& root, Taker& take, ApiError& error) {
  constexpr FieldNames kFields("message", "Message", "__type", "code");
  bool small = root.Find("message").valid();
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("message"):
        take.Take(m, error.message, error.extras);
        break;
      case kFields("Message"):
        if (small || !m.value.is_string()) {
          take.Keep(m, error.extras);
        } else {
          take.Take(m, error.message, error.extras);
          error.style |= kCapitalMessage;
        }
        break;
      case kFields("__type"):
        take.Take(m, error.type, error.extras);
        if (m.value.is_string()) error.style |= kHasTypeMember;
        break;
      case kFields("code"):
        take.TakeRaw(m, error.code, error.extras);
        break;
      default:
        take.Keep(m, error.extras);
    }
  }
}

void WriteWireError(const ApiError& error, Writer& writer) {
  writer.BeginObject();
  if ((error.style & kNoMessage) == 0) {
    if ((error.style & kCapitalMessage) != 0)
      writer.Member("Message", error.message);
    else
      writer.Member("message", error.message);
  }
  if ((error.style & kHasTypeMember) != 0) writer.Member("__type", error.type);
  writer.Member("code", error.code);
  WriteExtras(error.extras, writer);
  writer.EndObject();
}

}  // namespace

bool IsErrorBody(const Value& root) {
  if (!root.is_object()) return false;
  Value output = root.Find("output");
  if (IsObject(output) && output.Find("message").valid()) return false;
  return output.valid() || !root.Find("stopReason").valid();
}

Status DecodeError(const Value& root, const HttpHead& head, CodecContext& context,
                   ApiError& error) {
  if (!root.is_object()) return Expect(context, root, "an object");
  error.protocol = kId;
  error.node = root.id();
  Taker take(context);
  DecodeMembers(root, take, error);
  const AwsError* named = NamedError(root, head, error, context);
  int status = head.status >= 400 ? head.status : 0;
  if (named != nullptr)
    error.kind = named->kind;
  else if (status != 0)
    error.kind = ErrorKindOfStatus(status);
  error.status = status;
  if (status == 0) error.status = named != nullptr ? named->status : AwsErrorOf(error.kind).status;
  if (error.message.present()) return Ok();
  error.style |= kNoMessage;
  if (IsEmptyAnswer(root)) error.message = Text::Plain("empty response");
  return Ok();
}

Status EncodeError(const ApiError& error, CodecContext&, Writer& writer) {
  if (error.protocol == kId) {
    WriteWireError(error, writer);
    return Ok();
  }
  if (CodeSaysKind(error.code, error.kind)) writer.Cover(error.code.node);
  writer.BeginObject();
  writer.Key("message");
  writer.String(error.message);
  writer.EndObject();
  return Ok();
}

int ErrorStatus(const ApiError& error) {
  return error.protocol == kId && error.status >= 400 ? error.status
                                                      : AwsErrorOf(error.kind).status;
}

void AddErrorHeaders(const ApiError& error, HttpHead& head) {
  bool own = error.protocol == kId && error.type.present() && !error.type.empty();
  std::string name = own ? error.type.Decode() : std::string(AwsErrorOf(error.kind).name);
  // A name from a body may hold anything; what could end a header does not get into one.
  for (char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return;
  }
  head.headers.emplace_back("x-amzn-errortype", std::move(name));
}

}  // namespace aiproxy::bedrock_converse
