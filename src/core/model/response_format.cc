#include "core/model/response_format.h"

namespace aiproxy {

bool PlanSchema(const ResponseFormat& format, CodecContext& context) {
  using Kind = ResponseFormat::Kind;
  NodeId kind = FirstNode(format.kind_node, format.node);
  switch (format.kind) {
    case Kind::kUnset:
      return false;
    case Kind::kText:
      if (kind != kNoNode) context.accounting.Use(kind);
      return false;
    case Kind::kJsonSchema:
      if (format.schema.is_object()) return true;
      break;
    case Kind::kJsonObject:
    case Kind::kOpaque:
      break;
  }
  DropAt(context, FirstNode(format.node, kind), kValueDropped,
         "a response format without a schema has no place in {target}");
  return false;
}

}  // namespace aiproxy
