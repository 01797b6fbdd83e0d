#include "core/model/counting.h"

#include <algorithm>
#include <string>

#include "core/model/defaults.h"

namespace aiproxy {

ChatRequest WithoutStream(const ChatRequest& request, CodecContext& context) {
  ChatRequest counted = request;
  const bool streams = request.stream.Is(true);
  for (const Sourced<bool>* off : {&request.stream, &request.stream_usage}) {
    if (!streams && off->node != kNoNode) context.accounting.Use(off->node);
  }
  counted.stream = {};
  counted.stream_usage = {};
  counted.stream_extras = {};
  return counted;
}

ChatRequest CountedPart(const ChatRequest& request, CodecContext& context) {
  ChatRequest counted = WithoutStream(request, context);
  UseDefaults(request.sampling, context);
  counted.sampling = {};
  counted.user_id = {};
  counted.safety_id = {};
  counted.metadata_extras = {};
  counted.service_tier = {};
  counted.metadata = {};
  return counted;
}

Extras Without(const Extras& extras, std::span<const std::string_view> names,
               CodecContext& context) {
  Extras rest;
  for (const ExtraMember& extra : extras) {
    bool goes = std::any_of(names.begin(), names.end(),
                            [&](std::string_view name) { return extra.name.Is(name); });
    if (!goes) rest.push_back(context.arena, extra);
  }
  return rest;
}

Status BeginCounted(const Value& root, std::string_view protocol, ChatResponse& response) {
  response.protocol = protocol;
  response.node = root.id();
  response.usage.set = true;
  response.usage.node = root.id();
  if (root.is_object()) return Ok();
  return Unexpected(root, "an object");
}

Status TakeCount(const Value& value, CodecContext& context, Usage& usage) {
  std::optional<std::int64_t> count = value.is_number() ? value.Int() : std::nullopt;
  if (!count || *count < 0 || *count > kMaxCount) {
    std::string got(value.is_number() ? value.raw().substr(0, 40) : Describe(value.kind()));
    return context.document().ErrorAt(value.id(), "expected a count of tokens, got " + got);
  }
  usage.input = {*count, value.id()};
  return Ok();
}

Status CheckCounted(const Value& root, std::string_view member, CodecContext& context,
                    const ChatResponse& response) {
  if (response.usage.input.present()) return Ok();
  return context.document().ErrorAt(root.id(), "expected a member '" + std::string(member) + "'");
}

void WriteCount(const Sourced<std::int64_t>& count, Writer& writer) {
  // In the neutral form the node may say another number: there the value counts.
  if (count.node != kNoNode && writer.source() != nullptr) {
    std::string_view spelled = writer.source()->Raw(count.node);
    if (ParseInt(spelled) == count.value) return writer.Value(Raw{spelled, count.node});
  }
  writer.Value(count);
}

Status HasCount(const ChatResponse& response, CodecContext& context) {
  if (response.usage.input.present()) return Ok();
  return context.document().ErrorAt(response.node, "the answer has no count of input tokens");
}

}  // namespace aiproxy
