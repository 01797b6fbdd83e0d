#include "core/model/openai_answer_head.h"

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

}  // namespace aiproxy::openai
