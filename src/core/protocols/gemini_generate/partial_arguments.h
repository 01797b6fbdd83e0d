// The arguments of a call that Vertex streams piece by piece, each with the path of its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/result.h"
#include "core/json/value.h"
#include "core/model/context.h"

namespace aiproxy::gemini_generate {

class PartialArguments {
 public:
  /// {"jsonPath":"$.a.b[0]","stringValue":"..."}: strings of one path are joined. A path that is
  /// not made of names and numbers is an error, and so are more than a thousand of them.
  Status Add(const Value& piece);
  /// The object as JSON; what is put together next starts anew.
  std::string Take();

 private:
  struct Node {
    std::string key;     // of a member; "" of an item
    std::string scalar;  // JSON, without quotes for a string
    bool is_string = false;
    bool is_array = false;
    std::vector<std::size_t> children;
  };

  Status Descend(const Value& piece, std::string_view path, std::size_t& at);
  std::size_t Child(std::size_t parent, std::string_view key);
  std::size_t Item(std::size_t parent, std::size_t index);
  void Write(const Node& node, std::string& out) const;

  std::vector<Node> nodes_{Node{}};
};

/// Accounts for what is read of a piece of a call; anything else in it is reported.
void UsePartialCall(const Value& call, CodecContext& context);

}  // namespace aiproxy::gemini_generate
