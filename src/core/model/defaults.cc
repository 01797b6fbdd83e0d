#include "core/model/defaults.h"

namespace aiproxy {

void UseDefaults(const Sampling& sampling, CodecContext& context) {
  auto use_if = [&context](const Number& number, double value) {
    if (number.present() && number.Real() == value) context.document().Cover(number.node);
  };
  use_if(sampling.candidates, 1);
  use_if(sampling.presence_penalty, 0);
  use_if(sampling.frequency_penalty, 0);
  use_if(sampling.top_logprobs, 0);
  if (sampling.logprobs.Is(false)) context.document().Cover(sampling.logprobs.node);
}

void UseDisplay(const Reasoning& reasoning, CodecContext& context) {
  NodeId node = reasoning.display.node;
  if (node == kNoNode) return;
  context.accounting.Use(node);
  const Text& word = reasoning.display_word;
  if (word.Is("concise") || word.Is("detailed"))
    context.accounting.Report(node, kValueDegraded, "{target} has one length of summaries");
}

}  // namespace aiproxy
