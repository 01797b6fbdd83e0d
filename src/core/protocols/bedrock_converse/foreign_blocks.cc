#include "core/protocols/bedrock_converse/foreign_blocks.h"

#include <algorithm>
#include <string>

#include "core/model/arguments.h"
#include "core/model/parts.h"
#include "core/model/search_result.h"
#include "core/model/words.h"

namespace aiproxy::bedrock_converse {

bool IsBase64(const Text& text) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  std::string_view digits = text.bytes.substr(0, text.bytes.find('='));
  std::size_t padding = text.bytes.size() - digits.size();
  bool padded = padding <= 2 &&
                text.bytes.substr(digits.size()).find_first_not_of('=') == std::string_view::npos;
  return text.bytes.size() % 4 == 0 && padded && std::all_of(digits.begin(), digits.end(), fits);
}

ForeignBlocks::ForeignBlocks(Family family, CacheBudget& cache, CodecContext& context,
                             Writer& writer)
    : family_(family),
      cache_(&cache),
      context_(context),
      writer_(writer),
      issuer_(ReasoningIssuer(context.options.model)) {}

ForeignBlocks::ForeignBlocks(CodecContext& context, Writer& writer)
    : family_(Family::kUnknown),
      cache_(nullptr),
      context_(context),
      writer_(writer),
      issuer_(Issuer::kAnthropic) {}

void ForeignBlocks::BeginMessage(std::size_t index, bool is_assistant) {
  message_ = index;
  is_assistant_ = is_assistant;
  calls_ = 0;
}

bool ForeignBlocks::Drop(NodeId node, std::string_view message, std::string_view argument) {
  DropAt(context_, node, kPartDropped, message, argument);
  return false;
}

bool ForeignBlocks::Admit(const Part& part) {
  return std::visit(Overloaded{
                        [&](const TextPart& p) { return AdmitText(p, is_request(), context_); },
                        [&](const MediaPart& p) { return AdmitMedia(p); },
                        [&](const ReasoningPart& p) { return AdmitReasoning(p); },
                        [&](const ToolCallPart&) { return true; },
                        [&](const ToolResultPart&) { return true; },
                        [&](const OpaquePart& p) { return AdmitOpaque(p); },
                    },
                    part.variant());
}

bool ForeignBlocks::AdmitReasoning(const ReasoningPart& part) {
  NodeId node = FirstNode(part.node, FirstNode(part.text.node, part.encrypted.node));
  bool ours =
      part.issuer == issuer_ || (part.issuer == Issuer::kUnknown && issuer_ == Issuer::kAnthropic);
  if (is_request() && !ours) {
    return Drop(node, "reasoning of another vendor is of no use to the model");
  }
  if (part.encrypted.present()) {
    return IsBase64(part.encrypted) ||
           Drop(node, "encrypted reasoning that is not base64 has no place in {target}");
  }
  if (!is_request() || (part.signature.present() && !part.signature.empty())) return true;
  return Drop(node, "reasoning without a signature is refused by {target}");
}

bool ForeignBlocks::AdmitOpaque(const OpaquePart& part) {
  if (part.search.present() || !part.rendition.empty()) return true;
  return Drop(FirstNode(part.node, part.value.node), "a part of type '{}' has no place in {target}",
              part.kind.bytes);
}

void ForeignBlocks::Write(const Part& part) {
  std::visit([this](const auto& p) { Write(p); }, part.variant());
}

void ForeignBlocks::WritePoint(const CacheMark& mark) {
  if (cache_ != nullptr) cache_->WritePoint(mark, writer_);
}

void ForeignBlocks::WriteText(const Text& text, const CacheMark& cache) {
  writer_.BeginObject();
  writer_.Key("text");
  writer_.String(text);
  writer_.EndObject();
  WritePoint(cache);
}

/// Web results are cited in answers; what a client sends back of them is the text.
bool ForeignBlocks::Fits(const Citation& citation) const {
  if (is_request()) return citation.place.present() && IsClaudeLike(family_) && is_assistant_;
  return HasPlaceHere(citation);
}

void ForeignBlocks::WriteCited(const TextPart& part) {
  writer_.BeginObject();
  writer_.Key("citationsContent");
  writer_.BeginObject();
  writer_.Key("content");
  writer_.BeginArray();
  writer_.BeginObject();
  writer_.Member("text", part.text);
  writer_.EndObject();
  writer_.EndArray();
  writer_.Key("citations");
  writer_.BeginArray();
  for (const Citation& citation : part.citations) {
    if (!Fits(citation)) continue;  // stays unmarked: it is reported
    WriteCitation(citation, writer_);
  }
  writer_.EndArray();
  writer_.EndObject();
  writer_.EndObject();
  WritePoint(part.cache);
}

void ForeignBlocks::Write(const TextPart& part) {
  if (part.is_refusal) {
    context_.accounting.Report(FirstNode(part.node, part.text.node), kPartDegraded,
                               "a refusal is carried as text");
  }
  bool cited = std::any_of(part.citations.begin(), part.citations.end(),
                           [this](const Citation& citation) { return Fits(citation); });
  if (part.json.present()) {
    writer_.BeginObject();
    writer_.Key("text");
    WriteTextOf(part, writer_);
    writer_.EndObject();
    WritePoint(part.cache);
  } else if (cited) {
    WriteCited(part);
  } else {
    WriteText(part.text, part.cache);
  }
}

void ForeignBlocks::Write(const ReasoningPart& part) {
  writer_.BeginObject();
  writer_.Key("reasoningContent");
  writer_.BeginObject();
  if (part.encrypted.present()) {
    writer_.Member("redactedContent", part.encrypted);
    DropReasoningId(part.id, part.issuer, context_);
  } else {
    writer_.Key("reasoningText");
    writer_.BeginObject();
    writer_.Key("text");
    writer_.String(part.text);
    if (part.signature.empty())
      writer_.Cover(part.signature.node);
    else
      writer_.Member("signature", part.signature);
    writer_.EndObject();
  }
  writer_.EndObject();
  writer_.EndObject();
}

/// The call's own id, or one derived from the position of its message: the same every time.
Text ForeignBlocks::CallId(const ToolCallPart& part) {
  if (part.id.present() && !part.id.empty()) {
    return is_request() ? AcceptedId(part.id, context_) : part.id;
  }
  writer_.Cover(part.id.node);
  std::string id = "tooluse_" + std::to_string(message_) + "_" + std::to_string(calls_);
  Text made_up{context_.arena.Copy(id), kNoNode, Text::Spelling::kClean};
  made_up_ids_.push_back(context_.arena, made_up);
  return made_up;
}

Text ForeignBlocks::ResultId(const ToolResultPart& part) {
  if (part.call_id.present() && !part.call_id.empty()) {
    return is_request() ? AcceptedId(part.call_id, context_) : part.call_id;
  }
  writer_.Cover(part.call_id.node);
  if (next_made_up_ < made_up_ids_.size()) return made_up_ids_[next_made_up_++];
  return Text::Plain("tooluse");
}

void ForeignBlocks::Write(const ToolCallPart& part) {
  writer_.BeginObject();
  writer_.Key("toolUse");
  writer_.BeginObject();
  writer_.Key("toolUseId");
  writer_.String(CallId(part));
  ++calls_;
  writer_.Key("name");
  if (is_request())
    writer_.String(AcceptedName(part.name, context_));
  else
    writer_.String(part.name);
  writer_.Key("input");
  WriteInputAsObject(part, context_, writer_);
  writer_.EndObject();
  writer_.EndObject();
  WritePoint(part.cache);
}

void ForeignBlocks::Write(const ToolResultPart& part) { WriteResult(part, {}); }

void ForeignBlocks::WriteResult(const ToolResultPart& part,
                                const List<const ToolResultPart*>& more) {
  writer_.BeginObject();
  writer_.Key("toolResult");
  writer_.BeginObject();
  writer_.Key("toolUseId");
  writer_.String(ResultId(part));
  if (part.unpaired) {
    context_.accounting.Report(part.node, kValueInvented,
                               "the result answers no call; its id is made up");
  } else {
    writer_.Cover(part.name.node);  // said by the call that the id names
  }
  writer_.Key("content");
  writer_.BeginArray();
  std::size_t written = WriteResultContent(part.content);
  bool failed = part.is_error.Is(true);
  for (const ToolResultPart* other : more) {
    written += WriteResultContent(other->content);
    failed |= other->is_error.Is(true);
    writer_.Cover(other->call_id.node);
    writer_.Cover(other->name.node);
    writer_.Cover(other->is_error.node);
  }
  if (written == 0) {
    writer_.Literal("{\"text\":\"(no output)\"}");
    context_.accounting.Report(FirstNode(part.node, part.call_id.node), kValueInvented,
                               "{target} refuses a result without content; one is made up");
  }
  writer_.EndArray();
  writer_.Cover(part.is_error.node);
  if (failed) {
    writer_.Key("status");
    writer_.Literal("\"error\"");
  }
  writer_.EndObject();
  writer_.EndObject();
  WritePoint(part.cache);
}

bool ForeignBlocks::FitsInResult(const Part& part) {
  const auto* media = std::get_if<MediaPart>(&part.variant());
  if (media == nullptr || media->kind != MediaPart::Kind::kAudio) {
    return AdmitInResult(part, context_);
  }
  return Drop(media->node, "audio has no place in a tool result");
}

/// Returns how many blocks were written.
std::size_t ForeignBlocks::WriteResultContent(const List<Part>& parts) {
  std::size_t written = 0;
  for (const Part& part : parts) {
    if (!FitsInResult(part) || !Admit(part)) continue;
    ++written;
    const TextPart* text = std::get_if<TextPart>(&part.variant());
    if (text == nullptr || !text->json.is_object()) {
      Write(part);
      continue;
    }
    writer_.BeginObject();
    writer_.Member("json", text->json);
    writer_.EndObject();
  }
  return written;
}

void ForeignBlocks::Write(const OpaquePart& part) {
  writer_.BeginObject();
  if (part.search.present()) {
    writer_.Key("searchResult");
    WriteSearchResult(part.search, Typed::kNo, writer_);
  } else {
    writer_.Key("text");
    WriteRendition(part, context_, writer_);
  }
  writer_.EndObject();
}

}  // namespace aiproxy::bedrock_converse
