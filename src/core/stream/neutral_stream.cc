#include "core/stream/neutral_stream.h"
#include "core/stream/cut_stream.h"

#include <limits>
#include <optional>

#include "core/json/field_names.h"
#include "core/model/protocol_ids.h"
#include "core/stream/neutral_words.h"
#include "core/stream/recorder.h"

namespace aiproxy {

namespace {

/// Reads the objects of EventFields (recorder.cc) back.
class EventReader {
 public:
  explicit EventReader(CodecContext& context) : context_(context) {}

  Status Read(const Value& root, EventSink& out) {
    if (!root.is_object()) return Unexpected(root, "an object");
    Value word = root.Find("event");
    if (!word.valid()) return root.document().ErrorAt(root.id(), "expected a member 'event'");
    if (!word.is_string()) return Unexpected(word, "a string");
    context_.accounting.Use(word.id());
    static constexpr FieldNames kEvents("start", "block_start", "block_delta", "block_citation",
                                        "block_end", "usage", "finish", "metadata", "opaque",
                                        "error", "end");
    switch (kEvents.Find(word)) {
      case kEvents("start"):
        return Read<StreamStart>(root, out);
      case kEvents("block_start"):
        return Read<BlockStart>(root, out);
      case kEvents("block_delta"):
        return Read<BlockDelta>(root, out);
      case kEvents("block_citation"):
        return Read<BlockCitation>(root, out);
      case kEvents("block_end"):
        return Read<BlockEnd>(root, out);
      case kEvents("usage"):
        return Read<StreamUsage>(root, out);
      case kEvents("finish"):
        return Read<StreamFinish>(root, out);
      case kEvents("metadata"):
        return Read<StreamMetadata>(root, out);
      case kEvents("opaque"):
        return Read<OpaqueEvent>(root, out);
      case kEvents("error"):
        return Read<StreamError>(root, out);
      case kEvents("end"):
        return out.OnEvent(StreamEnd{});
      default:
        break;
    }
    return root.document().ErrorAt(word.id(), "unknown event " + Describe(word));
  }

 private:
  template <class Event>
  Status Read(const Value& root, EventSink& out) {
    Event event;
    for (Member member : root.members()) {
      if (!member.value.is_null()) AIPROXY_RETURN_IF_ERROR(Take(member, event));
    }
    AIPROXY_RETURN_IF_ERROR(Check(root, event));
    return out.OnEvent(event);
  }

  template <class Event>
  static Status Check(const Value&, const Event&) {
    return Ok();
  }
  static Status Check(const Value& root, const BlockStart& start) {
    if (start.kind != BlockKind::kOpaque || start.value.present()) return Ok();
    return root.document().ErrorAt(root.id(), "an opaque block needs a member 'value'");
  }
  static Status Check(const Value& root, const OpaqueEvent& event) {
    if (event.value.is_object()) return Ok();
    return root.document().ErrorAt(root.id(), "an opaque event needs an object as 'value'");
  }

  template <class X>
  Status ReadObject(const Value& value, X& into) {
    if (!value.is_object()) return Unexpected(value, "an object");
    for (Member member : value.members()) {
      if (!member.value.is_null()) AIPROXY_RETURN_IF_ERROR(Take(member, into));
    }
    return Ok();
  }

  Status Take(const Member& member, StreamStart& start) {
    static constexpr FieldNames kFields("id", "model", "created", "usage", "service_tier",
                                        "protocol", "extras");
    switch (kFields.Find(member.key)) {
      case kFields("protocol"):
        return SetProtocol(member.value, start.protocol);
      case kFields("id"):
        return Set(member.value, start.id);
      case kFields("model"):
        return Set(member.value, start.model);
      case kFields("created"):
        return Set(member.value, start.created);
      case kFields("usage"):
        return Set(member.value, start.usage);
      case kFields("service_tier"):
        return Set(member.value, start.service_tier);
      case kFields("extras"):
        return Set(member.value, start.extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, BlockStart& start) {
    static constexpr FieldNames kFields("block", "candidate", "kind", "tool_call_id", "tool_name",
                                        "custom", "legacy", "encrypted", "issuer", "protocol",
                                        "opaque_kind", "value", "extras", "reasoning_id", "summary",
                                        "media", "item", "item_members");
    switch (kFields.Find(member.key)) {
      case kFields("block"):
        return Set(member.value, start.block);
      case kFields("candidate"):
        return Set(member.value, start.candidate);
      case kFields("kind"):
        return SetWord(member.value, start.kind);
      case kFields("tool_call_id"):
        return Set(member.value, start.tool_call_id);
      case kFields("tool_name"):
        return Set(member.value, start.tool_name);
      case kFields("custom"):
        return Set(member.value, start.is_custom);
      case kFields("legacy"):
        return Set(member.value, start.is_legacy);
      case kFields("encrypted"):
        return Set(member.value, start.encrypted);
      case kFields("reasoning_id"):
        return Set(member.value, start.reasoning_id);
      case kFields("summary"):
        return Set(member.value, start.is_summary);
      case kFields("media"):
        return ReadObject(member.value, start.media);
      case kFields("item"):
        return Set(member.value, start.item);
      case kFields("item_members"):
        return Set(member.value, start.item_members);
      case kFields("issuer"):
        return SetWord(member.value, start.issuer);
      case kFields("protocol"):
        return SetProtocol(member.value, start.protocol);
      case kFields("opaque_kind"):
        return Set(member.value, start.opaque_kind);
      case kFields("value"):
        return Set(member.value, start.value);
      case kFields("extras"):
        return Set(member.value, start.extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, MediaPart& media) {
    static constexpr FieldNames kFields("kind", "source", "media_type", "data", "url", "filename",
                                        "detail", "extras", "source_extras");
    switch (kFields.Find(member.key)) {
      case kFields("kind"):
        return SetWord(member.value, media.kind);
      case kFields("source"):
        return SetWord(member.value, media.source);
      case kFields("media_type"):
        return Set(member.value, media.media_type);
      case kFields("data"):
        return Set(member.value, media.data);
      case kFields("url"):
        return Set(member.value, media.url);
      case kFields("filename"):
        return Set(member.value, media.filename);
      case kFields("detail"):
        return Set(member.value, media.detail);
      case kFields("extras"):
        return Set(member.value, media.extras);
      case kFields("source_extras"):
        return Set(member.value, media.source_extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, TokenLogprob& logprob) {
    static constexpr FieldNames kFields("token", "logprob", "top", "wire");
    switch (kFields.Find(member.key)) {
      case kFields("token"):
        return Set(member.value, logprob.token);
      case kFields("logprob"):
        return Set(member.value, logprob.logprob);
      case kFields("top"):
        return Set(member.value, logprob.top);
      case kFields("wire"):
        return Set(member.value, logprob.wire);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, BlockDelta& delta) {
    static constexpr FieldNames kFields("block", "text", "signature", "issuer", "value", "logprobs",
                                        "extras");
    switch (kFields.Find(member.key)) {
      case kFields("issuer"):
        return SetWord(member.value, delta.issuer);
      case kFields("block"):
        return Set(member.value, delta.block);
      case kFields("text"):
        return Set(member.value, delta.text);
      case kFields("signature"):
        return Set(member.value, delta.signature);
      case kFields("value"):
        return Set(member.value, delta.value);
      case kFields("logprobs"):
        return Set(member.value, delta.logprobs);
      case kFields("extras"):
        return Set(member.value, delta.extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, BlockCitation& citation) {
    static constexpr FieldNames kFields("block", "citation");
    switch (kFields.Find(member.key)) {
      case kFields("block"):
        return Set(member.value, citation.block);
      case kFields("citation"):
        return ReadObject(member.value, citation.citation);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, Citation& citation) {
    static constexpr FieldNames kFields("is_url", "url", "title", "cited_text", "start", "end",
                                        "wire", "place");
    switch (kFields.Find(member.key)) {
      case kFields("is_url"):
        return Set(member.value, citation.is_url);
      case kFields("url"):
        return Set(member.value, citation.url);
      case kFields("title"):
        return Set(member.value, citation.title);
      case kFields("cited_text"):
        return Set(member.value, citation.cited_text);
      case kFields("start"):
        return Set(member.value, citation.start);
      case kFields("end"):
        return Set(member.value, citation.end);
      case kFields("wire"):
        return Set(member.value, citation.wire);
      case kFields("place"):
        return ReadObject(member.value, citation.place);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, SourcePlace& place) {
    static constexpr FieldNames kFields("unit", "index", "start", "end", "source");
    switch (kFields.Find(member.key)) {
      case kFields("unit"):
        return SetWord(member.value, place.unit);
      case kFields("index"):
        return Set(member.value, place.index);
      case kFields("start"):
        return Set(member.value, place.start);
      case kFields("end"):
        return Set(member.value, place.end);
      case kFields("source"):
        return Set(member.value, place.source);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, BlockEnd& end) {
    static constexpr FieldNames kFields("block");
    return kFields.Find(member.key) == kFields("block") ? Set(member.value, end.block) : Ok();
  }

  Status Take(const Member& member, StreamUsage& usage) {
    static constexpr FieldNames kFields("usage", "service_tier");
    switch (kFields.Find(member.key)) {
      case kFields("usage"):
        return Set(member.value, usage.usage);
      case kFields("service_tier"):
        return Set(member.value, usage.service_tier);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, Usage& usage) {
    static constexpr FieldNames kFields("input", "cache_read", "cache_write", "output", "reasoning",
                                        "total", "style", "extras", "input_extras",
                                        "output_extras");
    switch (kFields.Find(member.key)) {
      case kFields("style"):
        return Set(member.value, usage.style);
      case kFields("input"):
        return Set(member.value, usage.input);
      case kFields("cache_read"):
        return Set(member.value, usage.cache_read);
      case kFields("cache_write"):
        return Set(member.value, usage.cache_write);
      case kFields("output"):
        return Set(member.value, usage.output);
      case kFields("reasoning"):
        return Set(member.value, usage.reasoning);
      case kFields("total"):
        return Set(member.value, usage.total);
      case kFields("extras"):
        return Set(member.value, usage.extras);
      case kFields("input_extras"):
        return Set(member.value, usage.input_extras);
      case kFields("output_extras"):
        return Set(member.value, usage.output_extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, StreamFinish& finish) {
    static constexpr FieldNames kFields("candidate", "reason", "raw", "stop_sequence", "extras");
    switch (kFields.Find(member.key)) {
      case kFields("candidate"):
        return Set(member.value, finish.candidate);
      case kFields("reason"):
        return SetWord(member.value, finish.reason.kind);
      case kFields("raw"):
        return Set(member.value, finish.reason.raw);
      case kFields("stop_sequence"):
        return Set(member.value, finish.reason.stop_sequence);
      case kFields("extras"):
        return Set(member.value, finish.extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, StreamMetadata& metadata) {
    static constexpr FieldNames kFields("service_tier", "extras");
    switch (kFields.Find(member.key)) {
      case kFields("service_tier"):
        return Set(member.value, metadata.service_tier);
      case kFields("extras"):
        return Set(member.value, metadata.extras);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, OpaqueEvent& event) {
    static constexpr FieldNames kFields("protocol", "name", "value");
    switch (kFields.Find(member.key)) {
      case kFields("protocol"):
        return SetProtocol(member.value, event.protocol);
      case kFields("name"):
        return Set(member.value, event.name);
      case kFields("value"):
        return Set(member.value, event.value);
      default:
        return Ok();
    }
  }

  Status Take(const Member& member, StreamError& event) {
    static constexpr FieldNames kFields("kind", "status", "message", "type", "code", "param",
                                        "request_id", "retry_after", "protocol", "style", "extras",
                                        "inner_extras");
    ApiError& error = event.error;
    switch (kFields.Find(member.key)) {
      case kFields("kind"):
        return SetWord(member.value, error.kind);
      case kFields("status"):
        return SetStatus(member.value, error.status);
      case kFields("message"):
        return Set(member.value, error.message);
      case kFields("type"):
        return Set(member.value, error.type);
      case kFields("code"):
        return Set(member.value, error.code);
      case kFields("param"):
        return Set(member.value, error.param);
      case kFields("request_id"):
        return Set(member.value, error.request_id);
      case kFields("retry_after"):
        return Set(member.value, error.retry_after);
      case kFields("protocol"):
        return SetProtocol(member.value, error.protocol);
      case kFields("style"):
        return Set(member.value, error.style);
      case kFields("extras"):
        return Set(member.value, error.extras);
      case kFields("inner_extras"):
        return Set(member.value, error.inner_extras);
      default:
        return Ok();
    }
  }

  Status Set(const Value& value, Text& into) {
    if (!value.is_string()) return Unexpected(value, "a string");
    into = Text::Of(value);
    return Ok();
  }

  Status Set(const Value& value, Number& into) {
    if (!value.is_number()) return Unexpected(value, "a number");
    into = Number::Of(value);
    return Ok();
  }

  Status Set(const Value& value, Raw& into) {
    into = Raw::Of(value);
    return Ok();
  }

  Status Set(const Value& value, bool& into) {
    if (!value.is_bool()) return Unexpected(value, "a boolean");
    context_.accounting.Use(value.id());
    into = value.is_true();
    return Ok();
  }

  Status Set(const Value& value, Sourced<std::int64_t>& into) {
    std::optional<std::int64_t> number = value.is_number() ? value.Int() : std::nullopt;
    if (!number) return Unexpected(value, "an integer");
    if (*number < 0 || *number > kMaxCount) return Unexpected(value, "a count");
    into = {*number, value.id()};
    return Ok();
  }

  Status Set(const Value& value, std::uint8_t& into) {
    std::uint32_t number = 0;
    AIPROXY_RETURN_IF_ERROR(Set(value, number));
    if (number > std::numeric_limits<std::uint8_t>::max()) {
      return Unexpected(value, "an integer from 0 to 255");
    }
    into = static_cast<std::uint8_t>(number);
    return Ok();
  }

  Status Set(const Value& value, std::uint32_t& into) {
    std::optional<std::int64_t> number = value.is_number() ? value.Int() : std::nullopt;
    if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
      return Unexpected(value, "an integer from 0 to 4294967295");
    }
    context_.accounting.Use(value.id());
    into = static_cast<std::uint32_t>(*number);
    return Ok();
  }

  Status SetStatus(const Value& value, int& into) {
    std::optional<std::int64_t> number = value.is_number() ? value.Int() : std::nullopt;
    if (!number || *number < 100 || *number > 999) return Unexpected(value, "an HTTP status");
    context_.accounting.Use(value.id());
    into = static_cast<int>(*number);
    return Ok();
  }

  Status Set(const Value& value, Extras& into) {
    if (!value.is_object()) return Unexpected(value, "an object");
    into = {};
    for (Member member : value.members()) {
      into.push_back(context_.arena, {Text::Of(member.key), Raw::Of(member.value)});
    }
    return Ok();
  }

  Status Set(const Value& value, List<TokenLogprob>& into) {
    if (!value.is_array()) return Unexpected(value, "an array");
    into = {};
    for (Value item : value.items()) {
      TokenLogprob logprob;
      AIPROXY_RETURN_IF_ERROR(ReadObject(item, logprob));
      into.push_back(context_.arena, logprob);
    }
    return Ok();
  }

  Status Set(const Value& value, Usage& into) {
    into = {};
    into.set = true;
    into.node = value.id();
    return ReadObject(value, into);
  }

  Status Set(const Value& value, Sourced<ServiceTier>& into) {
    into = Sourced<ServiceTier>(ServiceTier::kAuto, value.id());
    return FindWord(value, into.value);
  }

  template <class E>
  Status SetWord(const Value& value, E& into) {
    context_.accounting.Use(value.id());
    return FindWord(value, into);
  }

  template <class E>
  Status FindWord(const Value& value, E& into) {
    if (!value.is_string()) return Unexpected(value, "a string");
    std::string word = value.Decoded();
    std::optional<E> found = neutral::FromWord<E>(word);
    if (!found) return value.document().ErrorAt(value.id(), "unknown word '" + word + "'");
    into = *found;
    return Ok();
  }

  /// Ids must outlive the event: the few that a stream has are kept.
  Status SetProtocol(const Value& value, std::string_view& into) {
    if (!value.is_string()) return Unexpected(value, "a string");
    context_.accounting.Use(value.id());
    into = InternProtocolId(value.Decoded());
    if (!into.empty()) return Ok();
    return value.document().ErrorAt(value.id(),
                                    "expected the id of a protocol, got " + Describe(value));
  }

  CodecContext& context_;
};

/// Sees whether the stream is over, and hands on.
class EndWatcher : public EventSink {
 public:
  EndWatcher(EventSink& next, bool& done) : next_(next), done_(done) {}
  Status OnEvent(const StreamEvent& event) override {
    done_ |= std::holds_alternative<StreamEnd>(event.variant()) ||
             std::holds_alternative<StreamError>(event.variant());
    return next_.OnEvent(event);
  }

 private:
  EventSink& next_;
  bool& done_;
};

}  // namespace

Status NeutralStreamDecoder::Push(const Frame& frame, CodecContext& context, EventSink& out) {
  if (done_) return Ok();
  AIPROXY_RETURN_IF_ERROR(context.document().Parse(frame.data, limits_.Event()));
  EndWatcher watcher(out, done_);
  return EventReader(context).Read(Value(context.document(), 0), watcher);
}

Status NeutralStreamDecoder::Finish(CodecContext&, EventSink& out) {
  if (done_) return Ok();
  done_ = true;
  return out.OnEvent(CutStream({}));
}

Status NeutralStreamEncoder::Push(const StreamEvent& event, CodecContext& context) {
  Writer writer = frames_.Begin(EventWord(event), context);
  WriteEvent(event, writer);
  frames_.End();
  return Ok();
}

}  // namespace aiproxy
