// Writing whole responses: the envelope with everything that clients demand, the output.
#include <algorithm>
#include <charconv>

#include "core/json/join.h"
#include "core/model/derived_id.h"
#include "core/protocols/openai_responses/wire.h"

namespace aiproxy::openai_responses {

namespace {

constexpr std::size_t kMostOfId = 40;

std::string_view PrefixOf(const Part& part) {
  if (std::get_if<ReasoningPart>(&part.variant()) != nullptr) return "rs";
  const ToolCallPart* call = std::get_if<ToolCallPart>(&part.variant());
  if (call == nullptr) return "msg";
  return call->is_custom ? "ctc" : "fc";
}

const TextPart* AsText(const Part& part) { return std::get_if<TextPart>(&part.variant()); }

bool IsEmptyText(const Part& part) {
  const TextPart* text = AsText(part);
  return text != nullptr && text->text.empty();
}

class ResponseEncoder {
 public:
  ResponseEncoder(const ChatResponse& response, CodecContext& context, Writer& writer)
      : response_(response),
        context_(context),
        writer_(writer),
        own_(response.protocol == kId),
        as_it_came_(own_ && (response.style & kDecodedResponse) != 0) {
    if (!response.candidates.empty()) candidate_ = &response.candidates[0];
  }

  void Run() {
    writer_.BeginObject();
    if (as_it_came_)
      WriteAsItCame();
    else
      WriteWhole();
    writer_.EndObject();
  }

 private:
  void WriteAsItCame() {
    writer_.Member("id", response_.id);
    writer_.Member("created_at", response_.created);
    writer_.Member("model", response_.model);
    writer_.Key("output");
    writer_.BeginArray();
    if (candidate_ != nullptr) WriteOwnMessage(candidate_->message, context_, writer_);
    writer_.EndArray();
    if (response_.usage.present()) {
      writer_.Key("usage");
      WriteUsage(response_.usage, true, writer_);
    }
    openai::WriteServiceTier(response_.service_tier, context_, writer_);
    WriteExtras(response_.extras, writer_);
  }

  void WriteWhole() {
    Text id = response_.id;
    if (!id.present()) {
      id = DerivedId("resp_", context_);
      Invented("{target} wants an id");
    }
    response_id_ = id;
    EnvelopeParts parts;
    parts.id = id;
    parts.created = own_ ? response_.created : openai::WholeSeconds(response_.created, context_);
    if (!parts.created.present()) Invented("{target} wants a time of creation");
    parts.model = response_.model;
    if (!parts.model.present()) Invented("{target} wants the name of the model");
    parts.tier = response_.service_tier;
    parts.extras = own_ ? &response_.extras : nullptr;
    FinishReason finish = candidate_ != nullptr ? candidate_->finish : FinishReason();
    finish_ = finish.kind;
    if (!own_) ReportFinish(finish, context_);
    WriteEnvelopeHead(parts, StatusOf(finish_), IncompleteReason(finish_), nullptr, context_,
                      writer_);
    writer_.BeginArray();
    if (candidate_ != nullptr) WriteOutput(candidate_->message);
    writer_.EndArray();
    DropOthers();
    WriteEnvelopeTail(parts, context_, writer_);
    writer_.Key("usage");
    if (response_.usage.present())
      WriteUsage(response_.usage, own_, writer_);
    else
      writer_.Null();
    WriteEnvelopeEnd(parts, writer_);
  }

  void Invented(std::string_view why) {
    if (own_) return;  // it came without
    context_.accounting.Report(response_.node, kValueInvented, why);
  }

  void DropOthers() {
    bool first = true;
    for (const Candidate& candidate : response_.candidates) {
      if (!first) {
        DropAt(context_, candidate.node, kPartDropped, "{target} has one answer only");
      } else if (candidate.index.node != kNoNode) {
        context_.accounting.Use(candidate.index.node);
      }
      first = false;
    }
  }

  /// Whether an item begins or goes on with the part. What has no place is dropped.
  bool Admit(const Part& part) {
    const OpaquePart* opaque = std::get_if<OpaquePart>(&part.variant());
    if (opaque != nullptr && own_ && opaque->protocol == kId) return true;
    bool known = AsText(part) != nullptr ||
                 std::get_if<ReasoningPart>(&part.variant()) != nullptr ||
                 std::get_if<ToolCallPart>(&part.variant()) != nullptr;
    if (!known) DropPart(part, context_);
    if (!known || !IsEmptyText(part) || own_) return known;
    writer_.Cover(AsText(part)->text.node);
    return false;
  }

  void WriteOutput(const Message& message) {
    if (message.role.node != kNoNode) context_.accounting.Use(message.role.node);
    List<Part> parts;
    for (const Part& part : message.parts) {
      if (Admit(part)) parts.push_back(context_.arena, part);
    }
    for (std::size_t i = 0; i < parts.size();) {
      const WireItem* item = ItemAt(message, i);
      std::size_t end = EndOfItem(parts, i, item);
      WriteItem(parts, i, end, item);
      i = end;
    }
  }

  /// The item of an own stream that begins with the part. Nothing of an own message is left out, so
  /// that parts have kept their places.
  const WireItem* ItemAt(const Message& message, std::size_t part) const {
    if (!own_) return nullptr;
    for (const WireItem& item : message.items) {
      if (item.part_count > 0 && item.first_part == static_cast<int>(part)) return &item;
    }
    return nullptr;
  }

  static std::size_t EndOfItem(const List<Part>& parts, std::size_t first, const WireItem* item) {
    if (item != nullptr)
      return std::min(first + static_cast<std::size_t>(item->part_count), parts.size());
    if (std::get_if<ReasoningPart>(&parts[first].variant()) != nullptr) {
      return first + GroupAt(parts, first, true).count;
    }
    std::size_t end = first + 1;
    if (AsText(parts[first]) == nullptr) return end;
    while (end < parts.size() && AsText(parts[end]) != nullptr) ++end;
    return end;
  }

  void WriteItem(const List<Part>& parts, std::size_t first, std::size_t end,
                 const WireItem* item) {
    std::size_t index = items_++;
    if (const OpaquePart* opaque = std::get_if<OpaquePart>(&parts[first].variant())) {
      return writer_.Value(opaque->value);
    }
    const ToolCallPart* call = std::get_if<ToolCallPart>(&parts[first].variant());
    ReasoningGroup group;
    if (std::get_if<ReasoningPart>(&parts[first].variant()) != nullptr) {
      group = GroupAt(parts, first, true);
    }
    const Extras* members = own_ && item != nullptr ? &item->members : nullptr;
    if (own_ && call != nullptr) members = &call->extras;
    writer_.BeginObject();
    writer_.Key("id");
    if (const ExtraMember* id = FindMember(members, "id")) {
      writer_.Value(id->value);
    } else {
      writer_.String(group.id.present()
                         ? group.id
                         : ItemId(PrefixOf(parts[first]), index, response_id_, context_.arena));
    }
    bool last = end == parts.size();
    std::string_view status = last ? StatusOf(finish_) : "completed";
    if (call != nullptr)
      WriteCall(*call, status);
    else if (group.count > 0)
      WriteReasoning(parts, group);
    else
      WriteMessage(parts, first, end, status);
    if (members != nullptr) {
      for (const ExtraMember& member : *members) {
        if (member.name.Is("id") || (WritesFormat(group) && member.name.Is("format"))) continue;
        writer_.Key(member.name);
        writer_.Value(member.value);
      }
    }
    writer_.EndObject();
  }

  static const ExtraMember* FindMember(const Extras* members, std::string_view name) {
    if (members == nullptr) return nullptr;
    for (const ExtraMember& member : *members) {
      if (member.name.Is(name)) return &member;
    }
    return nullptr;
  }

  void WriteMessage(const List<Part>& parts, std::size_t first, std::size_t end,
                    std::string_view status) {
    writer_.Key("type");
    writer_.Literal("\"message\"");
    writer_.Key("status");
    writer_.String(openai::Word(status));
    writer_.Key("content");
    writer_.BeginArray();
    for (std::size_t i = first; i < end; ++i) {
      const TextPart* text = AsText(parts[i]);
      if (text == nullptr) continue;  // of the neutral form, in an item that claims it
      bool logprobs = !text->is_refusal && !logprobs_written_;
      WriteOutputText(*text, logprobs ? candidate_->logprobs : List<TokenLogprob>(),
                      response_.protocol, writer_);
      logprobs_written_ = logprobs_written_ || logprobs;
    }
    writer_.EndArray();
    writer_.Key("role");
    writer_.Literal("\"assistant\"");
  }

  void WriteCall(const ToolCallPart& call, std::string_view status) {
    writer_.Key("type");
    if (call.is_custom)
      writer_.Literal("\"custom_tool_call\"");
    else
      writer_.Literal("\"function_call\"");
    writer_.Key("status");
    writer_.String(openai::Word(status));
    if (call.is_custom)
      writer_.Key("input");
    else
      writer_.Key("arguments");
    openai::WriteCallInput(call, context_, writer_);
    writer_.Member("call_id", call.id);
    writer_.Member("name", WireName(call));
  }

  void WriteReasoning(const List<Part>& parts, const ReasoningGroup& group) {
    writer_.Key("type");
    writer_.Literal("\"reasoning\"");
    WriteReasoningMembers(parts, group, writer_);
  }

  const ChatResponse& response_;
  CodecContext& context_;
  Writer& writer_;
  bool own_;
  bool as_it_came_;
  const Candidate* candidate_ = nullptr;
  FinishReason::Kind finish_ = FinishReason::Kind::kUnset;
  Text response_id_;
  std::size_t items_ = 0;
  bool logprobs_written_ = false;
};

}  // namespace

std::string_view StatusOf(FinishReason::Kind kind) {
  return IncompleteReason(kind).empty() ? "completed" : "incomplete";
}

std::string_view IncompleteReason(FinishReason::Kind kind) {
  switch (kind) {
    case FinishReason::Kind::kLength:
    case FinishReason::Kind::kContextLength:
      return "max_output_tokens";
    case FinishReason::Kind::kContentFilter:
      return "content_filter";
    case FinishReason::Kind::kUnset:
    case FinishReason::Kind::kStop:
    case FinishReason::Kind::kStopSequence:
    case FinishReason::Kind::kToolCalls:
    case FinishReason::Kind::kPause:
    case FinishReason::Kind::kOther:
      break;
  }
  return {};
}

void ReportFinish(const FinishReason& finish, CodecContext& context) {
  using Kind = FinishReason::Kind;
  if (finish.raw.node != kNoNode) context.accounting.Use(finish.raw.node);
  bool weaker = finish.kind == Kind::kContextLength || finish.kind == Kind::kPause ||
                finish.kind == Kind::kOther;
  if (weaker && finish.raw.present()) {
    context.accounting.Report(finish.raw.node, kValueDegraded, "{target} has no word for '{}'",
                              finish.raw.bytes);
  }
}

Text ItemId(std::string_view prefix, std::size_t index, const Text& response_id, Arena& arena) {
  char number[24];
  auto end = std::to_chars(number, number + sizeof(number), index);
  // The response's id, with what ids may have, and of a long one the end.
  char rest[kMostOfId];
  std::size_t size = 0;
  for (std::size_t i = response_id.bytes.size(); i-- > 0 && size < kMostOfId;) {
    char c = response_id.bytes[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 c == '_' || c == '-';
    if (plain) rest[kMostOfId - ++size] = c;
  }
  if (size == 0) rest[kMostOfId - ++size] = '0';
  return openai::Word(Joined({prefix,
                              "_",
                              {number, static_cast<std::size_t>(end.ptr - number)},
                              "_",
                              {rest + kMostOfId - size, size}},
                             arena));
}

Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  ResponseEncoder(response, context, writer).Run();
  return Ok();
}

}  // namespace aiproxy::openai_responses
