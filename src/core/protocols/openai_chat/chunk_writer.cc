#include "core/protocols/openai_chat/chunk_writer.h"

#include "core/model/openai_logprobs.h"
#include "core/model/words.h"

namespace aiproxy::openai_chat {

namespace {

template <std::size_t N>
void WriteLogprobs(Writer& writer, const char (&name)[N], const List<TokenLogprob>& logprobs,
                   bool here, bool own) {
  writer.Key(name);
  if (here)
    WriteOpenAiLogprobs(logprobs, own, writer);
  else
    writer.Null();
}

}  // namespace

void ChunkWriter::SetHead(std::string head, const Extras& extras, CodecContext& context) {
  head_.Begin(std::move(head), extras, &context.document());
  LearnText();
}

void ChunkWriter::WriteMetadata(const Extras& extras, CodecContext& context) {
  if (head_.Update(extras, &context.document())) LearnText();
  Writer writer = BeginPlain(context);
  head_.WriteOthers(extras, writer);
  EndPlain(writer);
}

void ChunkWriter::LearnText() {
  text_start_ = "{";
  text_start_ += head_.members();
  text_start_ += R"("choices":[{"index":0,"delta":{"content":)";
}

void ChunkWriter::BeginDelta(Writer& writer, ChoiceProgress& choice) {
  writer.Key("choices");
  writer.BeginArray();
  writer.BeginObject();
  writer.Key("index");
  writer.Int(choice.index);
  writer.Key("delta");
  writer.BeginObject();
  if (choice.has_role) return;
  choice.has_role = true;
  writer.Key("role");
  writer.Literal("\"assistant\"");
}

void ChunkWriter::EndDelta(Writer& writer, const List<TokenLogprob>& logprobs, bool own,
                           bool of_refusal) {
  writer.EndObject();
  if (!logprobs.empty()) {
    writer.Key("logprobs");
    writer.BeginObject();
    WriteLogprobs(writer, "content", logprobs, !of_refusal, own);
    WriteLogprobs(writer, "refusal", logprobs, of_refusal, own);
    writer.EndObject();
  }
  writer.Key("finish_reason");
  writer.Null();
  EndChoice(writer);
}

void ChunkWriter::EndChoice(Writer& writer) {
  writer.EndObject();
  writer.EndArray();
  writer.EndObject();
  frames_.End();
}

void ChunkWriter::EndDetail(Writer& writer, Issuer issuer, ChoiceProgress& choice) {
  writer.Key("format");
  writer.String(Word(ReasoningFormat(issuer)));
  writer.Key("index");
  writer.Int(choice.details++);
  writer.EndObject();
  writer.EndArray();
  EndDelta(writer);
}

Writer ChunkWriter::BeginAnnotation(ChoiceProgress& choice, CodecContext& context) {
  Writer writer = Begin(context);
  BeginDelta(writer, choice);
  writer.Key("annotations");
  writer.BeginArray();
  return writer;
}

void ChunkWriter::EndAnnotation(Writer& writer) {
  writer.EndArray();
  EndDelta(writer);
}

Writer ChunkWriter::BeginPlain(CodecContext& context) {
  Writer writer = Begin(context);
  writer.Key("choices");
  writer.Literal("[]");
  return writer;
}

void ChunkWriter::EndPlain(Writer& writer) {
  writer.EndObject();
  frames_.End();
}

}  // namespace aiproxy::openai_chat
