// How an answer of Chat Completions or legacy completions begins, whole or in chunks.
#pragma once

#include <string_view>

#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// The words of one API: {"chat.completion", "chatcmpl-"}.
struct AnswerWords {
  std::string_view object;
  std::string_view id_prefix;
};

/// The members id, object, created and model. Every one is demanded: what is absent is made up, and
/// reported at `node`.
void WriteAnswerHead(const Text& id, const Number& created, const Text& model, NodeId node,
                     const AnswerWords& words, CodecContext& context, Writer& writer);

}  // namespace aiproxy::openai
