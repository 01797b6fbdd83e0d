#include "core/model/openai_chunk_head.h"

namespace aiproxy::openai {

namespace {

/// `"name":value,`
std::string MemberOf(const ExtraMember& extra, Document* document) {
  Output json;
  Writer writer(json, document);
  writer.BeginObject();
  writer.Key(extra.name);
  writer.Value(extra.value);
  return json.ToString().substr(1) + ",";
}

}  // namespace

void ChunkHead::Begin(std::string head, const Extras& extras, Document* document) {
  head_ = std::move(head);
  extras_.clear();
  for (const ExtraMember& extra : extras) {
    if (!extra.name.Is("object"))
      extras_.push_back({extra.name.Decode(), MemberOf(extra, document)});
  }
  Join();
}

bool ChunkHead::Update(const Extras& extras, Document* document) {
  bool changed = false;
  for (const ExtraMember& extra : extras) {
    for (Repeated& known : extras_) {
      if (!extra.name.Is(known.name)) continue;
      known.json = MemberOf(extra, document);
      changed = true;
    }
  }
  if (changed) Join();
  return changed;
}

void ChunkHead::WriteOthers(const Extras& extras, Writer& writer) const {
  for (const ExtraMember& extra : extras) {
    if (Find(extra.name) != nullptr) continue;
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
}

const ChunkHead::Repeated* ChunkHead::Find(const Text& name) const {
  for (const Repeated& known : extras_) {
    if (name.Is(known.name)) return &known;
  }
  return nullptr;
}

void ChunkHead::Join() {
  members_ = head_ + ",";
  for (const Repeated& extra : extras_) members_ += extra.json;
}

}  // namespace aiproxy::openai
