#include "core/protocols/bedrock_converse/cache_budget.h"

namespace aiproxy::bedrock_converse {

void CacheBudget::WritePoint(const CacheMark& mark, Writer& writer) {
  bool caches = IsClaudeLike(family_) || family_ == Family::kNova || family_ == Family::kNova2;
  if (!mark.present() || !caches) return;  // unmarked: it is reported
  if (left_ == 0) {
    return DropAt(context_, mark.wire.node, kValueDropped,
                  "{target} takes at most 4 cache points in a request");
  }
  --left_;
  writer.Cover(mark.type_node);
  writer.BeginObject();
  writer.Key("cachePoint");
  writer.BeginObject();
  writer.Key("type");
  writer.Literal("\"default\"");
  if (mark.ttl.present()) {
    bool known = IsClaudeLike(family_) && (mark.ttl.Is("5m") || mark.ttl.Is("1h"));
    if (known)
      writer.Member("ttl", mark.ttl);
    else
      DropAt(context_, mark.ttl.node, kValueDropped, "this time to live has no place in {target}");
  }
  writer.EndObject();
  writer.EndObject();
}

}  // namespace aiproxy::bedrock_converse
