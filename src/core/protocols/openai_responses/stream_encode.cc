// Streams, writing: events as response events, from response.created to response.completed.
#include <string>
#include <vector>

#include "core/model/derived_id.h"
#include "core/model/openai_error.h"
#include "core/model/visit.h"
#include "core/model/words.h"
#include "core/protocols/openai_responses/item_writer.h"
#include "core/stream/copy.h"
#include "core/stream/latest.h"

namespace aiproxy::openai_responses {

namespace {

class EventEncoder : public StreamEncoder {
 public:
  explicit EventEncoder(FrameWriter& frames) : items_(frames) {}

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
                   [&](const StreamMetadata& e) { status = OnMetadata(e, context); },
                   [&](const OpaqueEvent& e) { OnOpaque(e, context); },
                   [&](const StreamError& e) { OnError(e, context); },
                   [&](const StreamEnd&) { OnEnd(context); },
               },
               event.variant());
    if (!status) return status;
    if (closed_ || items_.size() <= context.limits.max_accumulated_bytes) return Ok();
    return LimitExceeded("the answer has more than " +
                         std::to_string(context.limits.max_accumulated_bytes) + " bytes");
  }

 private:
  // --- the envelope

  Status OnStart(const StreamStart& start, CodecContext& context) {
    own_ = start.protocol == kId;
    of_openai_ = openai::IsOfOpenAi(start.protocol);
    KeepTier(start.service_tier, context);
    parts_.id = Kept(start.id, context);
    parts_.model = Kept(start.model, context);
    if (start.created.present()) {
      Number created = own_ ? start.created : openai::WholeSeconds(start.created, context);
      parts_.created = created.CopyTo(arena_);
      if (start.created.node != kNoNode) context.accounting.Use(start.created.node);
    }
    if (!own_) {
      Invented(parts_.id.present(), "{target} wants an id", context);
      Invented(parts_.created.present(), "{target} wants a time of creation", context);
      Invented(parts_.model.present(), "{target} wants the name of the model", context);
    } else {
      AIPROXY_RETURN_IF_ERROR(extras_.Take(start.extras, context));
      parts_.extras = &extras_.extras();
    }
    if (!parts_.id.present()) parts_.id = DerivedId("resp_", context).CopyTo(arena_);
    items_.SetResponseId(parts_.id);
    AIPROXY_RETURN_IF_ERROR(usage_.Take(start.usage, own_, context));
    for (std::string_view type : {"response.created", "response.in_progress"}) {
      Writer writer = items_.Begin(type, context);
      WriteResponse(writer, "in_progress", {}, nullptr, false, context);
      items_.End(writer);
    }
    return Ok();
  }

  static void Invented(bool present, std::string_view why, CodecContext& context) {
    if (!present) context.accounting.Report(kNoNode, kValueInvented, why);
  }

  Text Kept(const Text& text, CodecContext& context) {
    if (text.node != kNoNode) context.accounting.Use(text.node);
    return text.present() ? text.CopyTo(arena_) : text;
  }

  void WriteResponse(Writer& writer, std::string_view status, std::string_view incomplete,
                     const ApiError* error, bool whole, CodecContext& context) {
    writer.Key("response");
    writer.BeginObject();
    WriteEnvelopeHead(parts_, status, incomplete, error, context, writer);
    writer.BeginArray();
    if (whole) writer.output().Append(items_.output());
    writer.EndArray();
    WriteEnvelopeTail(parts_, context, writer);
    writer.Key("usage");
    if (!whole || error != nullptr || !usage_.present())
      writer.Null();
    else
      WriteUsage(usage_.usage(), own_, writer);
    WriteEnvelopeEnd(parts_, writer);
    writer.EndObject();
  }

  Status OnMetadata(const StreamMetadata& metadata, CodecContext& context) {
    KeepTier(metadata.service_tier, context);
    return own_ ? extras_.Take(metadata.extras, context) : Ok();
  }

  void KeepTier(const Sourced<ServiceTier>& tier, CodecContext& context) {
    if (openai::HasWord(tier.value)) TakeLatest(tier, parts_.tier, context);  // else it is reported
  }

  Status OnUsage(const StreamUsage& event, CodecContext& context) {
    KeepTier(event.service_tier, context);
    return usage_.Take(event.usage, own_, context);
  }

  void OnFinish(const StreamFinish& finish, CodecContext& context) {
    if (finish.candidate != 0) return DropCandidate(finish.reason.raw.node, context);
    finish_ = finish.reason.kind;
    if (own_) {
      if (finish.reason.raw.node != kNoNode) context.accounting.Use(finish.reason.raw.node);
    } else {
      ReportFinish(finish.reason, context);
    }
  }

  void OnEnd(CodecContext& context) {
    closed_ = true;
    std::string_view status = StatusOf(finish_);
    items_.Finish(status, context);
    Writer writer =
        items_.Begin(status == "completed" ? "response.completed" : "response.incomplete", context);
    WriteResponse(writer, status, IncompleteReason(finish_), nullptr, true, context);
    items_.End(writer);
  }

  void OnOpaque(const OpaqueEvent& event, CodecContext& context) {
    if (event.value.node == kNoNode) return;
    context.accounting.Drop(event.value.node, kPartDropped,
                            "the event '{}' has no place in {target}", event.name.bytes);
  }

  /// In both spellings of the error: the documented one and the one that the API sends.
  void OnError(const StreamError& event, CodecContext& context) {
    closed_ = true;
    const ApiError& error = event.error;
    openai::ErrorWords words = openai::WordsOf(error);
    if (!parts_.id.present()) {
      parts_.id = DerivedId("resp_", error.message.Decode(context.arena), arena_);
    }
    Writer writer = items_.Begin("error", context);
    writer.Key("code");
    openai::WriteCode(error, words.code, context, writer);
    writer.Key("message");
    writer.String(error.message.present() ? error.message : openai::Word("unknown error"));
    writer.Key("param");
    if (error.param.present())
      writer.String(error.param);
    else
      writer.Null();
    writer.Key("error");
    openai::WriteErrorObject(error, context, writer);
    items_.End(writer);
    items_.Abandon(context);
    Writer failed = items_.Begin("response.failed", context);
    WriteResponse(failed, "failed", {}, &error, true, context);
    items_.End(failed);
  }

  // --- blocks

  void DropCandidate(NodeId node, CodecContext& context) {
    if (node == kNoNode) return;
    if (!candidate_told_)
      context.accounting.Drop(node, kPartDropped, "{target} has one answer only");
    else
      context.accounting.Use(node);
    candidate_told_ = true;
  }

  void OnBlockStart(const BlockStart& start, CodecContext& context) {
    if (start.candidate != 0) return;  // told at its first content
    block_ = start;
    block_.item_members = {};
    is_open_ = true;
    opened_ = false;
    dropped_ = false;
    switch (start.kind) {
      case BlockKind::kText:
      case BlockKind::kRefusal:
        if (own_) OpenText(start, context);
        return Defer(start, context);
      case BlockKind::kReasoning:
        return OnReasoning(start, context);
      case BlockKind::kToolCall:
        items_.Start(ItemWriter::Kind::kCall, start, own_, context);
        return;
      case BlockKind::kMedia:
      case BlockKind::kOpaque:
        return OnOther(start, context);
    }
  }

  /// What of the start is needed when the first piece comes, in another frame.
  void Defer(const BlockStart& start, CodecContext& context) {
    id_.Clear(start.reasoning_id, context);
    block_.reasoning_id = id_.text.View();
    block_.tool_call_id = {};
    block_.tool_name = {};
    block_.extras = {};
    block_.encrypted = {};
    block_.media = {};
    block_.value = {};
  }

  void OnReasoning(const BlockStart& start, CodecContext& context) {
    if (start.encrypted.present()) {
      if (!items_.GoesOn(start, own_)) {
        items_.Start(ItemWriter::Kind::kReasoning, start, own_, context);
      } else if (own_) {
        items_.TakeLateMembers(start, context);
      }
      items_.SetSecret(start.encrypted, start.issuer);
      UseText(start.encrypted, context);
      UseText(start.reasoning_id, context);
      opened_ = true;
    } else if (own_) {
      OpenText(start, context);
    }
    Defer(start, context);
  }

  void OnOther(const BlockStart& start, CodecContext& context) {
    dropped_ = true;
    if (own_ && start.protocol == kId) return items_.WriteOpaque(start.value, context);
    NodeId node = start.value.node != kNoNode ? start.value.node : start.media.node;
    std::string_view what = start.opaque_kind.present() ? start.opaque_kind.bytes : "this part";
    DropAt(context, node, kPartDropped, "'{}' has no place in {target}", what);
  }

  static void UseText(const Text& text, CodecContext& context) {
    if (text.node != kNoNode) context.accounting.Use(text.node);
  }

  /// The item and the part of a text.
  void OpenText(const BlockStart& start, CodecContext& context) {
    if (opened_) return;
    opened_ = true;
    bool reasoning = start.kind == BlockKind::kReasoning;
    if (!items_.GoesOn(start, own_)) {
      items_.Start(reasoning ? ItemWriter::Kind::kReasoning : ItemWriter::Kind::kMessage, start,
                   own_, context);
    } else if (own_) {
      items_.TakeLateMembers(start, context);
    }
    ReasoningPart form;
    form.issuer = start.issuer;
    form.is_summary = start.is_summary;
    items_.StartPart(start.kind, reasoning && IsContent(form), context);
  }

  /// Blocks of other candidates may come in between.
  bool IsCurrent(std::uint32_t block) const { return is_open_ && block == block_.block; }

  void OnDelta(const BlockDelta& delta, CodecContext& context) {
    if (!IsCurrent(delta.block)) {
      for (NodeId node : {delta.text.node, delta.signature.node, delta.value.node}) {
        DropCandidate(node, context);
      }
      return;
    }
    if (dropped_) {  // told at its start
      if (delta.value.node != kNoNode) context.accounting.Use(delta.value.node);
      return UseText(delta.text, context);
    }
    if (delta.signature.present()) {
      UseText(delta.signature, context);
      if (!delta.signature.empty()) {
        OpenText(block_, context);
        items_.SetSecret(delta.signature,
                         delta.issuer != Issuer::kUnknown ? delta.issuer : block_.issuer);
      }
    }
    if (delta.text.empty() && delta.logprobs.empty()) return UseText(delta.text, context);
    if (block_.kind == BlockKind::kToolCall) return items_.WriteArguments(delta.text, context);
    OpenText(block_, context);
    items_.WriteText(delta, of_openai_, context);
  }

  void OnCitation(const BlockCitation& event, CodecContext& context) {
    const Citation& citation = event.citation;
    bool own = own_ && citation.wire.present();
    if (!IsCurrent(event.block) || dropped_ || !items_.has_part() || (!own && !citation.is_url))
      return;
    items_.HoldCitation(citation, own_, context);
  }

  void OnBlockEnd(const BlockEnd& end, CodecContext& context) {
    if (!IsCurrent(end.block)) return;
    is_open_ = false;
    if (dropped_) return;
    if (block_.kind == BlockKind::kToolCall) return items_.EndCall(context);
    items_.EndPart(context);
  }

  /// The id of reasoning that has not begun yet.
  struct HeldId {
    KeptText text;
    void Clear(const Text& id, CodecContext& context) {
      text = {};
      if (!id.present()) return;
      text.Append(id);
      UseText(id, context);
    }
  };

  ItemWriter items_;
  Arena arena_;
  EnvelopeParts parts_;
  LatestExtras extras_;
  BlockStart block_;  // that is open
  HeldId id_;
  LatestUsage usage_;
  FinishReason::Kind finish_ = FinishReason::Kind::kUnset;
  bool own_ = false;
  bool of_openai_ = false;
  bool is_open_ = false;
  bool opened_ = false;
  bool dropped_ = false;
  bool candidate_told_ = false;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<StreamEncoder> NewStreamEncoder(FrameWriter& frames) {
  return std::make_unique<EventEncoder>(frames);
}

}  // namespace aiproxy::openai_responses
