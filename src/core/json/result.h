// A value or an Error, returned by value: for everything that input can cause.
//
// Same member names as C++23 std::expected, so that it can become an alias once every compiler
// the project uses has it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace aiproxy {

enum class ErrorKind : std::uint8_t {
  kInvalidInput,   // the input is not what it claims to be
  kLimitExceeded,  // a bound of Limits
  kLossRefused,    // --on-loss refuse
  kUnsupported,    // a pair or kind that cannot be translated
};

struct Error {
  ErrorKind kind = ErrorKind::kInvalidInput;
  std::string message;       // lower case, no location, no final stop
  std::uint32_t line = 0;    // 1-based; 0 when unknown
  std::uint32_t column = 0;  // 1-based, in bytes
  std::string pointer;       // JSON pointer into the input, when the JSON itself is well-formed
};

inline Error LimitExceeded(std::string message) {
  Error error;
  error.kind = ErrorKind::kLimitExceeded;
  error.message = std::move(message);
  return error;
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(*-explicit-*)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(*-explicit-*)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  Error& error() & { return *std::get_if<1>(&state_); }
  const Error& error() const& { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error on the heap: one pointer wide, because it is returned on every hot path.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(new Error(std::move(error))) {}  // NOLINT(*-explicit-*)
  Status(Status&& other) noexcept : error_(std::exchange(other.error_, nullptr)) {}
  Status& operator=(Status&& other) noexcept {
    std::swap(error_, other.error_);
    return *this;
  }
  ~Status() { delete error_; }

  bool has_value() const { return error_ == nullptr; }
  explicit operator bool() const { return has_value(); }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }

 private:
  Error* error_ = nullptr;
};

inline Status Ok() { return {}; }

}  // namespace aiproxy

// AIPROXY_RETURN_IF_ERROR(Decode(x));  -- returns the error to the caller.
#define AIPROXY_RETURN_IF_ERROR(expr)                                       \
  do {                                                                      \
    if (auto status_ = (expr); !status_) return std::move(status_.error()); \
  } while (false)
