#include "core/json/difference.h"

#include <algorithm>
#include <map>
#include <utility>

namespace aiproxy {

namespace {

using Named = std::map<std::string, Value>;

Named MembersByName(const Value& object) {
  Named members;
  for (Member member : object.members()) members[member.key.Decoded()] = member.value;
  return members;
}

std::vector<Value> ItemsOf(const Value& array) {
  std::vector<Value> items;
  for (Value item : array.items()) items.push_back(item);
  return items;
}

bool SameMembers(const Value& a, const Value& b) {
  Named members = MembersByName(a);
  Named others = MembersByName(b);
  return members.size() == others.size() &&
         std::equal(members.begin(), members.end(), others.begin(),
                    [](const auto& one, const auto& other) {
                      return one.first == other.first && SameJson(one.second, other.second);
                    });
}

std::string Below(const std::string& pointer, const std::string& name) {
  std::string below = pointer + "/";
  for (char c : name) {
    if (c == '~')
      below += "~0";
    else if (c == '/')
      below += "~1";
    else
      below += c;
  }
  return below;
}

class Comparison {
 public:
  void Compare(const std::string& pointer, const Value& before, const Value& after) {
    if (before.is_object() && after.is_object()) return CompareMembers(pointer, before, after);
    if (before.is_array() && after.is_array()) return CompareItems(pointer, before, after);
    if (!SameJson(before, after)) found_.push_back({pointer, before, after});
  }

  std::vector<JsonDifference> Take() { return std::move(found_); }

 private:
  void CompareMembers(const std::string& pointer, const Value& before, const Value& after) {
    Named members = MembersByName(before);
    Named others = MembersByName(after);
    for (Member member : before.members()) {
      auto counts = members.find(member.key.Decoded());
      if (counts == members.end() || counts->second.id() != member.value.id()) continue;
      auto other = others.find(counts->first);
      if (other == others.end())
        found_.push_back({Below(pointer, counts->first), member.value, {}});
      else
        Compare(Below(pointer, counts->first), member.value, other->second);
    }
    for (Member member : after.members()) {
      auto counts = others.find(member.key.Decoded());
      if (members.contains(counts->first) || counts->second.id() != member.value.id()) continue;
      found_.push_back({Below(pointer, counts->first), {}, member.value});
    }
  }

  void CompareItems(const std::string& pointer, const Value& before, const Value& after) {
    std::vector<Value> items = ItemsOf(before);
    std::vector<Value> others = ItemsOf(after);
    std::size_t first = 0;
    std::size_t common = std::min(items.size(), others.size());
    while (first < common && SameJson(items[first], others[first])) ++first;
    std::size_t left = 0;  // that agree at the end
    while (left < common - first &&
           SameJson(items[items.size() - 1 - left], others[others.size() - 1 - left]))
      ++left;
    for (std::size_t i = first; i < std::max(items.size(), others.size()) - left; ++i) {
      std::string at = pointer + "/" + std::to_string(i);
      bool is_before = i < items.size() - left;
      bool is_after = i < others.size() - left;
      if (is_before && is_after)
        Compare(at, items[i], others[i]);
      else
        found_.push_back({at, is_before ? items[i] : Value(), is_after ? others[i] : Value()});
    }
  }

  std::vector<JsonDifference> found_;
};

}  // namespace

bool SameJson(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.raw() == b.raw()) return true;
  switch (a.kind()) {
    case JsonKind::kString:
      return (a.escaped() || b.escaped()) && a.Decoded() == b.Decoded();
    case JsonKind::kArray: {
      std::vector<Value> items = ItemsOf(a);
      std::vector<Value> others = ItemsOf(b);
      return items.size() == others.size() &&
             std::equal(items.begin(), items.end(), others.begin(), SameJson);
    }
    case JsonKind::kObject:
      return SameMembers(a, b);
    default:
      return false;
  }
}

std::vector<JsonDifference> DifferencesOf(const Value& before, const Value& after) {
  Comparison comparison;
  comparison.Compare("", before, after);
  return comparison.Take();
}

}  // namespace aiproxy
