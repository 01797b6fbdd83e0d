// A schema that is read: where its values are, their account, and how much work is left for it.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/json/value.h"
#include "core/model/context.h"

namespace aiproxy {

/// Either a part of the input, or JSON from elsewhere, which is parsed anew and has no nodes there.
class SchemaSource {
 public:
  SchemaSource(const Raw& schema, NodeId owner, CodecContext& context);

  /// Invalid when it is no JSON.
  const Value& root() const { return root_; }
  CodecContext& context() const { return context_; }

  Text TextOf(const Value& string) const;
  Raw RawOf(const Value& value) const;
  /// The decoded text of a string, kept as long as the document is.
  std::string_view Decoded(const Value& string) const;

  void Use(const Value& value) const;
  /// Says something about a value, once, without marking it. A value that cannot be marked is
  /// reported at the owner.
  void Report(const Value& value, const DiagnosticCode& code, std::string_view message,
              std::string_view argument = {}) const;
  void Drop(const Value& value, const DiagnosticCode& code, std::string_view message,
            std::string_view argument = {}) const;

  /// Takes from the work that one schema may cause; false when there is none left.
  bool Spend(std::size_t steps);

 private:
  static constexpr std::size_t kMaxSteps = 2'000'000;

  CodecContext& context_;
  NodeId owner_;
  bool in_input_ = true;
  Value root_;
  std::size_t steps_ = kMaxSteps;
};

}  // namespace aiproxy
