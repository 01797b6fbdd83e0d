#include "core/protocols/gemini_generate/foreign_contents.h"

#include <algorithm>
#include <tuple>

#include "core/model/arguments.h"
#include "core/model/parts.h"
#include "core/model/turns.h"
#include "core/model/visit.h"
#include "core/model/words.h"

namespace aiproxy::gemini_generate {

namespace {

bool HasResult(const Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(), [](const Part& part) {
    return std::get_if<ToolResultPart>(&part.variant()) != nullptr;
  });
}

/// What a result that is nothing but a medium says, where the medium itself follows.
std::string_view Placeholder(MediaPart::Kind kind) {
  switch (kind) {
    case MediaPart::Kind::kImage:
      return "[image]";
    case MediaPart::Kind::kAudio:
      return "[audio]";
    case MediaPart::Kind::kVideo:
      return "[video]";
    case MediaPart::Kind::kDocument:
      return "[document]";
  }
  return "";
}

}  // namespace

void ForeignContents::Open(Turn turn) {
  if (turn_ == turn) return;
  Close();
  turn_ = turn;
  writer_.BeginObject();
  if (turn == Turn::kModel)
    writer_.Key("role\":\"model\",\"parts");
  else
    writer_.Key("role\":\"user\",\"parts");
  writer_.BeginArray();
}

void ForeignContents::Close() {
  if (turn_ == Turn::kNone) return;
  parts_.EndContent();
  writer_.EndArray();
  writer_.EndObject();
  turn_ = Turn::kNone;
}

void ForeignContents::WriteSystem() {
  std::size_t end = 0;
  while (end < messages_.size() && IsSystem(messages_[end])) ++end;
  // Contents must not be empty: the last of nothing but system messages is what the user says.
  if (end == messages_.size() && end != 0) --end;
  bool any = false;
  for (; next_ < end; ++next_) {
    const Message& message = messages_[next_];
    writer_.Cover(message.role.node);
    bool written = false;
    for (const Part& part : message.parts) {
      if (!ReadsAsText(part)) {
        DropPart(part, context_);
        continue;
      }
      if (!parts_.Admit(part)) continue;
      if (!any) {
        writer_.Key("systemInstruction\":{\"parts");
        writer_.BeginArray();
      }
      any = true;
      written = true;
      parts_.Write(part);
    }
    if (!written) DropEmptyMessage(message, context_);
  }
  if (!any) return;
  writer_.EndArray();
  writer_.EndObject();
}

void ForeignContents::WriteContents() {
  writer_.Key("contents");
  writer_.BeginArray();
  bool only_system = next_ + 1 == messages_.size() && IsSystem(messages_[next_]);
  if (only_system) {
    WriteLastSystem();
  } else {
    for (std::size_t i = next_; i < messages_.size(); ++i) WriteMessage(messages_[i], i);
  }
  Close();
  writer_.EndArray();
}

void ForeignContents::WriteLastSystem() {
  const Message& message = messages_[next_];
  writer_.Cover(message.role.node);
  if (IsEmpty(message)) return DropEmptyMessage(message, context_);
  Open(Turn::kUser);
  for (const Part& part : message.parts) {
    if (parts_.Admit(part)) parts_.Write(part);
  }
  context_.accounting.Report(message.node, kPartDegraded,
                             "{target} wants a content; the system's text is told by the user");
}

void ForeignContents::WriteMarkedSystem(const Message& message) {
  if (IsEmpty(message)) return DropEmptyMessage(message, context_);
  Open(Turn::kUser);
  writer_.BeginObject();
  writer_.Key("text");
  WriteMarkedSystemText(message, context_, writer_);
  writer_.EndObject();
}

void ForeignContents::CollectCalls() {
  Arena& arena = context_.arena;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (messages_[i].role.value != Role::kAssistant) continue;
    for (const Part& part : messages_[i].parts) {
      const auto* call = std::get_if<ToolCallPart>(&part.variant());
      if (call == nullptr) continue;
      auto number = static_cast<std::uint32_t>(calls_.size());
      calls_.push_back(arena, {call, i, call->id.Decode(arena), call->name.Decode(arena)});
      if (call->id.present()) by_id_.push_back(arena, number);
      if (call->name.present()) by_name_.push_back(arena, number);
    }
  }
  auto sort = [this](List<std::uint32_t>& list, std::string_view Call::*key) {
    std::sort(list.begin(), list.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tie(calls_[a].*key, a) < std::tie(calls_[b].*key, b);
    });
  };
  sort(by_id_, &Call::id);
  sort(by_name_, &Call::name);
}

void ForeignContents::WriteMessage(const Message& message, std::size_t index) {
  writer_.Cover(message.role.node);
  if (IsSystem(message)) return WriteMarkedSystem(message);
  bool model = message.role.value == Role::kAssistant;
  bool written = false;
  if (!model && HasResult(message)) {
    if (index >= results_until_) WriteResults(index);
    written = true;
  }
  for (const Part& part : message.parts) {
    if (!model && std::get_if<ToolResultPart>(&part.variant()) != nullptr) {
      if (&part == last_result_) last_result_ = nullptr;
      continue;
    }
    if (!parts_.Admit(part)) continue;
    Open(model ? Turn::kModel : Turn::kUser);
    written = true;
    parts_.Write(part);
    if (last_result_ != nullptr)
      ReportMoved(part, "the results of a turn stand together in {target}; this follows", context_);
  }
  if (!written) DropEmptyMessage(message, context_);
}

const ForeignContents::Call* ForeignContents::CallOf(const ToolResultPart& result,
                                                     std::size_t index) const {
  bool has_id = result.call_id.present();
  const List<std::uint32_t>& list = has_id ? by_id_ : by_name_;
  auto key = has_id ? &Call::id : &Call::name;
  std::string_view wanted = (has_id ? result.call_id : result.name).Decode(context_.arena);
  const std::uint32_t* after =
      std::partition_point(list.begin(), list.end(), [&](std::uint32_t number) {
        const Call& call = calls_[number];
        return std::tie(call.*key, call.message) < std::tie(wanted, index);
      });
  if (after == list.begin()) return nullptr;
  const Call& call = calls_[after[-1]];
  return call.*key == wanted ? &call : nullptr;
}

/// All results up to the next turn of the model, in the order of the calls.
List<ForeignContents::Row> ForeignContents::CollectResults(std::size_t index) {
  if (calls_.empty()) CollectCalls();
  List<Row> rows;
  std::size_t end = index;
  for (; end < messages_.size() && messages_[end].role.value != Role::kAssistant; ++end) {
    for (const Part& part : messages_[end].parts) {
      const auto* result = std::get_if<ToolResultPart>(&part.variant());
      if (result == nullptr) continue;
      const Call* call = CallOf(*result, index);
      std::size_t rank =
          call == nullptr ? calls_.size() : static_cast<std::size_t>(call - calls_.begin());
      rows.push_back(context_.arena, {result, call, rank, rows.size()});
      last_result_ = &part;
    }
  }
  results_until_ = end;
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.rank, a.order) < std::tie(b.rank, b.order);
  });
  return rows;
}

void ForeignContents::WriteResults(std::size_t index) {
  List<Row> rows = CollectResults(index);
  Close();
  Open(Turn::kResults);
  for (const Row& row : rows) WriteResult(row);
  Close();
  if (parts_.model().takes_media_in_results()) return;
  for (const Row& row : rows) {
    for (const Part& part : row.result->content) {
      if (!IsMediaOfResult(part) || !parts_.Admit(part)) continue;
      Open(Turn::kResults);
      parts_.Write(part);
    }
  }
  Close();
}

bool ForeignContents::IsMediaOfResult(const Part& part) const {
  const auto* media = std::get_if<MediaPart>(&part.variant());
  return media != nullptr && media->source != MediaPart::Source::kText &&
         media->source != MediaPart::Source::kContent;
}

void ForeignContents::WriteResultName(const Row& row) {
  const ToolResultPart& result = *row.result;
  writer_.Key("name");
  if (row.call != nullptr && row.call->part->name.present()) {
    writer_.Cover(result.name.node);
    Text name = row.call->part->name;
    name.node = kNoNode;  // reported where the call stands
    return writer_.String(AcceptedName(name, false, context_));
  }
  if (result.name.present()) return writer_.String(AcceptedName(result.name, true, context_));
  writer_.Literal("\"unknown\"");
  context_.accounting.Report(result.node, kValueInvented,
                             "{target} demands the name of the function, and nothing says it");
}

void ForeignContents::WriteResult(const Row& row) {
  const ToolResultPart& result = *row.result;
  if (result.unpaired) {
    context_.accounting.Report(result.node, kValueInvented,
                               "the result answers no call; its id is made up");
  }
  writer_.BeginObject();
  writer_.Key("functionResponse");
  writer_.BeginObject();
  writer_.Member("id", result.call_id);
  WriteResultName(row);
  writer_.Key("response");
  WriteResultResponse(result);
  if (parts_.model().takes_media_in_results()) WriteResultMedia(result);
  writer_.EndObject();
  writer_.EndObject();
}

void ForeignContents::WriteResultResponse(const ToolResultPart& result) {
  bool failed = result.is_error.Is(true);
  writer_.Cover(result.is_error.node);
  const TextPart* only = nullptr;
  int texts = 0;
  const MediaPart* medium = nullptr;
  for (const Part& part : result.content) {
    if (const auto* text = std::get_if<TextPart>(&part.variant())) {
      only = text;
      ++texts;
    } else if (IsMediaOfResult(part)) {
      medium = std::get_if<MediaPart>(&part.variant());
    } else {
      texts += 2;  // told in text
    }
  }
  if (!failed && texts == 1) {
    if (only->json.is_object()) return writer_.Value(only->json);
    bool may_be = only->text.bytes.find('{') != std::string_view::npos;
    if (may_be && WriteTextAsObject(only->text, context_, writer_)) return;
  }
  writer_.BeginObject();
  if (failed)
    writer_.Key("error");
  else
    writer_.Key("output");
  writer_.BeginString();
  if (texts == 0 && medium != nullptr && !parts_.model().takes_media_in_results()) {
    writer_.AppendLiteral(Placeholder(medium->kind));
  }
  if (texts != 0) WriteResultText(result);
  writer_.EndString();
  writer_.EndObject();
}

/// The texts of the result, joined, inside a string.
void ForeignContents::WriteResultText(const ToolResultPart& result) {
  int written = 0;
  auto separate = [&] {
    if (written++ != 0) writer_.AppendLiteral("\\n");
  };
  auto drop = [&](const Part& part) { DropPart(part, context_); };
  for (const Part& part : result.content) {
    std::visit(Overloaded{
                   [&](const TextPart& text) {
                     separate();
                     if (text.json.present())
                       writer_.AppendJson(text.json);
                     else
                       writer_.AppendText(text.text);
                   },
                   [&](const MediaPart& media) {
                     if (IsMediaOfResult(part)) return;
                     if (media.source != MediaPart::Source::kText) return drop(part);
                     separate();
                     writer_.Cover(media.media_type.node);
                     writer_.AppendText(media.data);
                     ReportMoved(part, "a document in a result is carried as its text", context_);
                   },
                   [&](const OpaquePart& opaque) {
                     if (opaque.rendition.empty()) return drop(part);
                     for (const Text& line : opaque.rendition) {
                       separate();
                       writer_.AppendText(line);
                     }
                     ReportMoved(part, "a part of a result is carried as text", context_);
                   },
                   [&](const ReasoningPart&) { drop(part); },
                   [&](const ToolCallPart&) { drop(part); },
                   [&](const ToolResultPart&) { drop(part); },
               },
               part.variant());
  }
  if (written > 1) {
    context_.accounting.Report(result.node, kPartDegraded,
                               "the texts of a result are joined in {target}");
  }
}

/// https://ai.google.dev/gemini-api/docs/function-calling#multimodal
void ForeignContents::WriteResultMedia(const ToolResultPart& result) {
  bool any = false;
  for (const Part& part : result.content) {
    if (!IsMediaOfResult(part) || !parts_.Admit(part)) continue;
    if (!any) {
      writer_.Key("parts");
      writer_.BeginArray();
    }
    any = true;
    parts_.Write(part);
  }
  if (any) writer_.EndArray();
}

}  // namespace aiproxy::gemini_generate
