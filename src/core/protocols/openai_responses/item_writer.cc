#include "core/protocols/openai_responses/item_writer.h"

#include "core/model/openai_logprobs.h"
#include "core/model/words.h"

namespace aiproxy::openai_responses {

namespace {

std::string_view PrefixOf(ItemWriter::Kind kind, bool is_custom) {
  if (kind == ItemWriter::Kind::kReasoning) return "rs";
  if (kind == ItemWriter::Kind::kCall) return is_custom ? "ctc" : "fc";
  return "msg";
}

void AppendMember(const ExtraMember& member, CodecContext& context, std::string& json) {
  Output squeezed;
  AppendSqueezed(member.value.json, squeezed);
  json += ",\"";
  json += member.name.bytes;
  json += "\":" + squeezed.ToString();
  if (member.value.node != kNoNode) context.accounting.Use(member.value.node);
}

void AppendJoined(std::string_view json, std::string& list) {
  if (!list.empty()) list += ',';
  list += json;
}

}  // namespace

Writer ItemWriter::Begin(std::string_view type, CodecContext& context) {
  Writer writer = frames_.Begin(type, context);
  writer.BeginObject();
  writer.Key("type");
  writer.String(openai::Word(type));
  writer.Key("sequence_number");
  writer.Int(sequence_++);
  return writer;
}

void ItemWriter::End(Writer& writer) {
  writer.EndObject();
  frames_.End();
}

bool ItemWriter::GoesOn(const BlockStart& start, bool own) const {
  bool text = start.kind == BlockKind::kText || start.kind == BlockKind::kRefusal;
  if (text && kind_ != Kind::kMessage) return false;
  if (!text && (start.kind != BlockKind::kReasoning || kind_ != Kind::kReasoning)) return false;
  if (own && start.item != kNoItem) return start.item == number_;
  if (text) return true;
  bool same_id = !start.reasoning_id.present() ||
                 (has_id_ && id_.substr(1, id_.size() - 2) == start.reasoning_id.bytes);
  return same_id && !secret_.set && Joins(issuer_) && Joins(start.issuer);
}

void ItemWriter::TakeMembers(const Extras& members, CodecContext& context) {
  for (const ExtraMember& member : members) {
    if (member.name.Is("id")) {
      id_ = member.value.json;
      has_id_ = true;
      if (member.value.node != kNoNode) context.accounting.Use(member.value.node);
    } else if (!member.name.Is("status")) {
      AppendMember(member, context, members_);
    }
  }
}

void ItemWriter::TakeLateMembers(const BlockStart& start, CodecContext& context) {
  for (const ExtraMember& member : start.item_members) {
    const std::string name = ",\"" + std::string(member.name.bytes) + "\":";
    if (member.name.Is("id") || member.name.Is("status") || members_.find(name) != members_.npos)
      continue;
    AppendMember(member, context, members_);
  }
}

void ItemWriter::Start(Kind kind, const BlockStart& start, bool own, CodecContext& context) {
  Finish("completed", context);
  ++index_;
  kind_ = kind;
  number_ = start.item;
  issuer_ = start.issuer;
  is_custom_ = start.is_custom;
  if (own) TakeMembers(kind == Kind::kCall ? start.extras : start.item_members, context);
  if (!has_id_ && start.reasoning_id.present()) {
    id_ = "\"" + std::string(start.reasoning_id.bytes) + "\"";
    has_id_ = true;
  }
  if (!has_id_) {
    Text id = ItemId(PrefixOf(kind, is_custom_), static_cast<std::size_t>(index_),
                     response_id_.View(), context.arena);
    id_ = "\"" + std::string(id.bytes) + "\"";
  }
  if (kind == Kind::kCall) {
    Output call;
    Writer names(call, &context.document());
    names.BeginObject();
    if (start.tool_call_id.present() || own)
      names.Member("call_id", start.tool_call_id);
    else
      WriteMadeUpCallId(start, context, names);
    if (start.tool_name.present() || !own) {
      names.Key("name");
      names.String(start.tool_name);
    }
    names.EndObject();
    call_ = call.ToString();
    call_ = call_.substr(1, call_.size() - 2);
  }
  Writer writer = Begin("response.output_item.added", context);
  writer.Key("output_index");
  writer.Int(index_);
  writer.Key("item");
  WriteItem(writer, "in_progress", false, context);
  End(writer);
}

void ItemWriter::WriteItem(Writer& writer, std::string_view status, bool whole, CodecContext&) {
  writer.BeginObject();
  writer.Key("id");
  writer.Value(Raw{id_, kNoNode});
  writer.Key("type");
  switch (kind_) {
    case Kind::kMessage:
      writer.Literal("\"message\"");
      writer.Key("status");
      writer.String(openai::Word(status));
      writer.Key("content");
      writer.BeginArray();
      if (whole) writer.output().Append(contents_);
      writer.EndArray();
      writer.Key("role");
      writer.Literal("\"assistant\"");
      break;
    case Kind::kReasoning:
      writer.Literal("\"reasoning\"");
      WriteReasoningMembers(writer, whole);
      break;
    case Kind::kCall:
      if (is_custom_)
        writer.Literal("\"custom_tool_call\"");
      else
        writer.Literal("\"function_call\"");
      writer.Key("status");
      writer.String(openai::Word(status));
      WriteCallMembers(writer, whole);
      break;
    case Kind::kNone:
    case Kind::kOpaque:
      break;
  }
  writer.output().Append(members_);
  writer.EndObject();
}

void ItemWriter::WriteMadeUpCallId(const BlockStart& start, CodecContext& context,
                                   Writer& writer) const {
  std::string id = "call_" + std::to_string(index_);
  writer.Key("call_id");
  writer.String(id);
  context.accounting.Report(start.tool_name.node, kValueInvented,
                            "the call has no id; one is made up");
}

void ItemWriter::WriteCallMembers(Writer& writer, bool whole) const {
  if (is_custom_)
    writer.Key("input");
  else
    writer.Key("arguments");
  if (whole && text_.set)
    writer.String(text_.View());
  else
    writer.Literal("\"\"");
  if (call_.empty()) return;
  writer.output().Append(',');
  writer.output().Append(call_);
}

void ItemWriter::WriteReasoningMembers(Writer& writer, bool whole) const {
  writer.Key("summary");
  writer.BeginArray();
  if (whole) writer.output().Append(summaries_);
  writer.EndArray();
  if (!whole) return;
  if (!contents_.empty()) {
    writer.Key("content");
    writer.BeginArray();
    writer.output().Append(contents_);
    writer.EndArray();
  }
  if (!secret_.set) return;
  writer.Key("encrypted_content");
  writer.String(secret_.View());
  bool said = issuer_ == Issuer::kOpenAi || issuer_ == Issuer::kUnknown ||
              members_.find(",\"format\":") != members_.npos;
  if (said) return;
  writer.Key("format");
  writer.String(openai::Word(ReasoningFormat(issuer_)));
}

const ItemWriter::Words& ItemWriter::WordsOf(Part part) {
  static constexpr Words kText{"response.output_text.delta", "response.output_text.done",
                               "response.content_part.added", "response.content_part.done",
                               "output_text"};
  static constexpr Words kRefusal{"response.refusal.delta", "response.refusal.done",
                                  "response.content_part.added", "response.content_part.done",
                                  "refusal"};
  static constexpr Words kReasoning{"response.reasoning_text.delta", "response.reasoning_text.done",
                                    "response.content_part.added", "response.content_part.done",
                                    "reasoning_text"};
  static constexpr Words kSummary{"response.reasoning_summary_text.delta",
                                  "response.reasoning_summary_text.done",
                                  "response.reasoning_summary_part.added",
                                  "response.reasoning_summary_part.done", "summary_text"};
  switch (part) {
    case Part::kRefusal:
      return kRefusal;
    case Part::kSummary:
      return kSummary;
    case Part::kReasoning:
      return kReasoning;
    case Part::kText:
    case Part::kNone:
      break;
  }
  return kText;
}

/// item_id, output_index, and the index of the part.
void ItemWriter::WritePlace(Writer& writer) const {
  writer.Key("item_id");
  writer.Value(Raw{id_, kNoNode});
  writer.Key("output_index");
  writer.Int(index_);
  if (part_ == Part::kNone) return;
  if (part_ == Part::kSummary)
    writer.Key("summary_index");
  else
    writer.Key("content_index");
  writer.Int(part_index_);
}

void ItemWriter::WritePart(Writer& writer, bool empty) const {
  Text text = empty || !text_.set ? openai::Word("") : text_.View();
  writer.BeginObject();
  writer.Key("type");
  writer.String(openai::Word(WordsOf(part_).part));
  if (part_ == Part::kText) {
    writer.Key("annotations");
    writer.BeginArray();
    if (!empty) writer.output().Append(annotations_);
    writer.EndArray();
    writer.Key("logprobs");
    writer.BeginArray();
    if (!empty) writer.output().Append(logprobs_);
    writer.EndArray();
  }
  if (part_ == Part::kRefusal)
    writer.Key("refusal");
  else
    writer.Key("text");
  writer.String(text);
  writer.EndObject();
}

void ItemWriter::StartPart(BlockKind kind, bool is_content, CodecContext& context) {
  bool reasoning = kind == BlockKind::kReasoning;
  part_ = kind == BlockKind::kRefusal ? Part::kRefusal
          : !reasoning                ? Part::kText
          : is_content                ? Part::kReasoning
                                      : Part::kSummary;
  part_index_ = part_ == Part::kSummary ? summary_count_++ : content_count_++;
  Writer writer = Begin(WordsOf(part_).part_added, context);
  WritePlace(writer);
  writer.Key("part");
  WritePart(writer, true);
  End(writer);
}

void ItemWriter::WriteText(const BlockDelta& delta, bool of_openai, CodecContext& context) {
  text_.Append(delta.text);
  Writer writer = Begin(WordsOf(part_).delta, context);
  WritePlace(writer);
  writer.Key("delta");
  writer.String(delta.text);
  if (part_ == Part::kText) {
    writer.Key("logprobs");
    if (delta.logprobs.empty()) {
      writer.Literal("[]");
    } else {
      Output list;
      Writer logprobs(list, &context.document());
      WriteOpenAiLogprobs(delta.logprobs, of_openai, logprobs);
      std::string json = list.ToString();
      writer.Value(Raw{json, kNoNode});
      AppendJoined(std::string_view(json).substr(1, json.size() - 2), logprobs_);
    }
  }
  End(writer);
}

void ItemWriter::HoldCitation(const Citation& citation, bool own, CodecContext& context) {
  HeldCitation& held = citations_.emplace_back();
  if (own && citation.wire.present()) {
    Output squeezed;
    AppendSqueezed(citation.wire.json, squeezed);
    held.wire = squeezed.ToString();
    citation_bytes_ += sizeof(HeldCitation) + held.wire.size();
    if (citation.wire.node != kNoNode) context.accounting.Use(citation.wire.node);
    return;
  }
  held.url.Append(citation.url);
  if (citation.title.present()) held.title.Append(citation.title);
  citation_bytes_ += sizeof(HeldCitation) + held.url.bytes.size() + held.title.bytes.size();
  held.start = citation.start.Int().value_or(0);
  held.end = citation.end.Int().value_or(-1);
  for (NodeId node : {citation.url.node, citation.title.node, citation.kind_node,
                      citation.start.node, citation.end.node}) {
    if (node != kNoNode) context.accounting.Use(node);
  }
}

void ItemWriter::WriteCitations(CodecContext& context) {
  std::int64_t size = citations_.empty() ? 0 : CodePointsOf(text_.View());
  std::int64_t position = 0;
  for (HeldCitation& held : citations_) {
    if (held.wire.empty()) {
      Output json;
      Writer annotation(json);
      Citation citation;
      citation.url = held.url.View();
      citation.title = held.title.View();
      WriteUrlCitation(citation, held.start, held.end < 0 ? size : held.end, annotation);
      held.wire = json.ToString();
    }
    Writer writer = Begin("response.output_text.annotation.added", context);
    WritePlace(writer);
    writer.Key("annotation_index");
    writer.Int(position++);
    writer.Key("annotation");
    writer.Value(Raw{held.wire, kNoNode});
    End(writer);
    AppendJoined(held.wire, annotations_);
  }
  citations_.clear();
  citation_bytes_ = 0;
}

void ItemWriter::EndPart(CodecContext& context) {
  if (part_ == Part::kNone) return;
  if (part_ == Part::kText) WriteCitations(context);
  Writer writer = Begin(WordsOf(part_).done, context);
  WritePlace(writer);
  if (part_ == Part::kRefusal)
    writer.Key("refusal");
  else
    writer.Key("text");
  writer.String(text_.set ? text_.View() : openai::Word(""));
  if (part_ == Part::kText) {
    writer.Key("logprobs");
    writer.BeginArray();
    writer.output().Append(logprobs_);
    writer.EndArray();
  }
  End(writer);
  Writer done = Begin(WordsOf(part_).part_done, context);
  WritePlace(done);
  done.Key("part");
  WritePart(done, false);
  End(done);
  KeepPart();
}

/// The part as it is goes to those that are done.
void ItemWriter::KeepPart() {
  Output json;
  Writer writer(json);
  WritePart(writer, false);
  AppendJoined(json.ToString(), part_ == Part::kSummary ? summaries_ : contents_);
  part_ = Part::kNone;
  text_ = {};
  logprobs_.clear();
  annotations_.clear();
}

void ItemWriter::WriteArguments(const Text& piece, CodecContext& context) {
  text_.Append(piece);
  Writer writer = Begin(is_custom_ ? "response.custom_tool_call_input.delta"
                                   : "response.function_call_arguments.delta",
                        context);
  WritePlace(writer);
  writer.Key("delta");
  writer.String(piece);
  End(writer);
}

void ItemWriter::EndCall(CodecContext& context) {
  if (!text_.set && !is_custom_) WriteArguments(openai::Word("{}"), context);
  Writer writer = Begin(
      is_custom_ ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
      context);
  WritePlace(writer);
  WriteCallMembers(writer, true);
  End(writer);
}

void ItemWriter::SetSecret(const Text& secret, Issuer issuer) {
  secret_ = {};
  secret_.Append(secret);
  if (issuer != Issuer::kUnknown) issuer_ = issuer;
}

void ItemWriter::WriteOpaque(const Raw& value, CodecContext& context) {
  Finish("completed", context);
  ++index_;
  Output squeezed;
  AppendSqueezed(value.json, squeezed);
  if (value.node != kNoNode) context.accounting.Use(value.node);
  std::string json = squeezed.ToString();
  for (std::string_view type : {"response.output_item.added", "response.output_item.done"}) {
    Writer writer = Begin(type, context);
    writer.Key("output_index");
    writer.Int(index_);
    writer.Key("item");
    writer.Value(Raw{json, kNoNode});
    End(writer);
  }
  AppendJoined(json, output_);
}

void ItemWriter::Finish(std::string_view status, CodecContext& context) {
  if (kind_ == Kind::kNone) return;
  Output json;
  Writer item(json);
  WriteItem(item, status, true, context);
  std::string whole = json.ToString();
  Writer writer = Begin("response.output_item.done", context);
  writer.Key("output_index");
  writer.Int(index_);
  writer.Key("item");
  writer.Value(Raw{whole, kNoNode});
  End(writer);
  AppendJoined(whole, output_);
  Forget();
}

void ItemWriter::Abandon(CodecContext& context) {
  if (kind_ == Kind::kNone) return;
  if (part_ != Part::kNone) KeepPart();
  Output json;
  Writer item(json);
  WriteItem(item, "incomplete", true, context);
  AppendJoined(json.ToString(), output_);
  Forget();
}

void ItemWriter::Forget() {
  kind_ = Kind::kNone;
  id_.clear();
  members_.clear();
  has_id_ = false;
  secret_ = {};
  call_.clear();
  contents_.clear();
  summaries_.clear();
  text_ = {};
  content_count_ = 0;
  summary_count_ = 0;
}

}  // namespace aiproxy::openai_responses
