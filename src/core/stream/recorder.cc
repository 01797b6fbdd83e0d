#include "core/stream/recorder.h"

#include "core/stream/neutral_words.h"

namespace aiproxy {

namespace {

/// Writes the members of one event's object.
class EventFields {
 public:
  explicit EventFields(Writer& writer) : writer_(writer) {}

  void operator()(const StreamStart& start) {
    writer_.Member("id", start.id);
    writer_.Member("model", start.model);
    writer_.Member("created", start.created);
    UsageMember(start.usage);
    TierMember(start.service_tier);
    Plain("protocol", start.protocol);
    ExtrasMember("extras", start.extras);
  }

  void operator()(const BlockStart& start) {
    Count("block", start.block);
    Count("candidate", start.candidate);
    Plain("kind", neutral::WordOf(start.kind));
    writer_.Member("tool_call_id", start.tool_call_id);
    writer_.Member("tool_name", start.tool_name);
    Flag("custom", start.is_custom);
    Flag("legacy", start.is_legacy);
    writer_.Member("encrypted", start.encrypted);
    writer_.Member("reasoning_id", start.reasoning_id);
    Flag("summary", start.is_summary);
    if (start.issuer != Issuer::kUnknown) Plain("issuer", neutral::WordOf(start.issuer));
    if (start.kind == BlockKind::kMedia) Media(start.media);
    Plain("protocol", start.protocol);
    writer_.Member("opaque_kind", start.opaque_kind);
    writer_.Member("value", start.value);
    if (start.item != kNoItem) Count("item", start.item);
    ExtrasMember("item_members", start.item_members);
    ExtrasMember("extras", start.extras);
  }

  void operator()(const BlockDelta& delta) {
    Count("block", delta.block);
    writer_.Member("text", delta.text);
    writer_.Member("signature", delta.signature);
    if (delta.issuer != Issuer::kUnknown) Plain("issuer", neutral::WordOf(delta.issuer));
    writer_.Member("value", delta.value);
    Logprobs("logprobs", delta.logprobs);
    ExtrasMember("extras", delta.extras);
  }

  void operator()(const BlockCitation& citation) {
    Count("block", citation.block);
    const Citation& source = citation.citation;
    writer_.Key("citation");
    writer_.BeginObject();
    Flag("is_url", source.is_url);
    writer_.Member("url", source.url);
    writer_.Member("title", source.title);
    writer_.Member("cited_text", source.cited_text);
    writer_.Member("start", source.start);
    writer_.Member("end", source.end);
    if (source.place.present()) PlaceMember(source.place);
    writer_.Member("wire", source.wire);
    writer_.Cover(source.kind_node);
    writer_.EndObject();
  }

  void operator()(const BlockEnd& end) { Count("block", end.block); }

  void operator()(const StreamUsage& usage) {
    UsageMember(usage.usage);
    TierMember(usage.service_tier);
  }

  void operator()(const StreamFinish& finish) {
    Count("candidate", finish.candidate);
    if (finish.reason.kind != FinishReason::Kind::kUnset) {
      Plain("reason", neutral::WordOf(finish.reason.kind));
    }
    writer_.Member("raw", finish.reason.raw);
    writer_.Member("stop_sequence", finish.reason.stop_sequence);
    ExtrasMember("extras", finish.extras);
  }

  void operator()(const StreamMetadata& metadata) {
    TierMember(metadata.service_tier);
    ExtrasMember("extras", metadata.extras);
  }

  void operator()(const OpaqueEvent& event) {
    Plain("protocol", event.protocol);
    writer_.Member("name", event.name);
    writer_.Member("value", event.value);
  }

  void operator()(const StreamError& event) {
    const ApiError& error = event.error;
    Plain("kind", neutral::WordOf(error.kind));
    if (error.status != 0) {
      writer_.Key("status");
      writer_.Int(error.status);
    }
    writer_.Member("message", error.message);
    writer_.Member("type", error.type);
    writer_.Member("code", error.code);
    writer_.Member("param", error.param);
    writer_.Member("request_id", error.request_id);
    writer_.Member("retry_after", error.retry_after);
    Plain("protocol", error.protocol);
    if (error.style != 0) Count("style", error.style);
    ExtrasMember("extras", error.extras);
    ExtrasMember("inner_extras", error.inner_extras);
  }

  void operator()(const StreamEnd&) {}

 private:
  void PlaceMember(const SourcePlace& place) {
    writer_.Key("place");
    writer_.BeginObject();
    if (place.unit != SourcePlace::Unit::kUnset) Plain("unit", neutral::WordOf(place.unit));
    writer_.Member("index", place.index);
    writer_.Member("start", place.start);
    writer_.Member("end", place.end);
    writer_.Member("source", place.source);
    writer_.EndObject();
  }
  template <std::size_t N>
  void Count(const char (&name)[N], std::uint32_t value) {
    writer_.Key(name);
    writer_.Int(value);
  }

  template <std::size_t N>
  void Flag(const char (&name)[N], bool value) {
    if (!value) return;
    writer_.Key(name);
    writer_.Bool(true);
  }

  template <std::size_t N>
  void Plain(const char (&name)[N], std::string_view word) {
    if (word.empty()) return;
    writer_.Key(name);
    writer_.String(word);
  }

  void Media(const MediaPart& media) {
    writer_.Key("media");
    writer_.BeginObject();
    Plain("kind", neutral::WordOf(media.kind));
    Plain("source", neutral::WordOf(media.source));
    writer_.Member("media_type", media.media_type);
    writer_.Member("data", media.data);
    if (media.url.present() && media.url.node != media.data.node) writer_.Member("url", media.url);
    writer_.Member("filename", media.filename);
    writer_.Member("detail", media.detail);
    ExtrasMember("extras", media.extras);
    ExtrasMember("source_extras", media.source_extras);
    writer_.EndObject();
  }

  template <std::size_t N>
  void Logprobs(const char (&name)[N], const List<TokenLogprob>& logprobs) {
    if (logprobs.empty()) return;
    writer_.Key(name);
    writer_.BeginArray();
    for (const TokenLogprob& logprob : logprobs) {
      writer_.BeginObject();
      writer_.Member("token", logprob.token);
      writer_.Member("logprob", logprob.logprob);
      Logprobs("top", logprob.top);
      writer_.Member("wire", logprob.wire);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  template <std::size_t N>
  void ExtrasMember(const char (&name)[N], const Extras& extras) {
    if (extras.empty()) return;
    writer_.Key(name);
    writer_.BeginObject();
    for (const ExtraMember& member : extras) {
      writer_.Key(member.name);
      writer_.Value(member.value);
    }
    writer_.EndObject();
  }

  void UsageMember(const Usage& usage) {
    if (!usage.present()) return;
    writer_.Key("usage");
    writer_.BeginObject();
    writer_.Member("input", usage.input);
    writer_.Member("cache_read", usage.cache_read);
    writer_.Member("cache_write", usage.cache_write);
    writer_.Member("output", usage.output);
    writer_.Member("reasoning", usage.reasoning);
    writer_.Member("total", usage.total);
    if (usage.style != 0) Count("style", usage.style);
    ExtrasMember("extras", usage.extras);
    ExtrasMember("input_extras", usage.input_extras);
    ExtrasMember("output_extras", usage.output_extras);
    writer_.EndObject();
  }

  void TierMember(const Sourced<ServiceTier>& tier) {
    if (!tier.present()) return;
    writer_.Cover(tier.node);
    Plain("service_tier", neutral::WordOf(tier.value));
  }

  Writer& writer_;
};

}  // namespace

std::string_view EventWord(const StreamEvent& event) {
  return std::visit(Overloaded{
                        [](const StreamStart&) -> std::string_view { return "start"; },
                        [](const BlockStart&) -> std::string_view { return "block_start"; },
                        [](const BlockDelta&) -> std::string_view { return "block_delta"; },
                        [](const BlockCitation&) -> std::string_view { return "block_citation"; },
                        [](const BlockEnd&) -> std::string_view { return "block_end"; },
                        [](const StreamUsage&) -> std::string_view { return "usage"; },
                        [](const StreamFinish&) -> std::string_view { return "finish"; },
                        [](const StreamMetadata&) -> std::string_view { return "metadata"; },
                        [](const OpaqueEvent&) -> std::string_view { return "opaque"; },
                        [](const StreamError&) -> std::string_view { return "error"; },
                        [](const StreamEnd&) -> std::string_view { return "end"; },
                    },
                    event.variant());
}

void WriteEvent(const StreamEvent& event, Writer& writer) {
  writer.BeginObject();
  writer.Key("event");
  writer.String(EventWord(event));
  std::visit(EventFields(writer), event.variant());
  writer.EndObject();
}

Status Recorder::OnEvent(const StreamEvent& event) {
  Writer writer(out_, source_);
  WriteEvent(event, writer);
  out_.Append('\n');
  return Ok();
}

}  // namespace aiproxy
