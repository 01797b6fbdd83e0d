// Responses, both ways.
#include "core/json/field_names.h"
#include "core/model/derived_id.h"
#include "core/model/empty_answer.h"
#include "core/protocols/anthropic_messages/foreign_blocks.h"
#include "core/protocols/anthropic_messages/wire.h"

namespace aiproxy::anthropic_messages {

namespace {

void TakeStopReason(const Member& member, Taker& take, ChatResponse& response,
                    FinishReason& finish) {
  if (!member.value.is_string()) return take.Wrong(member, Expected::kString, response.extras);
  finish.raw = Text::Of(member.value);
  finish.kind = FinishKindOf(finish.raw);
  response.style &= ~static_cast<std::uint32_t>(kNoStopReason);
}

void TakeUsage(const Member& member, Taker& take, ChatResponse& response) {
  if (!member.value.is_object()) return take.Wrong(member, Expected::kObject, response.extras);
  response.style &= ~static_cast<std::uint32_t>(kNoUsage);
  response.usage = DecodeUsage(member.value, take.context(), response.service_tier);
}

/// What makes it a message of the assistant; another type or role is an extra.
void TakeStructure(const Member& member, bool is_type, Taker& take, ChatResponse& response,
                   Message& message) {
  if (is_type && member.value.is_string() && member.value.Is("message")) {
    take.Use(member.value);
    response.style &= ~static_cast<std::uint32_t>(kNoType);
  } else if (!is_type && member.value.is_string() && member.value.Is("assistant")) {
    message.role = {Role::kAssistant, member.value.id()};
    take.Use(member.value);
    response.style &= ~static_cast<std::uint32_t>(kNoRole);
  } else {
    take.Wrong(member, Expected::kWord, response.extras);
  }
}

void WriteWireResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  const Candidate* candidate = response.candidates.empty() ? nullptr : &response.candidates[0];
  writer.BeginObject();
  writer.Member("id", response.id);
  if ((response.style & kNoType) == 0) {
    writer.Key("type");
    writer.Literal("\"message\"");
  }
  if ((response.style & kNoRole) == 0) {
    writer.Key("role");
    writer.Literal("\"assistant\"");
  }
  writer.Member("model", response.model);
  if ((response.style & kNoContent) == 0) {
    const List<Part> none;
    WriteWireContent(candidate != nullptr ? candidate->message.parts : none, kContentList, context,
                     writer);
  }
  const FinishReason finish = candidate != nullptr ? candidate->finish : FinishReason();
  if ((response.style & kNoStopReason) == 0) {
    writer.Key("stop_reason");
    if (finish.raw.present())
      writer.String(finish.raw);
    else
      writer.Null();
  }
  if ((response.style & kNoStopSequence) == 0) {
    writer.Key("stop_sequence");
    if (finish.stop_sequence.present())
      writer.String(finish.stop_sequence);
    else
      writer.Null();
  }
  if ((response.style & kNoUsage) == 0) {
    writer.Key("usage");
    WriteWireUsage(response.usage, response.service_tier, writer);
  }
  WriteExtras(response.extras, writer);
  if (candidate != nullptr) WriteExtras(candidate->extras, writer);
  writer.EndObject();
}

/// The blocks of the one answer; the others are reported.
void WriteAnswer(const ChatResponse& response, ForeignBlocks& blocks, CodecContext& context,
                 Writer& writer, bool& refused) {
  const Message& message = response.candidates[0].message;
  blocks.BeginMessage(0);
  for (const Part& part : message.parts) {
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    refused |= text != nullptr && text->is_refusal;
  }
  writer.Cover(message.role.node);
  writer.Key("content");
  writer.BeginArray();
  for (const Part& part : message.parts) {
    if (blocks.Admit(part)) blocks.Write(part);
  }
  writer.EndArray();
  for (std::size_t i = 1; i < response.candidates.size(); ++i) {
    DropAt(context, response.candidates[i].node, kPartDropped, "{target} holds one answer");
  }
}

void WriteFinish(const FinishReason& finish, bool tools, bool refused, CodecContext& context,
                 Writer& writer) {
  writer.Cover(finish.raw.node);
  if (finish.kind == FinishReason::Kind::kOther && !finish.raw.empty()) {
    context.accounting.Report(finish.raw.node, kValueDegraded,
                              "the finish reason '{}' is told as the end of a turn",
                              finish.raw.bytes);
  }
  writer.Key("stop_reason");
  writer.String(Text{StopReason(finish.kind, tools, refused), kNoNode, Text::Spelling::kClean});
  writer.Key("stop_sequence");
  if (finish.stop_sequence.present())
    writer.String(finish.stop_sequence);
  else
    writer.Null();
}

}  // namespace

void WriteForeignIdentity(const Text& id, const Text& model, NodeId node, CodecContext& context,
                          Writer& writer) {
  writer.Key("id");
  if (id.present()) {
    writer.String(id);
  } else {
    writer.String(DerivedId("msg_", context));
    context.accounting.Report(node, kValueInvented, "{target} wants an id");
  }
  writer.Key("type\":\"message\",\"role\":\"assistant\",\"model");
  if (model.present()) {
    writer.String(model);
  } else {
    writer.String(Text::Plain(context.options.model));
    if (context.options.model.empty())
      context.accounting.Report(node, kValueInvented, "{target} wants the name of the model");
  }
}

namespace {

void WriteForeignResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  ForeignBlocks blocks(ForeignBlocks::Side::kResponse, context, writer);
  bool refused = false;
  writer.BeginObject();
  WriteForeignIdentity(response.id, response.model, response.node, context, writer);
  WriteAnswer(response, blocks, context, writer, refused);
  const Candidate& candidate = response.candidates[0];
  WriteFinish(candidate.finish, blocks.has_tool_call(), refused, context, writer);
  writer.Cover(candidate.index.node);
  writer.Key("usage");
  WriteUsage(response.usage, response.service_tier, context, writer);
  writer.EndObject();
}

}  // namespace

FinishReason::Kind FinishKindOf(const Text& stop_reason) {
  using Kind = FinishReason::Kind;
  if (stop_reason.Is("end_turn")) return Kind::kStop;
  if (stop_reason.Is("tool_use")) return Kind::kToolCalls;
  if (stop_reason.Is("max_tokens")) return Kind::kLength;
  if (stop_reason.Is("stop_sequence")) return Kind::kStopSequence;
  if (stop_reason.Is("model_context_window_exceeded")) return Kind::kContextLength;
  if (stop_reason.Is("pause_turn")) return Kind::kPause;
  if (stop_reason.Is("refusal")) return Kind::kContentFilter;
  return Kind::kOther;
}

std::string_view StopReason(FinishReason::Kind kind, bool tools, bool refused) {
  switch (kind) {
    case FinishReason::Kind::kLength:
      return "max_tokens";
    case FinishReason::Kind::kContextLength:
      return "model_context_window_exceeded";
    case FinishReason::Kind::kStopSequence:
      return "stop_sequence";
    case FinishReason::Kind::kToolCalls:
      return "tool_use";
    case FinishReason::Kind::kContentFilter:
      return "refusal";
    case FinishReason::Kind::kPause:
      return "pause_turn";
    case FinishReason::Kind::kUnset:
    case FinishReason::Kind::kStop:
    case FinishReason::Kind::kOther:
      break;
  }
  if (tools) return "tool_use";
  return refused ? "refusal" : "end_turn";
}

Status DecodeResponse(const Value& root, const HttpHead&, CodecContext& context,
                      ChatResponse& response) {
  constexpr FieldNames kFields("id", "type", "role", "model", "content", "stop_reason",
                               "stop_sequence", "usage");
  if (!root.is_object()) return Unexpected(root, "an object");
  response.protocol = kId;
  response.node = root.id();
  response.style = kNoType | kNoRole | kNoContent | kNoStopReason | kNoStopSequence | kNoUsage;
  response.candidates.push_back(context.arena, Candidate{});
  Candidate& candidate = response.candidates.back();
  candidate.node = root.id();
  candidate.index = {0};
  candidate.message.role = {Role::kAssistant};
  candidate.message.node = root.id();
  Taker take(context);
  Value content;
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("id"):
        take.Take(m, response.id, response.extras);
        break;
      case kFields("type"):
        TakeStructure(m, true, take, response, candidate.message);
        break;
      case kFields("role"):
        TakeStructure(m, false, take, response, candidate.message);
        break;
      case kFields("model"):
        take.Take(m, response.model, response.extras);
        break;
      case kFields("content"):
        content = m.value;
        break;
      case kFields("stop_reason"):
        TakeStopReason(m, take, response, candidate.finish);
        break;
      case kFields("stop_sequence"):
        take.Take(m, candidate.finish.stop_sequence, response.extras);
        if (candidate.finish.stop_sequence.present()) {
          response.style &= ~static_cast<std::uint32_t>(kNoStopSequence);
        }
        break;
      case kFields("usage"):
        TakeUsage(m, take, response);
        break;
      default:
        take.Keep(m, response.extras);
    }
  }
  if (!content.valid()) return context.document().ErrorAt(root.id(), "expected a member 'content'");
  if (!content.is_array()) return Unexpected(content, "an array");
  response.style &= ~static_cast<std::uint32_t>(kNoContent);
  candidate.message.content_node = content.id();
  AIPROXY_RETURN_IF_ERROR(
      DecodeContent(content, context, candidate.message.parts, candidate.message.style));
  SetIssuer(IssuerOf(response.model, context), candidate.message.parts);
  return Ok();
}

Status EncodeResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  if (response.protocol == kId) {
    WriteWireResponse(response, context, writer);
  } else if (response.candidates.empty()) {
    return EncodeError(ErrorOfEmpty(response, context), context, writer);
  } else {
    WriteForeignResponse(response, context, writer);
  }
  return Ok();
}

}  // namespace aiproxy::anthropic_messages
