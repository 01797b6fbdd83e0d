#include "core/model/openai_answer.h"

#include "core/model/derived_id.h"
#include "core/model/openai_words.h"

namespace aiproxy::openai {

void WriteAnswerHead(const Text& id, const Number& created, const Text& model, NodeId node,
                     const AnswerWords& words, CodecContext& context, Writer& writer) {
  auto invented = [&](std::string_view why) {
    context.accounting.Report(node, kValueInvented, why);
  };
  writer.Key("id");
  if (id.present()) {
    writer.String(id);
  } else {
    writer.String(DerivedId(words.id_prefix, context));
    invented("{target} wants an id");
  }
  writer.Key("object");
  writer.String(Word(words.object));
  writer.Key("created");
  if (created.present()) {
    writer.Value(created);
  } else {
    writer.Int(context.options.unix_time);
    invented("{target} wants a time of creation");
  }
  writer.Key("model");
  if (model.present()) {
    writer.String(model);
  } else {
    writer.Literal("\"\"");
    invented("{target} wants the name of the model");
  }
}

Status DecodeChoices(const Value& root, const Value& choices, ChoiceDecoder decode,
                     CodecContext& context, ChatResponse& response) {
  if (!choices.valid()) {
    return context.document().ErrorAt(root.id(), "expected a 'choices' array, got none");
  }
  if (!choices.is_array()) return Unexpected(choices, "an array as 'choices'");
  UseIfEmpty(choices, context);
  for (Value item : choices.items()) {
    if (!item.is_object()) return Unexpected(item, "an object as the choice");
    Candidate candidate;
    AIPROXY_RETURN_IF_ERROR(decode(item, response.candidates.size(), context, candidate));
    response.candidates.push_back(context.arena, candidate);
  }
  return Ok();
}

}  // namespace aiproxy::openai
