// Answers of Chat Completions and legacy completions: how they begin, whole or in chunks, and their
// choices.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/json/value.h"
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

/// Reads one choice, an object. `position`: where it stands in the list.
using ChoiceDecoder = Status (*)(const Value& object, std::size_t position, CodecContext& context,
                                 Candidate& candidate);
/// The member "choices" of the answer `root`, which must have one.
Status DecodeChoices(const Value& root, const Value& choices, ChoiceDecoder decode,
                     CodecContext& context, ChatResponse& response);

}  // namespace aiproxy::openai
