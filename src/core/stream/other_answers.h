// What candidates beside the first one say, where the target holds one answer.
#pragma once

#include "core/model/context.h"
#include "core/stream/event.h"

namespace aiproxy {

/// Of one stream: the loss is reported once.
class OtherAnswers {
 public:
  void Drop(const BlockDelta& delta, CodecContext& context) {
    for (NodeId node : {delta.text.node, delta.signature.node, delta.value.node}) {
      if (node == kNoNode) continue;
      if (is_reported_)
        context.accounting.Use(node);
      else
        context.accounting.Drop(node, kPartDropped, "{target} holds one answer");
      is_reported_ = true;
    }
  }

 private:
  bool is_reported_ = false;
};

}  // namespace aiproxy
