#include "core/model/foreign_reasoning.h"

#include <array>

#include "core/json/join.h"
#include "core/model/words.h"

namespace aiproxy {

namespace {

// https://ai.google.dev/gemini-api/docs/thought-signatures
constexpr std::string_view kGoogleWords[] = {"skip_thought_signature_validator",
                                             "context_engineering_is_the_way_to_go"};
constexpr std::string_view kFernet = "gAAAA";  // version 0x80 and a time

constexpr std::uint8_t kBytes1 = 0x0a;  // the tag of field 1, length-delimited
constexpr std::uint8_t kBytes2 = 0x12;
constexpr std::uint8_t kVersion = 0x01;  // of a ciphertext; no tag begins so

int Sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

/// The first bytes that base64 stands for, in either alphabet.
class Prefix {
 public:
  explicit Prefix(std::string_view base64) {
    std::uint32_t bits = 0;
    int count = 0;
    for (char c : base64) {
      if (c == '\\') continue;  // of an escaped slash
      int sextet = Sextet(c);
      if (sextet < 0 || size_ == bytes_.size()) break;
      bits = bits << 6 | static_cast<std::uint32_t>(sextet);
      count += 6;
      if (count < 8) continue;
      count -= 8;
      bytes_[size_++] = static_cast<std::uint8_t>(bits >> count);
    }
  }

  /// Takes a field with that tag, up to its content; false when there is none.
  bool TakeField(std::uint8_t tag) {
    if (at_ >= size_ || bytes_[at_] != tag) return false;
    for (std::size_t i = at_ + 1; i < size_; ++i) {
      if (bytes_[i] >= 0x80) continue;
      at_ = i + 1;
      return at_ < size_;
    }
    return false;
  }
  std::uint8_t next() const { return bytes_[at_]; }

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::size_t size_ = 0;
  std::size_t at_ = 0;
};

/// Whether it may be the tag of one of the first fields, with a number.
bool IsNumberTag(std::uint8_t byte) { return byte == 0x08 || byte == 0x10 || byte == 0x18; }

}  // namespace

Issuer IssuerOfSecret(const Text& secret) {
  std::string_view bytes = secret.bytes;
  if (bytes.starts_with(kFernet)) return Issuer::kOpenAi;
  for (std::string_view word : kGoogleWords) {
    if (bytes == word) return Issuer::kGoogle;
  }
  Prefix prefix(bytes);
  bool wrapped = prefix.TakeField(kBytes2);
  if (!prefix.TakeField(kBytes1)) return Issuer::kUnknown;
  if (prefix.next() == kVersion) return Issuer::kGoogle;
  return wrapped && IsNumberTag(prefix.next()) ? Issuer::kAnthropic : Issuer::kUnknown;
}

bool CanCarry(Issuer issuer) { return issuer == Issuer::kOpenAi || issuer == Issuer::kXai; }

Text CarriedReasoning(const Text& encrypted, const Text& id, Issuer issuer, Arena& arena) {
  std::string_view format = ReasoningFormat(issuer);
  return {Joined({format, ":", id.bytes, ":", encrypted.bytes}, arena), encrypted.node,
          encrypted.spelling};
}

bool SplitCarriedReasoning(const Text& carried, Text& encrypted, Text& id, Issuer& issuer) {
  for (Issuer candidate : {Issuer::kOpenAi, Issuer::kXai}) {
    std::string_view format = ReasoningFormat(candidate);
    std::string_view rest = carried.bytes;
    if (!rest.starts_with(format) || rest.substr(format.size(), 1) != ":") continue;
    rest.remove_prefix(format.size() + 1);
    std::size_t colon = rest.find(':');
    if (colon == rest.npos) return false;
    issuer = candidate;
    id = colon == 0 ? Text() : Text{rest.substr(0, colon), carried.node, carried.spelling};
    encrypted = {rest.substr(colon + 1), carried.node, carried.spelling};
    return true;
  }
  return false;
}

}  // namespace aiproxy
