#include "core/stream/unroller.h"

#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/model/arguments.h"
#include "core/stream/event.h"

namespace aiproxy {

namespace {

class Unroller {
 public:
  Unroller(const ChatResponse& response, CodecContext& context, EventSink& out)
      : response_(response), context_(context), out_(out) {}

  Status Run() {
    StreamStart start;
    start.id = response_.id;
    start.model = response_.model;
    start.created = response_.created;
    start.usage = response_.usage;
    start.extras = FittingExtras(response_.extras, context_);
    start.protocol = response_.protocol;
    AIPROXY_RETURN_IF_ERROR(out_.OnEvent(start));
    for (std::size_t i = 0; i < response_.candidates.size(); ++i) {
      AIPROXY_RETURN_IF_ERROR(OneCandidate(response_.candidates[i], static_cast<std::uint32_t>(i)));
    }
    if (response_.usage.present()) {
      AIPROXY_RETURN_IF_ERROR(out_.OnEvent(StreamUsage{response_.usage, response_.service_tier}));
    } else if (response_.service_tier.present()) {
      AIPROXY_RETURN_IF_ERROR(out_.OnEvent(StreamMetadata{response_.service_tier, {}}));
    }
    return out_.OnEvent(StreamEnd{});
  }

 private:
  /// Candidates are numbered by their place: wires may repeat an index, the grammar may not.
  Status OneCandidate(const Candidate& candidate, std::uint32_t number) {
    candidate_ = number;
    logprobs_ = candidate.logprobs;
    refusal_logprobs_ = candidate.refusal_logprobs;
    context_.accounting.Use(candidate.index.node);
    items_ = candidate.message.items;
    parts_ = 0;
    next_item_ = 0;
    for (const Part& part : candidate.message.parts) {
      TakeItem();
      AIPROXY_RETURN_IF_ERROR(
          std::visit([this](const auto& one) { return Block(one); }, part.variant()));
    }
    StreamFinish finish;
    finish.candidate = number;
    finish.reason = candidate.finish;
    finish.extras = FittingExtras(candidate.extras, context_);
    if (finish.reason.kind == FinishReason::Kind::kUnset && !finish.reason.raw.present() &&
        finish.extras.empty()) {
      return Ok();
    }
    return out_.OnEvent(finish);
  }

  /// Whether the next part belongs to an item of the wire.
  void TakeItem() {
    int part = parts_++;
    while (next_item_ < items_.size() &&
           items_[next_item_].first_part + items_[next_item_].part_count <= part) {
      ++next_item_;
    }
    in_item_ = next_item_ < items_.size() && items_[next_item_].first_part <= part;
    item_starts_ = in_item_ && items_[next_item_].first_part == part;
    if (item_starts_) ++item_;
  }

  BlockStart Start(BlockKind kind) const {
    BlockStart start;
    if (in_item_) {
      start.item = item_;
      if (item_starts_) start.item_members = items_[next_item_].members;
    }
    start.block = block_;
    start.candidate = candidate_;
    start.kind = kind;
    return start;
  }

  Status Delta(BlockDelta& delta) {
    if (!delta.text.present() && !delta.signature.present() && delta.logprobs.empty()) return Ok();
    delta.block = block_;
    return out_.OnEvent(delta);
  }

  Status End() { return out_.OnEvent(BlockEnd{block_++}); }

  Status Block(const TextPart& part) {
    BlockStart start = Start(part.is_refusal ? BlockKind::kRefusal : BlockKind::kText);
    start.extras = part.extras;
    AIPROXY_RETURN_IF_ERROR(out_.OnEvent(start));
    BlockDelta delta;
    delta.text = part.text;
    // Log probabilities belong to the candidate; they go with its first text.
    List<TokenLogprob>& logprobs = part.is_refusal ? refusal_logprobs_ : logprobs_;
    delta.logprobs = logprobs;
    logprobs = {};
    AIPROXY_RETURN_IF_ERROR(Delta(delta));
    for (const Citation& citation : part.citations) {
      AIPROXY_RETURN_IF_ERROR(out_.OnEvent(BlockCitation{block_, citation}));
    }
    return End();
  }

  Status Block(const ReasoningPart& part) {
    BlockStart start = Start(BlockKind::kReasoning);
    start.encrypted = part.encrypted;
    start.reasoning_id = part.id;
    start.is_summary = part.is_summary;
    start.issuer = part.issuer;
    start.extras = part.extras;
    AIPROXY_RETURN_IF_ERROR(out_.OnEvent(start));
    BlockDelta delta;
    delta.text = part.text;
    delta.signature = part.signature;
    AIPROXY_RETURN_IF_ERROR(Delta(delta));
    return End();
  }

  Status Block(const ToolCallPart& part) {
    BlockStart start = Start(BlockKind::kToolCall);
    start.tool_call_id = part.id;
    start.tool_name = part.name;
    start.is_custom = part.is_custom;
    start.is_legacy = part.is_legacy;
    start.extras = part.extras;
    AIPROXY_RETURN_IF_ERROR(out_.OnEvent(start));
    BlockDelta delta;
    delta.text = ArgumentsText(part.arguments);
    AIPROXY_RETURN_IF_ERROR(Delta(delta));
    return End();
  }

  Status Block(const OpaquePart& part) { return Opaque(part.protocol, part.kind, part.value); }

  Status Block(const MediaPart& part) {
    BlockStart start = Start(BlockKind::kMedia);
    start.media = part;
    AIPROXY_RETURN_IF_ERROR(out_.OnEvent(start));
    return End();
  }

  Status Block(const ToolResultPart& part) { return WireValue(part.node); }

  Status WireValue(NodeId node) {
    if (node == kNoNode) return Ok();
    Value value(context_.document(), node);
    if (!value.is_object()) return Ok();
    Value type = value.Find("type");
    bool has_type = type.valid() && type.is_string();
    return Opaque(response_.protocol, has_type ? Text::Of(type) : Text(), Raw::Of(value));
  }

  Status Opaque(std::string_view protocol, const Text& kind, const Raw& value) {
    BlockStart start = Start(BlockKind::kOpaque);
    start.protocol = protocol;
    start.opaque_kind = kind;
    start.value = value;
    AIPROXY_RETURN_IF_ERROR(out_.OnEvent(start));
    return End();
  }

  /// Arguments as the content of a JSON string. It keeps the node: who writes it marks it.
  Text ArgumentsText(const Arguments& arguments) {
    if (arguments.text.present() || !arguments.json.present()) return arguments.text;
    Output json;
    Writer writer(json);
    WriteArgumentsAsString(arguments, context_, writer);
    std::string quoted = json.ToString();
    std::string_view body =
        context_.arena.Copy(std::string_view(quoted).substr(1, quoted.size() - 2));
    bool escaped = body.find('\\') != body.npos;
    return {body, arguments.json.node, escaped ? Text::Spelling::kEscaped : Text::Spelling::kClean};
  }

  const ChatResponse& response_;
  CodecContext& context_;
  EventSink& out_;
  std::uint32_t block_ = 0;
  std::uint32_t candidate_ = 0;
  List<WireItem> items_;
  std::size_t next_item_ = 0;
  int parts_ = 0;
  std::uint32_t item_ = kNoItem;  // the first one is 0
  bool in_item_ = false;
  bool item_starts_ = false;
  List<TokenLogprob> logprobs_;
  List<TokenLogprob> refusal_logprobs_;
};

}  // namespace

Extras FittingExtras(const Extras& extras, CodecContext& context) {
  Extras fitting;
  for (const ExtraMember& extra : extras) {
    const NodeId node = extra.value.node;
    if (node != kNoNode && (context.document().node(node).flags & JsonNode::kWrongType) != 0)
      continue;
    fitting.push_back(context.arena, extra);
  }
  return fitting;
}

Status Unroll(const ChatResponse& response, CodecContext& context, EventSink& out) {
  return Unroller(response, context, out).Run();
}

}  // namespace aiproxy
