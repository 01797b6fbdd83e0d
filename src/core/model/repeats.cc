#include "core/model/repeats.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

namespace aiproxy {

namespace {

struct Named {
  std::string_view name;
  std::size_t order = 0;
  std::string_view now;      // of a call: its new id; empty when it stays
  std::size_t answered = 0;  // of the first call of a turn: how many of its name have a result
};

bool ComesBefore(const Named& a, const Named& b) {
  return std::tie(a.name, a.order) < std::tie(b.name, b.order);
}

bool HasRepeats(const List<Named>& sorted) {
  auto same = [](const Named& a, const Named& b) { return a.name == b.name; };
  return std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end();
}

/// The ids of all calls, sorted.
List<Named> CallsOf(const List<Message>& messages, Arena& arena) {
  List<Named> calls;
  for (const Message& message : messages) {
    for (const Part& part : message.parts) {
      const auto* call = std::get_if<ToolCallPart>(&part.variant());
      if (call != nullptr) calls.push_back(arena, {call->id.Decode(arena), calls.size(), {}});
    }
  }
  std::sort(calls.begin(), calls.end(), ComesBefore);
  return calls;
}

class CallRenamer {
 public:
  CallRenamer(List<Named>& calls, CodecContext& context) : calls_(calls), context_(context) {
    std::size_t rank = 0;
    for (std::size_t i = 1; i < calls_.size(); ++i) {
      rank = calls_[i].name == calls_[i - 1].name ? rank + 1 : 0;
      if (rank > 0 && !calls_[i].name.empty()) calls_[i].now = Fresh(calls_[i].name, rank + 1);
    }
  }

  List<Message> Run(const List<Message>& messages) {
    List<Message> renamed;
    for (const Message& message : messages) {
      bool assistant = message.role.Is(Role::kAssistant);
      if (!assistant) turn_is_over_ = true;
      Message copy = message;
      copy.parts = {};
      for (const Part& part : message.parts) {
        copy.parts.push_back(context_.arena, part);
        if (auto* call = std::get_if<ToolCallPart>(&copy.parts.back().variant()))
          RenameCall(*call);
        else if (auto* result = std::get_if<ToolResultPart>(&copy.parts.back().variant()))
          RenameResult(*result);
      }
      renamed.push_back(context_.arena, copy);
    }
    return renamed;
  }

 private:
  /// The first call of the name from the n-th call on.
  Named* From(std::string_view name, std::size_t order) {
    return std::lower_bound(calls_.begin(), calls_.end(), Named{name, order, {}}, ComesBefore);
  }

  /// "id_2", and further numbers where there is such an id.
  std::string_view Fresh(std::string_view id, std::size_t number) {
    for (;; number += calls_.size()) {
      std::string fresh(id);
      fresh += '_';
      fresh += std::to_string(number);
      Named* known = From(fresh, 0);
      if (known == calls_.end() || known->name != fresh) return context_.arena.Copy(fresh);
    }
  }

  void RenameCall(ToolCallPart& call) {
    if (turn_is_over_) turn_ = next_;
    turn_is_over_ = false;
    Rename(call.id, From(call.id.Decode(context_.arena), next_)->now);
    ++next_;
  }

  void RenameResult(ToolResultPart& result) {
    std::string_view id = result.call_id.Decode(context_.arena);
    Named* first = From(id, turn_);
    auto is_of_turn = [&](const Named* call) {
      return call < calls_.end() && call->name == id && call->order < next_;
    };
    if (!is_of_turn(first)) return;
    Named* call = first + first->answered;
    if (is_of_turn(call))
      ++first->answered;
    else
      --call;
    Rename(result.call_id, call->now);
  }

  void Rename(Text& id, std::string_view now) {
    if (now.empty()) return;
    context_.accounting.Report(id.node, kValueDegraded,
                               "{target} takes the id of a call once; '{}' is changed", id.bytes);
    id = Text::Plain(now, id.node);
  }

  List<Named>& calls_;
  CodecContext& context_;
  std::size_t next_ = 0;  // how many calls came
  std::size_t turn_ = 0;  // the first of the turn that is answered
  bool turn_is_over_ = false;
};

}  // namespace

List<ToolDefinition> DistinctTools(const List<ToolDefinition>& tools, CodecContext& context) {
  using Kind = ToolDefinition::Kind;
  List<Named> sorted;
  for (std::size_t i = 0; i < tools.size(); ++i) {
    if (tools[i].kind == Kind::kFunction || tools[i].kind == Kind::kCustom)
      sorted.push_back(context.arena, {tools[i].name.Decode(context.arena), i, {}});
  }
  std::sort(sorted.begin(), sorted.end(), ComesBefore);
  if (!HasRepeats(sorted)) return tools;
  List<bool> repeated;
  for (std::size_t i = 0; i < tools.size(); ++i) repeated.push_back(context.arena, false);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    repeated[sorted[i].order] = sorted[i].name == sorted[i - 1].name;
  }
  List<ToolDefinition> distinct;
  for (std::size_t i = 0; i < tools.size(); ++i) {
    if (repeated[i])
      DropAt(context, tools[i].node, kPartDropped, "a function '{}' is declared already",
             tools[i].name.bytes);
    else
      distinct.push_back(context.arena, tools[i]);
  }
  return distinct;
}

List<Message> DistinctCalls(const List<Message>& messages, CodecContext& context) {
  List<Named> calls = CallsOf(messages, context.arena);
  if (!HasRepeats(calls)) return messages;
  return CallRenamer(calls, context).Run(messages);
}

}  // namespace aiproxy
