// Responses, both ways.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
#include <string>

#include "core/json/field_names.h"
#include "core/model/empty_answer.h"
#include "core/protocols/bedrock_converse/foreign_blocks.h"
#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

namespace {

using FinishKind = FinishReason::Kind;

Text Clean(std::string_view word) { return {word, kNoNode, Text::Spelling::kClean}; }

Status DecodeMessage(const Value& object, BlockReader& reader, ChatResponse& response,
                     Candidate& candidate) {
  CodecContext& context = reader.context;
  Taker take(context);
  candidate.message.node = object.id();
  Value content;
  for (Member m : object.members()) {
    if (m.key.Is("content")) {
      content = m.value;
    } else if (m.key.Is("role") && m.value.is_string() && m.value.Is("assistant")) {
      take.Use(m.value);
      response.style &= ~static_cast<std::uint32_t>(kNoRole);
    } else {
      take.Keep(m, candidate.message.extras);
    }
  }
  if (!content.valid()) {
    return context.document().ErrorAt(object.id(), "expected a member 'content'");
  }
  if (!content.is_array()) return Expect(context, content, "an array");
  candidate.message.content_node = content.id();
  return reader.DecodeContent(content, Place::kMessage, candidate.message.parts);
}

Status DecodeOutput(const Value& output, BlockReader& reader, ChatResponse& response,
                    Candidate& candidate) {
  CodecContext& context = reader.context;
  if (!output.is_object()) return Expect(context, output, "an object");
  Taker take(context);
  Value message;
  for (Member m : output.members()) {
    if (m.key.Is("message"))
      message = m.value;
    else
      take.Keep(m, candidate.message.style_members);  // of the object around the message
  }
  if (!message.valid()) {
    return context.document().ErrorAt(output.id(), "expected a member 'message'");
  }
  if (!message.is_object()) return Expect(context, message, "an object");
  return DecodeMessage(message, reader, response, candidate);
}

/// A stop sequence that was asked for with additionalModelResponseFieldPaths.
void FindStopSequence(const Member& member, FinishReason& finish) {
  Value stop = member.value.Find("stop_sequence");
  if (IsString(stop)) finish.stop_sequence = Text::Of(stop);
}

/// Which model a prompt router has chosen.
void FindModel(const Value& trace, ChatResponse& response) {
  Value router = trace.Find("promptRouter");
  Value model = router.valid() ? router.Find("invokedModelId") : Value();
  if (IsString(model)) response.model = Text::Of(model);
}

void WriteWireResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  writer.BeginObject();
  if (!response.candidates.empty()) {
    const Candidate& candidate = response.candidates[0];
    writer.Key("output");
    writer.BeginObject();
    writer.Key("message");
    writer.BeginObject();
    if ((response.style & kNoRole) == 0) {
      writer.Key("role");
      writer.Literal("\"assistant\"");
    }
    writer.Key("content");
    writer.BeginArray();
    WriteWireBlocks(candidate.message.parts, context, writer);
    writer.EndArray();
    WriteExtras(candidate.message.extras, writer);
    writer.EndObject();
    WriteExtras(candidate.message.style_members, writer);
    writer.EndObject();
    if ((response.style & kNoStopReason) == 0) writer.Member("stopReason", candidate.finish.raw);
  }
  if ((response.style & kNoUsage) == 0) {
    writer.Key("usage");
    WriteWireUsage(response.usage, writer);
  }
  WriteServiceTier(response.service_tier, context, writer);
  WriteExtras(response.extras, writer);
  for (const Candidate& candidate : response.candidates) WriteExtras(candidate.extras, writer);
  writer.EndObject();
}

/// The blocks of the one answer; the others are reported.
void WriteAnswer(const ChatResponse& response, ForeignBlocks& blocks, CodecContext& context,
                 Writer& writer) {
  const Message& message = response.candidates[0].message;
  blocks.BeginMessage(0, true);
  writer.Cover(message.role.node);
  writer.Key("output");
  writer.BeginObject();
  writer.Key("message");
  writer.BeginObject();
  writer.Key("role\":\"assistant\",\"content");
  writer.BeginArray();
  for (const Part& part : message.parts) {
    if (blocks.Admit(part)) blocks.Write(part);
  }
  writer.EndArray();
  writer.EndObject();
  writer.EndObject();
  for (std::size_t i = 1; i < response.candidates.size(); ++i) {
    DropAt(context, response.candidates[i].node, kPartDropped, "{target} holds one answer");
  }
}

void WriteForeignResponse(const ChatResponse& response, CodecContext& context, Writer& writer) {
  ForeignBlocks blocks(context, writer);
  const Candidate& candidate = response.candidates[0];
  writer.BeginObject();
  WriteAnswer(response, blocks, context, writer);
  writer.Cover(candidate.finish.raw.node);
  ReportFinish(candidate.finish, context);
  writer.Key("stopReason");
  writer.String(Clean(StopReason(candidate.finish.kind, blocks.has_tool_call())));
  writer.Cover(candidate.index.node);
  writer.Key("usage");
  WriteUsage(response.usage, context, writer);
  writer.Key("metrics");
  writer.Literal("{\"latencyMs\":0}");
  context.accounting.Report(response.node, kValueInvented,
                            "{target} demands a latency; 0 is made up");
  WriteServiceTier(response.service_tier, context, writer);
  writer.EndObject();
}

}  // namespace

FinishKind FinishKindOf(const Text& stop_reason) {
  if (stop_reason.Is("end_turn")) return FinishKind::kStop;
  if (stop_reason.Is("tool_use")) return FinishKind::kToolCalls;
  if (stop_reason.Is("max_tokens")) return FinishKind::kLength;
  if (stop_reason.Is("stop_sequence")) return FinishKind::kStopSequence;
  if (stop_reason.Is("model_context_window_exceeded")) return FinishKind::kContextLength;
  if (stop_reason.Is("content_filtered")) return FinishKind::kContentFilter;
  if (stop_reason.Is("guardrail_intervened")) return FinishKind::kContentFilter;
  return FinishKind::kOther;
}

std::string_view StopReason(FinishKind kind, bool tools) {
  switch (kind) {
    case FinishKind::kLength:
      return "max_tokens";
    case FinishKind::kContextLength:
      return "model_context_window_exceeded";
    case FinishKind::kStopSequence:
      return "stop_sequence";
    case FinishKind::kToolCalls:
      return "tool_use";
    case FinishKind::kContentFilter:
      return "content_filtered";
    case FinishKind::kUnset:
    case FinishKind::kStop:
    case FinishKind::kPause:
    case FinishKind::kOther:
      break;
  }
  return tools ? "tool_use" : "end_turn";
}

void ReportFinish(const FinishReason& finish, CodecContext& context) {
  bool weaker = finish.kind == FinishKind::kPause || finish.kind == FinishKind::kOther;
  if (!weaker || finish.raw.empty()) return;
  context.accounting.Report(finish.raw.node, kValueDegraded,
                            "the finish reason '{}' is told as the end of a turn",
                            finish.raw.bytes);
}

Status DecodeResponse(const Value& root, const HttpHead& head, CodecContext& context,
                      ChatResponse& response) {
  constexpr FieldNames kFields("output", "stopReason", "usage", "serviceTier",
                               "additionalModelResponseFields", "trace");
  if (!root.is_object()) return Expect(context, root, "an object");
  response.protocol = kId;
  response.node = root.id();
  response.style = kNoRole | kNoStopReason | kNoUsage;
  if (const std::string* id = head.Find("x-amzn-requestid")) {
    response.id = Text::Plain(context.arena.Copy(*id));
  }
  Candidate candidate;
  candidate.node = root.id();
  candidate.index = {0};
  candidate.message.role = {Role::kAssistant};
  Taker take(context);
  Value output;
  for (Member m : root.members()) {
    switch (kFields.Find(m.key)) {
      case kFields("output"):
        output = m.value;
        break;
      case kFields("stopReason"):
        take.Take(m, candidate.finish.raw, response.extras);
        if (!candidate.finish.raw.present()) break;
        candidate.finish.kind = FinishKindOf(candidate.finish.raw);
        response.style &= ~static_cast<std::uint32_t>(kNoStopReason);
        break;
      case kFields("usage"):
        if (!m.value.is_object()) {
          take.Wrong(m, Expected::kObject, response.extras);
          break;
        }
        response.usage = DecodeUsage(m.value, context);
        response.style &= ~static_cast<std::uint32_t>(kNoUsage);
        break;
      case kFields("serviceTier"):
        if (!DecodeServiceTier(m.value, response.service_tier)) take.Keep(m, response.extras);
        break;
      case kFields("additionalModelResponseFields"):
        take.Keep(m, response.extras);
        FindStopSequence(m, candidate.finish);
        break;
      case kFields("trace"):
        take.Keep(m, response.extras);
        FindModel(m.value, response);
        break;
      default:
        take.Keep(m, response.extras);
    }
  }
  if (!output.valid()) return context.document().ErrorAt(root.id(), "expected a member 'output'");
  BlockReader reader{context, Issuer::kAnthropic};
  AIPROXY_RETURN_IF_ERROR(DecodeOutput(output, reader, response, candidate));
  response.candidates.push_back(context.arena, candidate);
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

}  // namespace aiproxy::bedrock_converse
