// The law of accounting, checked the plain way.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.h"
#include "core/model/accounting.h"

namespace aiproxy::fuzz {

[[noreturn]] inline void Broken(const std::string& law, const std::string& shown) {
  std::fprintf(stderr, "broken: %s\n", law.c_str());
  std::fwrite(shown.data(), 1, shown.size(), stderr);  // it may be binary
  std::fputc('\n', stderr);
  std::abort();
}

/// What the findings give up: nodes, and everything below them.
inline std::vector<bool> GivenUp(const Accounting& accounting, std::size_t nodes) {
  std::vector<bool> given_up(nodes);
  for (const Finding& finding : accounting.findings()) {
    if (accounting.Message(finding).empty()) Broken("a finding has a message", "");
    bool loss = finding.code->loss == Loss::kDropped || finding.code->loss == Loss::kDegraded;
    if (loss && finding.node < nodes) given_up[finding.node] = true;
  }
  return given_up;
}

/// Settles the account anew: every leaf that says something is marked or given up, by itself or
/// with something around it.
inline void CheckAccount(Document& document, const Accounting& accounting) {
  std::vector<bool> given_up = GivenUp(accounting, document.size());
  struct Open {
    NodeId end;
    bool accounted;
  };
  std::vector<Open> around{{static_cast<NodeId>(document.size()), false}};
  std::vector<bool> is_name(document.size());
  for (NodeId id = 0; id < document.size(); ++id) {
    while (around.back().end <= id) around.pop_back();
    const JsonNode& node = document.node(id);
    bool accounted =
        around.back().accounted || (node.flags & JsonNode::kCovered) != 0 || given_up[id];
    if (is_name[id]) {
      if (given_up[id]) given_up[id + 1] = true;
      continue;
    }
    bool container = node.kind == JsonKind::kObject || node.kind == JsonKind::kArray;
    bool leaf = !container || node.next == id + 1;
    if (leaf && !accounted && node.kind != JsonKind::kNull) {
      std::string pointer;
      document.AppendPointer(id, pointer);
      Broken("every leaf is marked or reported", pointer);
    }
    if (node.kind == JsonKind::kObject) {
      for (Member member : Value(document, id).members()) is_name[member.value.id() - 1] = true;
    }
    if (container) around.push_back({node.next, accounted});
  }
}

/// Whether an object, also of JSON in a string, says a member twice: then there is more than one
/// way to read it. False for what is no JSON.
inline bool HasNamesakes(std::string_view json) {
  PaddedText text(json);
  Document document;
  if (!document.Parse(text.view())) return false;
  for (NodeId id = 0; id < document.size(); ++id) {
    Value value(document, id);
    if (value.is_string() && value.body().size() > 4 && HasNamesakes(value.Decoded())) return true;
    if (!value.is_object()) continue;
    std::set<std::string> names;
    for (Member member : value.members()) {
      if (!names.insert(member.key.Decoded()).second) return true;
    }
  }
  return false;
}

}  // namespace aiproxy::fuzz
