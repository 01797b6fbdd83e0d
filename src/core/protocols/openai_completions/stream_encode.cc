// Streams, writing: events as chunks that look like responses, ended by [DONE].
#include <string>
#include <vector>

#include "core/model/openai_answer.h"
#include "core/model/openai_chunk_head.h"
#include "core/model/words.h"
#include "core/protocols/openai_completions/wire.h"
#include "core/stream/latest.h"

namespace aiproxy::openai_completions {

namespace {

/// What has been written of a choice.
struct ChoiceProgress {
  std::uint32_t index = 0;
  std::int64_t code_points = 0;  // that log probabilities were told of
};

struct OpenBlock {
  std::uint32_t block = 0;
  std::uint32_t candidate = 0;
  bool is_text = false;
};

std::string_view NameOf(BlockKind kind) {
  switch (kind) {
    case BlockKind::kText:
    case BlockKind::kRefusal:
      return "text";
    case BlockKind::kReasoning:
      return "reasoning";
    case BlockKind::kToolCall:
      return "a tool call";
    case BlockKind::kMedia:
      return "a medium";
    case BlockKind::kOpaque:
      return "a block like this";
  }
  return "";
}

class ChunkEncoder : public StreamEncoder {
 public:
  explicit ChunkEncoder(FrameWriter& frames) : frames_(frames) {}

  Status Push(const StreamEvent& event, CodecContext& context) override {
    if (closed_) return Ok();
    Status status;
    std::visit(Overloaded{
                   [&](const StreamStart& e) { status = OnStart(e, context); },
                   [&](const BlockStart& e) { OnBlockStart(e, context); },
                   [&](const BlockDelta& e) { OnDelta(e, context); },
                   [&](const BlockCitation&) {},  // without a mark it is reported
                   [&](const BlockEnd& e) { Close(e.block); },
                   [&](const StreamUsage& e) { status = usage_.Take(e.usage, own_, context); },
                   [&](const StreamFinish& e) { OnFinish(e, context); },
                   [&](const StreamMetadata& e) { OnMetadata(e, context); },
                   [&](const OpaqueEvent& e) { OnOpaque(e, context); },
                   [&](const StreamError& e) { OnError(e, context); },
                   [&](const StreamEnd&) { OnEnd(context); },
               },
               event.variant());
    return status;
  }

 private:
  ChoiceProgress& Candidate(std::uint32_t index) {
    for (ChoiceProgress& candidate : candidates_) {
      if (candidate.index == index) return candidate;
    }
    ChoiceProgress& candidate = candidates_.emplace_back();
    candidate.index = index;
    return candidate;
  }

  const OpenBlock* Find(std::uint32_t block) const {
    for (const OpenBlock& open : open_) {
      if (open.block == block) return &open;
    }
    return nullptr;
  }

  void Close(std::uint32_t block) {
    std::erase_if(open_, [block](const OpenBlock& open) { return open.block == block; });
  }

  Status OnStart(const StreamStart& start, CodecContext& context) {
    own_ = start.protocol == kId;
    Output prefix;
    Writer writer(prefix, &context.document());
    writer.BeginObject();
    Number created = own_ ? start.created : openai::WholeSeconds(start.created, context);
    openai::WriteAnswerHead(start.id, created, start.model, kNoNode, {"text_completion", "cmpl-"},
                            context, writer);
    head_.Begin(prefix.ToString().substr(1), own_ ? start.extras : Extras(), &context.document());
    return usage_.Take(start.usage, own_, context);
  }

  Writer Begin(CodecContext& context) {
    Writer writer = frames_.Begin("", context);
    writer.BeginObject();
    writer.output().Append(head_.members());
    is_empty_ = false;
    return writer;
  }

  /// A chunk with one choice, open behind its index.
  Writer BeginChoice(const Text& text, std::uint32_t index, CodecContext& context) {
    Writer writer = Begin(context);
    writer.Key("choices");
    writer.BeginArray();
    writer.BeginObject();
    writer.Key("text");
    writer.String(text);
    writer.Key("index");
    writer.Int(index);
    return writer;
  }

  void EndChoice(Writer& writer) {
    writer.EndObject();
    writer.EndArray();
    writer.EndObject();
    frames_.End();
  }

  void OnBlockStart(const BlockStart& start, CodecContext& context) {
    const bool is_text = start.kind == BlockKind::kText || start.kind == BlockKind::kRefusal;
    open_.push_back({start.block, start.candidate, is_text});
    if (start.kind == BlockKind::kRefusal) {
      context.accounting.Report(kNoNode, kPartDegraded, "a refusal is told as any text");
    } else if (!is_text) {
      LeaveOut(start, context);
    }
  }

  /// Its pieces are left out without another word.
  static void LeaveOut(const BlockStart& start, CodecContext& context) {
    NodeId place = kNoNode;
    for (NodeId node :
         {start.value.node, start.media.node, start.tool_call_id.node, start.tool_name.node,
          start.encrypted.node, start.reasoning_id.node, start.opaque_kind.node}) {
      if (node == kNoNode) continue;
      place = FirstNode(place, node);
      context.accounting.Use(node);
    }
    context.accounting.Report(place, kPartDropped, "{} has no place in {target} here",
                              NameOf(start.kind));
  }

  void OnDelta(const BlockDelta& delta, CodecContext& context) {
    const OpenBlock* open = Find(delta.block);
    if (open == nullptr || !open->is_text) return LeaveOut(delta, context);
    ChoiceProgress& choice = Candidate(open->candidate);
    Writer writer =
        BeginChoice(delta.text.present() ? delta.text : Word(""), choice.index, context);
    writer.Key("logprobs");
    WriteLogprobs(delta.logprobs, choice.code_points, writer);
    writer.Key("finish_reason");
    writer.Null();
    EndChoice(writer);
  }

  static void LeaveOut(const BlockDelta& delta, CodecContext& context) {
    for (NodeId node : {delta.text.node, delta.signature.node, delta.value.node}) {
      if (node != kNoNode) context.accounting.Use(node);
    }
  }

  void OnFinish(const StreamFinish& finish, CodecContext& context) {
    Writer writer = BeginChoice(Word(""), finish.candidate, context);
    writer.Key("logprobs");
    writer.Null();
    writer.Key("finish_reason");
    WriteFinish(finish.reason, own_, context, writer);
    if (own_) WriteExtras(finish.extras, writer);
    EndChoice(writer);
  }

  /// A chunk without choices: what is not about one of them.
  Writer BeginPlain(CodecContext& context) {
    Writer writer = Begin(context);
    writer.Key("choices");
    writer.BeginArray();
    writer.EndArray();
    return writer;
  }

  void EndPlain(Writer& writer) {
    writer.EndObject();
    frames_.End();
  }

  void OnMetadata(const StreamMetadata& metadata, CodecContext& context) {
    if (!own_ || metadata.extras.empty()) return;
    head_.Update(metadata.extras, &context.document());
    Writer writer = BeginPlain(context);
    head_.WriteOthers(metadata.extras, writer);
    EndPlain(writer);
  }

  void OnOpaque(const OpaqueEvent& event, CodecContext& context) {
    if (event.value.node == kNoNode) return;
    context.accounting.Drop(event.value.node, kPartDropped,
                            "the event '{}' has no place in {target}", event.name.bytes);
  }

  /// Nothing comes after it: no finish, no [DONE].
  void OnError(const StreamError& event, CodecContext& context) {
    closed_ = true;
    Writer writer = frames_.Begin("", context);
    static_cast<void>(EncodeError(event.error, context, writer));
    frames_.End();
  }

  void OnEnd(CodecContext& context) {
    closed_ = true;
    if (usage_.present() || is_empty_) {
      Writer writer = BeginPlain(context);
      if (usage_.present()) {
        writer.Key("usage");
        openai::WriteUsage(usage_.usage(), own_, writer);
      }
      EndPlain(writer);
    }
    frames_.Plain("[DONE]");
  }

  FrameWriter& frames_;
  openai::ChunkHead head_;
  std::vector<ChoiceProgress> candidates_;
  std::vector<OpenBlock> open_;
  LatestUsage usage_;
  bool own_ = false;
  bool is_empty_ = true;  // no chunk was written
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<ChunkEncoder>(frames);
}

}  // namespace aiproxy::openai_completions
