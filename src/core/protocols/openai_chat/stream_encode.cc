// Streams, writing: events as chat.completion.chunk objects, ended by [DONE].
#include <optional>
#include <string>
#include <vector>

#include "core/model/openai_answer.h"
#include "core/model/words.h"
#include "core/protocols/openai_chat/chunk_writer.h"
#include "core/protocols/openai_chat/wire.h"
#include "core/stream/kept_text.h"
#include "core/stream/latest.h"

namespace aiproxy::openai_chat {

namespace {

/// A citation that waits for the end of its block: only then its range is known.
struct HeldCitation {
  KeptText url;
  KeptText title;
  std::optional<std::int64_t> start;  // code points into its block
  std::optional<std::int64_t> end;
};

struct OpenBlock {
  std::uint32_t block = 0;
  std::uint32_t candidate = 0;
  BlockKind kind = BlockKind::kText;
  bool is_custom = false;
  bool is_legacy = false;
  bool told = false;  // arguments or text were written
  std::int64_t tool_index = 0;
  Issuer issuer = Issuer::kUnknown;
  bool is_summary = false;
  bool detailed = false;     // its text is told in an entry of reasoning_details, too
  std::int64_t detail = -1;  // index of that entry, once there is text
  KeptText reasoning_id;
  KeptText signature;  // the last one counts
  std::int64_t first_code_point = 0;
  std::vector<HeldCitation> citations;
};

class ChunkEncoder : public StreamEncoder {
 public:
  explicit ChunkEncoder(FrameWriter& frames) : chunks_(frames) {}

  Status Push(const StreamEvent& event, CodecContext& context) override {
    if (closed_) return Ok();
    Status status;
    std::visit(Overloaded{
                   [&](const StreamStart& e) { status = OnStart(e, context); },
                   [&](const BlockStart& e) { OnBlockStart(e, context); },
                   [&](const BlockDelta& e) { OnDelta(e, context); },
                   [&](const BlockCitation& e) { OnCitation(e, context); },
                   [&](const BlockEnd& e) { OnBlockEnd(e, context); },
                   [&](const StreamUsage& e) { status = OnUsage(e, context); },
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
  // --- what is open

  ChoiceProgress& Candidate(std::uint32_t index) {
    for (ChoiceProgress& candidate : candidates_) {
      if (candidate.index == index) return candidate;
    }
    ChoiceProgress& candidate = candidates_.emplace_back();
    candidate.index = index;
    return candidate;
  }

  OpenBlock* Find(std::uint32_t block) {
    for (OpenBlock& open : open_) {
      if (open.block == block) return &open;
    }
    return nullptr;
  }

  // --- the envelope

  Status OnStart(const StreamStart& start, CodecContext& context) {
    own_ = start.protocol == kId;
    of_openai_ = openai::IsOfOpenAi(start.protocol);
    KeepTier(start.service_tier, context);
    Output prefix;
    Writer writer(prefix, &context.document());
    writer.BeginObject();
    Number created = own_ ? start.created : openai::WholeSeconds(start.created, context);
    openai::WriteAnswerHead(start.id, created, start.model, kNoNode,
                            {"chat.completion.chunk", "chatcmpl-"}, context, writer);
    chunks_.SetHead(prefix.ToString().substr(1), own_ ? start.extras : Extras(), context);
    WriteRole(context);
    return usage_.Take(start.usage, own_, context);
  }

  void WriteRole(CodecContext& context) {
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, Candidate(0));
    writer.Key("content");
    writer.Literal("\"\"");
    chunks_.EndDelta(writer);
  }

  void OnMetadata(const StreamMetadata& metadata, CodecContext& context) {
    KeepTier(metadata.service_tier, context);
    if (!own_ || metadata.extras.empty()) return;
    chunks_.WriteMetadata(metadata.extras, context);
  }

  void KeepTier(const Sourced<ServiceTier>& tier, CodecContext& context) {
    if (openai::HasWord(tier.value)) TakeLatest(tier, tier_, context);  // else it is reported
  }

  Status OnUsage(const StreamUsage& event, CodecContext& context) {
    KeepTier(event.service_tier, context);
    return usage_.Take(event.usage, own_, context);
  }

  void OnEnd(CodecContext& context) {
    closed_ = true;
    for (ChoiceProgress& candidate : candidates_) FlushSignature(candidate, {}, context);
    if (usage_.present() || tier_.present()) {
      Writer writer = chunks_.BeginPlain(context);
      if (usage_.present()) {
        writer.Key("usage");
        openai::WriteUsage(usage_.usage(), own_, writer);
      }
      openai::WriteServiceTier(tier_, context, writer);
      chunks_.EndPlain(writer);
    }
    chunks_.frames().Plain("[DONE]");
  }

  void OnOpaque(const OpaqueEvent& event, CodecContext& context) {
    if (event.value.node == kNoNode) return;
    context.accounting.Drop(event.value.node, kPartDropped,
                            "the event '{}' has no place in {target}", event.name.bytes);
  }

  /// Nothing comes after it: no finish, no [DONE].
  void OnError(const StreamError& event, CodecContext& context) {
    closed_ = true;
    Writer writer = chunks_.frames().Begin("", context);
    static_cast<void>(EncodeError(event.error, context, writer));
    chunks_.frames().End();
  }

  // --- blocks

  void OnBlockStart(const BlockStart& start, CodecContext& context) {
    ChoiceProgress& candidate = Candidate(start.candidate);
    OpenBlock& block = open_.emplace_back();
    block.block = start.block;
    block.candidate = start.candidate;
    block.kind = start.kind;
    block.issuer = start.issuer;
    block.first_code_point = candidate.code_points;
    bool call = start.kind == BlockKind::kToolCall;
    FlushSignature(candidate, call ? start.tool_call_id : Text(), context);
    switch (start.kind) {
      case BlockKind::kText:
      case BlockKind::kRefusal:
        return;
      case BlockKind::kReasoning:
        if (start.encrypted.present())
          WriteEncrypted(start, candidate, context);
        else if (HasTextDetail(start.issuer))
          OpenDetail(start, block, context);
        return;
      case BlockKind::kToolCall:
        return WriteCallStart(start, candidate, block, context);
      case BlockKind::kMedia:
        return WriteMedia(start.media, candidate, context);
      case BlockKind::kOpaque:
        return WriteOpaqueStart(start, candidate, context);
    }
  }

  /// Texts that belong to an encrypted item are told with their pieces as an entry of
  /// reasoning_details, so that whoever joins them can give the item back.
  void OpenDetail(const BlockStart& start, OpenBlock& block, CodecContext& context) {
    block.is_summary = start.is_summary;
    block.detailed = true;
    if (!start.reasoning_id.present()) return;
    block.reasoning_id.Append(start.reasoning_id);
    if (start.reasoning_id.node != kNoNode) context.accounting.Use(start.reasoning_id.node);
  }

  void WriteDetailedText(OpenBlock& block, const Text& text, CodecContext& context) {
    ChoiceProgress& candidate = Candidate(block.candidate);
    if (block.detail < 0) block.detail = candidate.details++;
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, candidate);
    writer.Key("reasoning_content");
    writer.BeginString();
    if (!block.told && candidate.reasons) writer.AppendLiteral("\\n\\n");
    writer.AppendText(text);
    writer.EndString();
    block.told = true;
    candidate.reasons = true;
    writer.Key("reasoning_details");
    writer.BeginArray();
    writer.BeginObject();
    writer.Key("type");
    if (block.is_summary) {
      writer.Literal("\"reasoning.summary\"");
      writer.Key("summary");
    } else {
      writer.Literal("\"reasoning.text\"");
      writer.Key("text");
    }
    writer.String(text);
    if (block.reasoning_id.set) writer.Member("id", block.reasoning_id.View());
    writer.Key("format");
    writer.String(Word(ReasoningFormat(block.issuer)));
    writer.Key("index");
    writer.Int(block.detail);
    writer.EndObject();
    writer.EndArray();
    chunks_.EndDelta(writer, {}, false);
  }

  void FlushSignature(ChoiceProgress& candidate, const Text& call_id, CodecContext& context) {
    if (candidate.signature.bytes.empty()) return;
    Writer writer = chunks_.BeginDetail("\"reasoning.encrypted\"", candidate, context);
    writer.Member("data", candidate.signature.View());
    candidate.signature = {};
    Text id = call_id;
    id.node = kNoNode;  // written where the call stands
    writer.Member("id", id);
    chunks_.EndDetail(writer, Issuer::kGoogle, candidate);
  }

  void WriteEncrypted(const BlockStart& start, ChoiceProgress& candidate, CodecContext& context) {
    Writer writer = chunks_.BeginDetail("\"reasoning.encrypted\"", candidate, context);
    writer.Member("data", start.encrypted);
    writer.Member("id", start.reasoning_id);
    chunks_.EndDetail(writer, start.issuer, candidate);
  }

  void WriteCallStart(const BlockStart& start, ChoiceProgress& candidate, OpenBlock& block,
                      CodecContext& context) {
    block.is_custom = start.is_custom;
    block.is_legacy = start.is_legacy && own_;
    if (!block.is_legacy) block.tool_index = candidate.tools++;
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, candidate);
    BeginCall(writer, block);
    if (!block.is_legacy) {
      writer.Member("id", start.tool_call_id);
      writer.Key("type");
      if (block.is_custom)
        writer.Literal("\"custom\"");
      else
        writer.Literal("\"function\"");
    }
    BeginFunction(writer, block);
    writer.Member("name", start.tool_name);
    if (block.is_custom)
      writer.Key("input");
    else
      writer.Key("arguments");
    writer.Literal("\"\"");
    EndCall(writer, block);
  }

  static void BeginCall(Writer& writer, const OpenBlock& block) {
    if (block.is_legacy) return;
    writer.Key("tool_calls");
    writer.BeginArray();
    writer.BeginObject();
    writer.Key("index");
    writer.Int(block.tool_index);
  }

  static void BeginFunction(Writer& writer, const OpenBlock& block) {
    if (block.is_legacy)
      writer.Key("function_call");
    else if (block.is_custom)
      writer.Key("custom");
    else
      writer.Key("function");
    writer.BeginObject();
  }

  void EndCall(Writer& writer, const OpenBlock& block) {
    writer.EndObject();
    if (!block.is_legacy) {
      writer.EndObject();
      writer.EndArray();
    }
    chunks_.EndDelta(writer);
  }

  void WriteArgumentsPiece(OpenBlock& block, const Text& text, CodecContext& context) {
    block.told = true;
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, Candidate(block.candidate));
    BeginCall(writer, block);
    BeginFunction(writer, block);
    if (block.is_custom)
      writer.Key("input");
    else
      writer.Key("arguments");
    writer.String(text);
    EndCall(writer, block);
  }

  /// Spoken answers have a place, as they came; other media have none.
  void WriteMedia(const MediaPart& media, ChoiceProgress& candidate, CodecContext& context) {
    if (own_ && media.kind == MediaPart::Kind::kAudio && media.node != kNoNode) {
      Writer writer = chunks_.Begin(context);
      chunks_.BeginDelta(writer, candidate);
      writer.Key("audio");
      writer.Value(Raw::Of(Value(context.document(), media.node)));
      return chunks_.EndDelta(writer);
    }
    DropAt(context, FirstNode(media.node, media.data.node), kPartDropped,
           "a medium in an answer has no place in {target}");
  }

  void WriteOpaqueStart(const BlockStart& start, ChoiceProgress& candidate, CodecContext& context) {
    if (start.protocol == kId && start.opaque_kind.Is("audio")) {
      Writer writer = chunks_.Begin(context);
      chunks_.BeginDelta(writer, candidate);
      writer.Key("audio");
      writer.Value(start.value);
      return chunks_.EndDelta(writer);
    }
    std::string_view kind = start.opaque_kind.bytes;
    NodeId node = start.value.node;
    if (node == kNoNode) {
      context.accounting.Report(kNoNode, kPartDropped, "'{}' has no place in {target}", kind);
    } else {
      context.accounting.Drop(node, kPartDropped, "'{}' has no place in {target}", kind);
    }
  }

  void OnDelta(const BlockDelta& delta, CodecContext& context) {
    OpenBlock* block = Find(delta.block);
    if (block == nullptr) return;
    switch (block->kind) {
      case BlockKind::kText:
        return WriteText(*block, delta, context);
      case BlockKind::kRefusal:
      case BlockKind::kReasoning:
        return WriteSideText(*block, delta, context);
      case BlockKind::kToolCall:
        if (!delta.text.empty())
          WriteArgumentsPiece(*block, delta.text, context);
        else if (delta.text.node != kNoNode)
          context.accounting.Use(delta.text.node);
        return;
      case BlockKind::kMedia:
      case BlockKind::kOpaque:  // the block was reported as one
        if (delta.value.node != kNoNode) context.accounting.Use(delta.value.node);
        return;
    }
  }

  void WriteText(OpenBlock& block, const BlockDelta& delta, CodecContext& context) {
    ChoiceProgress& candidate = Candidate(block.candidate);
    if (delta.text.empty() && delta.logprobs.empty()) {
      if (delta.text.node != kNoNode) context.accounting.Use(delta.text.node);
      return;
    }
    candidate.code_points += CodePointsOf(delta.text);
    bool plain = delta.logprobs.empty() && delta.extras.empty();
    if (plain && candidate.index == 0 && candidate.has_role) {
      return chunks_.WriteText(delta.text, context);
    }
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, candidate);
    writer.Key("content");
    writer.String(delta.text);
    if (own_) WriteExtras(delta.extras, writer);
    chunks_.EndDelta(writer, delta.logprobs, of_openai_);
  }

  void WriteSideText(OpenBlock& block, const BlockDelta& delta, CodecContext& context) {
    if (delta.signature.present()) {
      if (delta.issuer != Issuer::kUnknown) block.issuer = delta.issuer;
      block.signature = {};
      block.signature.Append(delta.signature);
      if (delta.signature.node != kNoNode) context.accounting.Use(delta.signature.node);
    }
    if (delta.text.empty()) {
      if (delta.text.node != kNoNode) context.accounting.Use(delta.text.node);
      return;
    }
    bool refusal = block.kind == BlockKind::kRefusal;
    if (!refusal && block.detailed) return WriteDetailedText(block, delta.text, context);
    block.told = true;
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, Candidate(block.candidate));
    if (refusal)
      writer.Key("refusal");
    else
      writer.Key("reasoning_content");
    writer.String(delta.text);
    if (own_) WriteExtras(delta.extras, writer);
    chunks_.EndDelta(writer, delta.logprobs, of_openai_, refusal);
  }

  void OnCitation(const BlockCitation& event, CodecContext& context) {
    OpenBlock* block = Find(event.block);
    const Citation& citation = event.citation;
    if (block == nullptr) return;
    if (own_ && citation.wire.present()) {
      Writer writer = chunks_.BeginAnnotation(Candidate(block->candidate), context);
      writer.Value(citation.wire);
      return chunks_.EndAnnotation(writer);
    }
    if (!citation.is_url) return;  // stays unmarked, and is reported
    HeldCitation& held = block->citations.emplace_back();
    held.url.Append(citation.url);
    if (citation.title.present()) held.title.Append(citation.title);
    held.start = citation.start.Int();
    held.end = citation.end.Int();
    for (NodeId node : {citation.url.node, citation.title.node, citation.kind_node,
                        citation.start.node, citation.end.node}) {
      if (node != kNoNode) context.accounting.Use(node);
    }
  }

  void OnBlockEnd(const BlockEnd& end, CodecContext& context) {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].block != end.block) continue;
      EndBlock(open_[i], context);
      if (i + 1 != open_.size()) open_[i] = std::move(open_.back());
      open_.pop_back();
      return;
    }
  }

  void EndBlock(OpenBlock& block, CodecContext& context) {
    ChoiceProgress& candidate = Candidate(block.candidate);
    if (block.kind == BlockKind::kToolCall && !block.told && !block.is_custom) {
      WriteArgumentsPiece(block, Word("{}"), context);
    }
    bool waits = block.issuer == Issuer::kGoogle && !block.told;
    if (!block.signature.bytes.empty() && waits) {
      FlushSignature(candidate, {}, context);
      candidate.signature = std::move(block.signature);
    } else if (!block.signature.bytes.empty()) {
      Writer writer = chunks_.BeginDetail("\"reasoning.text\"", candidate, context);
      writer.Member("signature", block.signature.View());
      chunks_.EndDetail(writer, block.issuer, candidate);
    }
    for (const HeldCitation& held : block.citations) {
      Citation citation;
      citation.url = held.url.View();
      citation.title = held.title.View();
      Writer writer = chunks_.BeginAnnotation(candidate, context);
      std::int64_t size = candidate.code_points - block.first_code_point;
      WriteUrlCitation(citation, block.first_code_point + held.start.value_or(0),
                       block.first_code_point + held.end.value_or(size), writer);
      chunks_.EndAnnotation(writer);
    }
  }

  void OnFinish(const StreamFinish& finish, CodecContext& context) {
    ChoiceProgress& candidate = Candidate(finish.candidate);
    FlushSignature(candidate, {}, context);
    Writer writer = chunks_.Begin(context);
    chunks_.BeginDelta(writer, candidate);
    writer.EndObject();
    writer.Key("finish_reason");
    WriteFinish(finish.reason, own_, context, writer);
    if (own_) WriteExtras(finish.extras, writer);
    chunks_.EndChoice(writer);
  }

  ChunkWriter chunks_;
  std::vector<OpenBlock> open_;
  std::vector<ChoiceProgress> candidates_;
  LatestUsage usage_;
  Sourced<ServiceTier> tier_;
  bool own_ = false;
  bool of_openai_ = false;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<ChunkEncoder>(frames);
}

}  // namespace aiproxy::openai_chat
