// The errors of OpenAI's protocols, both ways: {"error":{message,type,param,code}}, and what
// vendors send instead of it.
#include "core/model/openai_error.h"

#include <string>

#include "core/json/field_names.h"
#include "core/model/error_codes.h"
#include "core/model/openai_words.h"
#include "core/model/words.h"

namespace aiproxy::openai {

namespace {

// ApiError::style: the shape of the body
constexpr std::uint8_t kErrorIsString = 1;  // {"error": "text"}
constexpr std::uint8_t kMessageOnTop = 2;   // {"message": "text"}
constexpr std::uint8_t kDetail = 4;         // {"detail": "text"}
constexpr std::uint8_t kOtherShape = 8;     // none of them: the body is carried as it is
constexpr std::uint8_t kInArray = 16;       // [{"error": ...}]
constexpr std::uint8_t kDecodedError = 32;
constexpr std::uint8_t kText = 64;  // "text"

using Kind = ApiErrorKind;

constexpr FieldNames kErrorFields("message", "type", "param", "code");

struct ErrorWord {
  std::string_view word;
  Kind kind;
};
/// https://platform.openai.com/docs/guides/error-codes and the codes that compatible vendors use.
constexpr ErrorWord kCodes[] = {
    {"invalid_api_key", Kind::kAuthentication},
    {"invalid_authentication", Kind::kAuthentication},
    {"insufficient_quota", Kind::kBilling},
    {"billing_hard_limit_reached", Kind::kBilling},
    {"credit_balance_exhausted", Kind::kBilling},
    {"permission_denied", Kind::kPermission},
    {"unsupported_country_region_territory", Kind::kPermission},
    {"model_not_found", Kind::kNotFound},
    {"not_found", Kind::kNotFound},
    {"conflict", Kind::kConflict},
    {"request_too_large", Kind::kTooLarge},
    {"unprocessable_entity", Kind::kUnprocessable},
    {"rate_limit_exceeded", Kind::kRateLimit},
    {"slow_down", Kind::kRateLimit},
    {"timeout", Kind::kTimeout},
    {"overloaded", Kind::kOverloaded},
    {"server_is_overloaded", Kind::kOverloaded},
    {"server_error", Kind::kApi},
};
/// Codes that say more than their kind does: they decide it, but are not expressed by it.
constexpr ErrorWord kRicherCodes[] = {
    {"context_length_exceeded", Kind::kInvalidRequest},
    {"content_filter", Kind::kInvalidRequest},
    {"string_above_max_length", Kind::kInvalidRequest},
};
constexpr ErrorWord kTypes[] = {
    {"invalid_request_error", Kind::kInvalidRequest},
    {"authentication_error", Kind::kAuthentication},
    {"insufficient_quota", Kind::kBilling},
    {"billing_error", Kind::kBilling},
    {"permission_error", Kind::kPermission},
    {"not_found_error", Kind::kNotFound},
    {"requests", Kind::kRateLimit},
    {"tokens", Kind::kRateLimit},
    {"rate_limit_error", Kind::kRateLimit},
    {"timeout_error", Kind::kTimeout},
    {"overloaded_error", Kind::kOverloaded},
    {"engine_overloaded_error", Kind::kOverloaded},
    {"service_unavailable_error", Kind::kOverloaded},
    {"server_error", Kind::kApi},
    {"api_error", Kind::kApi},
};

/// Words that the HTTP status says better.
bool IsGeneric(Kind kind) { return kind == Kind::kInvalidRequest || kind == Kind::kApi; }

/// How a kind is said. `code` is JSON.
struct ErrorForm {
  std::string_view type;
  std::string_view code;
};

ErrorForm FormOf(Kind kind) {
  constexpr std::string_view kRequest = "invalid_request_error";
  switch (kind) {
    case Kind::kInvalidRequest:
      return {kRequest, "null"};
    case Kind::kAuthentication:
      return {kRequest, "\"invalid_api_key\""};
    case Kind::kBilling:
      return {"insufficient_quota", "\"insufficient_quota\""};
    case Kind::kPermission:
      return {kRequest, "\"permission_denied\""};
    case Kind::kNotFound:
      return {kRequest, "\"not_found\""};
    case Kind::kConflict:
      return {kRequest, "\"conflict\""};
    case Kind::kTooLarge:
      return {kRequest, "\"request_too_large\""};
    case Kind::kUnprocessable:
      return {kRequest, "\"unprocessable_entity\""};
    case Kind::kRateLimit:
      return {"requests", "\"rate_limit_exceeded\""};
    case Kind::kApi:
      return {"server_error", "null"};
    case Kind::kTimeout:
      return {"server_error", "\"timeout\""};
    case Kind::kOverloaded:
      return {"server_error", "\"overloaded\""};
  }
  return {"server_error", "null"};
}

/// An HTTP status in place of a code: 429 or "429". 0 when it is none.
int StatusIn(const Value& code) {
  std::int64_t number = 0;
  if (code.is_number())
    number = code.Int().value_or(0);
  else if (code.is_string())
    number = ParseInt(code.body()).value_or(0);
  return number >= 400 && number < 600 ? static_cast<int>(number) : 0;
}

template <std::size_t N>
const ErrorWord* FindWord(const ErrorWord (&words)[N], const Value& value) {
  for (const ErrorWord& row : words) {
    if (value.Is(row.word)) return &row;
  }
  return nullptr;
}

class ErrorDecoder {
 public:
  ErrorDecoder(int status, CodecContext& context, ApiError& error)
      : status_(status), context_(context), take_(context), error_(error) {}

  void Run(Value root) {
    error_.node = root.id();
    error_.style = kDecodedError;
    if (root.is_array() && !root.empty_container()) {  // Gemini's OpenAI endpoint
      Value first = *root.items().begin();
      if (first.is_object() && context_.document().node(first.id()).next == EndOf(root)) {
        error_.style |= kInArray;
        root = first;
      }
    }
    if (root.is_object())
      ReadBody(root);
    else
      ReadOther(root);
    Decide();
  }

 private:
  NodeId EndOf(const Value& value) const { return context_.document().node(value.id()).next; }

  void ReadBody(const Value& root) {
    UseIfEmpty(root, context_);
    Value error = root.Find("error");
    Value message = root.Find("message");
    Value detail = root.Find("detail");
    Value choices = root.Find("choices");
    if (error.valid() && error.is_object()) {
      KeepOthers(root, error, error_.extras);
      return ReadMembers(error, error_.inner_extras);
    }
    if (IsString(error)) {
      error_.style |= kErrorIsString;
      error_.message = Text::Of(error);
      return KeepOthers(root, error, error_.extras);
    }
    if (IsString(message)) {
      error_.style |= kMessageOnTop;
      return ReadMembers(root, error_.extras);
    }
    if (IsString(detail)) {
      error_.style |= kDetail;
      error_.message = Text::Of(detail);
      return KeepOthers(root, detail, error_.extras);
    }
    error_.style |= kOtherShape;
    KeepOthers(root, Value(), error_.extras);
    if (choices.valid() && choices.is_array() && choices.empty_container()) {
      take_.Use(choices);
      error_.message = Text::Plain("empty response");
    }
  }

  void ReadOther(const Value& root) {
    error_.style |= root.is_string() ? kText : kOtherShape;
    if (root.is_string()) error_.message = Text::Of(root);
  }

  void KeepOthers(const Value& object, const Value& except, Extras& extras) {
    for (Member member : object.members()) {
      if (except.valid() && member.value.id() == except.id()) continue;
      take_.Keep(member, extras);
    }
  }

  void ReadMembers(const Value& object, Extras& extras) {
    UseIfEmpty(object, context_);
    for (Member member : object.members()) {
      switch (kErrorFields.Find(member.key)) {
        case kErrorFields("message"):
          take_.Take(member, error_.message, extras);
          break;
        case kErrorFields("type"):
          take_.Take(member, error_.type, extras);
          if (error_.type.present()) type_ = member.value;
          break;
        case kErrorFields("param"):
          take_.Take(member, error_.param, extras);
          break;
        case kErrorFields("code"):
          take_.TakeRaw(member, error_.code, extras);
          if (error_.code.present()) code_ = member.value;
          break;
        default:
          take_.Keep(member, extras);
      }
    }
  }

  /// The code says most, then the type, then the HTTP status.
  void Decide() {
    error_.status = status_ >= 400 ? status_ : 0;  // a success says nothing about it
    const ErrorWord* by_type = IsString(type_) ? FindWord(kTypes, type_) : nullptr;
    if (by_type != nullptr) take_.Use(type_);
    if (DecideByCode()) return;
    const bool by_status = error_.status >= 400;
    if (by_type != nullptr && !(by_status && IsGeneric(by_type->kind)))
      error_.kind = by_type->kind;
    else if (by_status)
      error_.kind = ErrorKindOfStatus(error_.status);
    if (error_.status == 0) error_.status = StatusOf(error_.kind);
  }

  bool DecideByCode() {
    if (!code_.valid()) return false;
    if (int status = StatusIn(code_); status != 0) {
      error_.kind = ErrorKindOfStatus(status);
      if (error_.status == 0) error_.status = status;
      take_.Use(code_);
      return true;
    }
    if (!IsString(code_)) return false;
    const ErrorWord* word = FindWord(kCodes, code_);
    if (word != nullptr)
      take_.Use(code_);
    else
      word = FindWord(kRicherCodes, code_);
    if (word == nullptr) return false;
    error_.kind = word->kind;
    if (word->kind == Kind::kApi && error_.status >= 400) {
      error_.kind = ErrorKindOfStatus(error_.status);
    }
    if (error_.status == 0) error_.status = StatusOf(word->kind);
    return true;
  }

  int status_;
  CodecContext& context_;
  Taker take_;
  ApiError& error_;
  Value type_;
  Value code_;
};

void WriteOwnMembers(const ApiError& error, const Extras& extras, Writer& writer) {
  writer.Member("message", error.message);
  writer.Member("type", error.type);
  writer.Member("param", error.param);
  writer.Member("code", error.code);
  WriteExtras(extras, writer);
}

void WriteOwnError(const ApiError& error, CodecContext& context, Writer& writer) {
  if ((error.style & kText) != 0) return writer.String(error.message);
  bool other = (error.style & kOtherShape) != 0;
  if (other && !Value(context.document(), error.node).is_object() &&
      (error.style & kInArray) == 0) {
    return writer.Value(Raw::Of(Value(context.document(), error.node)));
  }
  if ((error.style & kInArray) != 0) writer.BeginArray();
  writer.BeginObject();
  if ((error.style & kErrorIsString) != 0) {
    writer.Member("error", error.message);
  } else if ((error.style & kDetail) != 0) {
    writer.Member("detail", error.message);
  } else if ((error.style & kMessageOnTop) != 0) {
    WriteOwnMembers(error, {}, writer);
  } else if (!other) {
    writer.Key("error");
    writer.BeginObject();
    WriteOwnMembers(error, error.inner_extras, writer);
    writer.EndObject();
  }
  WriteExtras(error.extras, writer);
  writer.EndObject();
  if ((error.style & kInArray) != 0) writer.EndArray();
}

}  // namespace

bool HasOwnMember(const Value& error) {
  return error.Find("param").valid() || error.Find("code").valid();
}

ApiErrorKind KindOfCode(const Value& code) {
  const ErrorWord* row = FindWord(kCodes, code);
  return row != nullptr ? row->kind : Kind::kInvalidRequest;
}

bool SaysError(const Value& root) {
  Value error = root.Find("error");
  if (error.valid() && !error.is_null()) return true;
  Value object = root.Find("object");
  return IsString(object) && object.Is("error");
}

void DecodeError(const Value& root, int status, std::string_view protocol, CodecContext& context,
                 ApiError& error) {
  error.protocol = protocol;
  ErrorDecoder(status, context, error).Run(root);
}

void EncodeError(const ApiError& error, std::string_view protocol, CodecContext& context,
                 Writer& writer) {
  // The other shapes are carried by their node, which an error that was kept has given up.
  bool whole = (error.style & kOtherShape) == 0 || error.node != kNoNode;
  if (error.protocol == protocol && (error.style & kDecodedError) != 0 && whole) {
    return WriteOwnError(error, context, writer);
  }
  writer.BeginObject();
  writer.Key("error");
  WriteErrorObject(error, context, writer);
  writer.EndObject();
}

ErrorWords WordsOf(const ApiError& error) {
  ErrorForm form = FormOf(error.kind);
  bool own = IsOfOpenAi(error.protocol);
  ErrorWords words{{form.type, kNoNode, Text::Spelling::kClean}, {form.code, kNoNode}};
  if (own && error.type.present()) words.type = error.type;
  if (own && (error.code.present() || error.type.present())) words.code = error.code;
  if (!words.code.present()) words.code = {"null", kNoNode};
  return words;
}

void WriteCode(const ApiError& error, const Raw& code, CodecContext& context, Writer& writer) {
  char first = code.json.front();
  bool number = first == '-' || (first >= '0' && first <= '9');
  if (error.protocol == context.accounting.target() || code.is_string()) {
    writer.Value(code);
  } else if (number) {
    writer.BeginString();
    writer.AppendLiteral(code.json);
    writer.EndString();
    writer.Cover(code.node);
  } else {
    writer.Null();
  }
}

void WriteErrorObject(const ApiError& error, CodecContext& context, Writer& writer) {
  ErrorWords words = WordsOf(error);
  writer.BeginObject();
  writer.Key("message");
  if (error.message.present()) {
    writer.String(error.message);
  } else {
    writer.Literal("\"the upstream gave no message\"");
    context.accounting.Report(error.node, kValueInvented, "{target} wants a message");
  }
  writer.Key("type");
  writer.String(words.type);
  writer.Key("param");
  if (error.param.present())
    writer.String(error.param);
  else
    writer.Null();
  writer.Key("code");
  WriteCode(error, words.code, context, writer);
  writer.EndObject();
}

int ErrorStatus(const ApiError& error) {
  if (error.kind == Kind::kOverloaded && (error.status == 0 || error.status == 529)) return 503;
  if (IsOfOpenAi(error.protocol) && error.status != 0) return error.status;
  return StatusThatSaysKind(error);
}

}  // namespace aiproxy::openai
