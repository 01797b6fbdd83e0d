#include "core/model/schema/schema_source.h"

#include <cstring>

namespace aiproxy {

namespace {

/// A copy with the padding that Document::Parse wants.
std::string_view Padded(std::string_view text, Arena& arena) {
  char* to = static_cast<char*>(arena.Allocate(text.size() + Document::kPadding, 1));
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  std::memset(to + text.size(), 0, Document::kPadding);
  return {to, text.size()};
}

}  // namespace

SchemaSource::SchemaSource(const Raw& schema, NodeId owner, CodecContext& context)
    : context_(context), owner_(owner) {
  if (schema.node != kNoNode) {
    root_ = Value(context.document(), schema.node);
    if (root_.raw().data() == schema.json.data()) return;
    context.accounting.Use(schema.node);
    if (owner_ == kNoNode) owner_ = schema.node;
  }
  root_ = {};
  in_input_ = false;
  JsonLimits limits{context.limits.max_depth, context.limits.max_body_bytes};
  if (context.scratch.Parse(Padded(schema.json, context.arena), limits))
    root_ = Value(context.scratch, 0);
}

Text SchemaSource::TextOf(const Value& string) const {
  Text text = Text::Of(string);
  if (!in_input_) text.node = kNoNode;
  return text;
}

Raw SchemaSource::RawOf(const Value& value) const {
  Raw raw = Raw::Of(value);
  if (!in_input_) raw.node = kNoNode;
  return raw;
}

std::string_view SchemaSource::Decoded(const Value& string) const {
  return Text::Of(string).Decode(context_.arena);
}

void SchemaSource::Use(const Value& value) const {
  if (in_input_) context_.accounting.Use(value.id());
}

void SchemaSource::Report(const Value& value, const DiagnosticCode& code, std::string_view message,
                          std::string_view argument) const {
  JsonNode& node = value.document().node(value.id());
  if ((node.flags & JsonNode::kNoted) != 0) return;
  node.flags |= JsonNode::kNoted;
  context_.accounting.Report(in_input_ ? value.id() : owner_, code, message, argument);
}

void SchemaSource::Drop(const Value& value, const DiagnosticCode& code, std::string_view message,
                        std::string_view argument) const {
  Report(value, code, message, argument);
  Use(value);
}

bool SchemaSource::Spend(std::size_t steps) {
  if (steps > steps_) {
    steps_ = 0;
    return false;
  }
  steps_ -= steps;
  return true;
}

}  // namespace aiproxy
