// Responses, from the wire: https://ai.google.dev/api/generate-content#generatecontentresponse
#include "core/protocols/gemini_generate/candidate_decode.h"
#include "core/protocols/gemini_generate/create_time.h"
#include "core/protocols/gemini_generate/part_decode.h"

namespace aiproxy::gemini_generate {

namespace {

class ResponseDecoder {
 public:
  ResponseDecoder(CodecContext& context, ChatResponse& response)
      : context_(context), response_(response), take_(context) {}

  Status Run(const Value& root) {
    constexpr FieldNames kFields("candidates", "usageMetadata", "modelVersion", "responseId",
                                 "createTime");
    if (!root.is_object()) return Unexpected(root, "an object");
    response_.protocol = kId;
    response_.node = root.id();
    response_.style = kNoCandidates;
    Value candidates;
    ForEachSpelled(root, kFields, context_, [&](int index, const Member& m) {
      switch (index) {
        case kFields("candidates"):
          candidates = m.value;
          break;
        case kFields("usageMetadata"):
          if (m.value.is_object()) {
            response_.usage = DecodeUsage(m.value, context_, response_.service_tier);
            SetStyle(kSnakeUsage, m);
          } else {
            take_.Wrong(m, Expected::kObject, response_.extras);
          }
          break;
        case kFields("modelVersion"):
          take_.Take(m, response_.model, response_.extras);
          SetStyle(kSnakeModelVersion, m);
          break;
        case kFields("responseId"):
          take_.Take(m, response_.id, response_.extras);
          SetStyle(kSnakeResponseId, m);
          break;
        case kFields("createTime"):
          if (!IsSnake(m.key)) response_.created = SecondsOf(m.value, context_.arena);
          if (!response_.created.present()) take_.Keep(m, response_.extras);
          break;
        default:
          take_.Keep(m, response_.extras);
      }
    });
    if (candidates.valid()) AIPROXY_RETURN_IF_ERROR(DecodeCandidates(candidates));
    if (response_.candidates.empty()) MakeUpCandidate(root);
    return Ok();
  }

 private:
  void SetStyle(std::uint32_t bit, const Member& m) {
    if (IsSnake(m.key)) response_.style |= bit;
  }

  /// A prompt that was blocked has an answer all the same: one that was filtered.
  void MakeUpCandidate(const Value& root) {
    Value reason = FindSpelled(FindSpelled(root, "promptFeedback"), "blockReason");
    if (!IsString(reason)) return;
    Candidate candidate;
    candidate.node = reason.id();
    candidate.index = {0};
    candidate.style = kMadeUp;
    candidate.message.role = {Role::kAssistant};
    candidate.message.node = reason.id();
    candidate.finish.kind = FinishReason::Kind::kContentFilter;
    candidate.finish.raw = Text::Of(reason);
    response_.candidates.push_back(context_.arena, candidate);
  }

  Status DecodeCandidates(const Value& candidates) {
    if (!candidates.is_array()) return Unexpected(candidates, "an array as 'candidates'");
    response_.style &= ~static_cast<std::uint32_t>(kNoCandidates);
    if (candidates.empty_container()) response_.style |= kEmptyCandidates;
    UseIfEmpty(candidates, context_);
    for (Value item : candidates.items()) {
      if (!item.is_object()) return Unexpected(item, "an object as the candidate");
      Candidate candidate;
      AIPROXY_RETURN_IF_ERROR(DecodeCandidate(item, candidate));
      response_.candidates.push_back(context_.arena, candidate);
    }
    return Ok();
  }

  Status DecodeCandidate(const Value& object, Candidate& candidate) {
    constexpr FieldNames kFields("content", "finishReason", "index", "groundingMetadata",
                                 "citationMetadata", "logprobsResult");
    auto position = static_cast<std::int64_t>(response_.candidates.size());
    Message& message = candidate.message;
    candidate.node = object.id();
    message.node = object.id();
    message.role = {Role::kAssistant};
    message.style = kNoContent;
    UseIfEmpty(object, context_);
    Value content, grounding, citations;
    ForEachSpelled(object, kFields, context_, [&](int index, const Member& m) {
      switch (index) {
        case kFields("content"):
          if (m.value.is_null())
            take_.Keep(m, candidate.extras);
          else
            content = m.value;
          break;
        case kFields("finishReason"):
          take_.Take(m, candidate.finish.raw, candidate.extras);
          if (IsSnake(m.key)) candidate.style |= kSnakeFinish;
          break;
        case kFields("index"):
          take_.Take(m, candidate.index, candidate.extras);
          if (candidate.index.Is(position)) take_.Use(m.value);
          break;
        case kFields("groundingMetadata"):
          grounding = m.value;
          UseIfEmpty(grounding, context_);
          take_.Keep(m, message.style_members);
          break;
        case kFields("citationMetadata"):
          citations = m.value;
          UseIfEmpty(citations, context_);
          take_.Keep(m, message.style_members);
          break;
        case kFields("logprobsResult"):
          DecodeLogprobs(m, take_, candidate.logprobs, candidate.logprobs_extras, candidate.extras);
          if (IsSnake(m.key)) candidate.style |= kSnakeLogprobs;
          break;
        default:
          take_.Keep(m, candidate.extras);
      }
    });
    if (content.valid()) {
      std::int64_t number = candidate.index.present() ? candidate.index.value : position;
      AIPROXY_RETURN_IF_ERROR(DecodeContent(content, number, message));
    }
    if (candidate.finish.raw.present()) {
      candidate.finish.kind = FinishKindOf(candidate.finish.raw, HasCall(message));
    }
    if (IsObject(grounding)) Cite(DecodeGrounding(grounding, context_), message);
    if (IsObject(citations)) Cite(DecodeCitations(citations, context_), message);
    return Ok();
  }

  static bool HasCall(const Message& message) {
    for (const Part& part : message.parts) {
      if (std::get_if<ToolCallPart>(&part.variant()) != nullptr) return true;
    }
    return false;
  }

  Status DecodeContent(const Value& content, std::int64_t number, Message& message) {
    constexpr FieldNames kFields("role", "parts");
    if (!content.is_object()) return Unexpected(content, "an object as 'content'");
    message.style = kNoRole | kNoParts;
    UseIfEmpty(content, context_);
    Value list;
    for (Member m : content.members()) {
      switch (kFields.Find(m.key)) {
        case kFields("role"):
          if (m.value.is_string() && m.value.Is("model")) {
            message.role = {Role::kAssistant, m.value.id()};
            message.style = static_cast<std::uint8_t>(message.style & ~kNoRole);
            take_.Use(m.value);
          } else {
            KeepUsed(take_, m, message.extras, true);
          }
          break;
        case kFields("parts"):
          if (m.value.is_null())
            take_.Keep(m, message.extras);
          else
            list = m.value;
          break;
        default:
          take_.Keep(m, message.extras);
      }
    }
    if (!list.valid()) return Ok();
    if (!list.is_array()) return Unexpected(list, "an array as 'parts'");
    message.style = static_cast<std::uint8_t>(message.style & ~kNoParts);
    message.content_node = list.id();
    UseIfEmpty(list, context_);
    PartDecoder parts(context_, IssuerOf(response_.model, context_));
    parts.BeginAnswer(response_.id.Decode(context_.arena), number, 0);
    for (Value part : list.items()) {
      AIPROXY_RETURN_IF_ERROR(parts.Decode(part, message.parts));
    }
    return Ok();
  }

  /// The text that a citation is about: by its number, or else the first one.
  static TextPart* CitedText(Message& message, std::int64_t number) {
    TextPart* first = nullptr;
    std::int64_t at = 0;
    for (Part& part : message.parts) {
      const auto* reasoning = std::get_if<ReasoningPart>(&part.variant());
      if (reasoning != nullptr && (reasoning->style & kAttached) != 0) continue;
      auto* text = std::get_if<TextPart>(&part.variant());
      if (text != nullptr && at == number) return text;
      if (text != nullptr && first == nullptr) first = text;
      ++at;
    }
    return first;
  }

  void Cite(const List<WireCitation>& citations, Message& message) {
    for (const WireCitation& wire : citations) {
      TextPart* part = CitedText(message, wire.part);
      if (part == nullptr) continue;
      std::string_view text = part->text.Decode(context_.arena);
      Citation citation = Placed(wire, text, 0, context_);
      if (wire.end.valid() && !citation.end.present()) citation.start = citation.end = {};
      part->citations.push_back(context_.arena, citation);
    }
  }

  CodecContext& context_;
  ChatResponse& response_;
  Taker take_;
};

}  // namespace

FinishReason::Kind FinishKindOf(const Text& word, bool has_call) {
  using Kind = FinishReason::Kind;
  constexpr FieldNames kWords("STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "BLOCKLIST",
                              "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
                              "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR",
                              "CONTINUATION", "FINISH_REASON_UNSPECIFIED");
  switch (kWords.Find(word.bytes)) {
    case kWords("STOP"):
      return has_call ? Kind::kToolCalls : Kind::kStop;
    case kWords("MAX_TOKENS"):
      return Kind::kLength;
    case kWords("CONTINUATION"):
      return Kind::kPause;
    case kWords("FINISH_REASON_UNSPECIFIED"):
      return Kind::kUnset;
    case decltype(kWords)::kUnknown:
      return Kind::kOther;
    default:
      return Kind::kContentFilter;
  }
}

std::string_view FinishWord(FinishReason::Kind kind) {
  switch (kind) {
    case FinishReason::Kind::kStop:
    case FinishReason::Kind::kStopSequence:
    case FinishReason::Kind::kToolCalls:
      return "STOP";
    case FinishReason::Kind::kLength:
    case FinishReason::Kind::kContextLength:
      return "MAX_TOKENS";
    case FinishReason::Kind::kContentFilter:
      return "SAFETY";
    case FinishReason::Kind::kPause:
    case FinishReason::Kind::kOther:
      return "OTHER";
    case FinishReason::Kind::kUnset:
      break;
  }
  return "";
}

/// An error, or an answer without anything in it: neither a candidate nor a reason for none.
bool IsErrorBody(const Value& root) {
  if (root.is_array()) {  // an error comes in one where a stream was asked for
    if (root.empty_container()) return false;
    Value first = *root.items().begin();
    return first.is_object() && first.Find("error").valid();
  }
  if (!root.is_object()) return false;
  if (Value error = root.Find("error"); error.valid() && !error.is_null()) return true;
  Value candidates = root.Find("candidates");
  if (IsArray(candidates) && !candidates.empty_container()) return false;
  return !IsString(FindSpelled(FindSpelled(root, "promptFeedback"), "blockReason"));
}

Status DecodeResponse(const Value& root, const HttpHead&, CodecContext& context,
                      ChatResponse& response) {
  return ResponseDecoder(context, response).Run(root);
}

}  // namespace aiproxy::gemini_generate
