#include "core/protocols/neutral/writing_visitor.h"

#include <algorithm>

namespace aiproxy::neutral {

namespace {

Text Clean(std::string_view name) { return {name, kNoNode, Text::Spelling::kClean}; }

std::string PathOf(std::string_view member, const Text& name) {
  std::string path;
  AppendToken(member, path);
  if (name.present()) AppendToken(name.Decode(), path);
  return path;
}

/// Whether a later extra has the same name: a pointer would lead there.
bool HasLaterNamesake(const Extras& extras, std::size_t index) {
  for (std::size_t i = index + 1; i < extras.size(); ++i) {
    if (extras[i].name.bytes == extras[index].name.bytes) return true;
  }
  return false;
}

}  // namespace

// ---------------------------------------------------------------- objects

void WritingVisitor::Push(std::string_view key, bool open) {
  if (depth_ == frames_.size()) frames_.emplace_back();
  Frame& pushed = frames_[depth_++];
  pushed.key = key;
  pushed.open = false;
  pushed.anchors.clear();
  pushed.used.clear();
  pushed.derived.clear();
  if (open) Open();
}

void WritingVisitor::Open() {
  std::size_t first = depth_;
  while (first > 0 && !frames_[first - 1].open) --first;
  for (; first < depth_; ++first) {
    Frame& opened = frames_[first];
    if (!opened.key.empty()) writer_.Key(Clean(opened.key));
    writer_.BeginObject();
    opened.open = true;
  }
}

void WritingVisitor::Pop() {
  if (!frame().used.empty()) {
    Key("used");
    writer_.BeginArray();
    for (const std::string& path : frame().used) writer_.String(path);
    writer_.EndArray();
  }
  if (frame().open) writer_.EndObject();
  --depth_;
  const Frame& popped = frames_[depth_];
  if (depth_ == 0 || popped.key.empty()) return;
  for (const Anchor& anchor : popped.anchors) {  // members of the struct around may be in there
    bool whole = !anchor.name.present() && At(anchor.node).is_container();
    if (whole) AddAnchor(anchor.node, popped.key, Clean(anchor.member));
  }
}

void WritingVisitor::Key(std::string_view name, std::string_view suffix) {
  Open();
  if (suffix.empty()) return writer_.Key(Clean(name));
  std::string key(name);
  key += suffix;
  writer_.Key(Clean(key));
}

// ---------------------------------------------------------------- members

void WritingVisitor::WriteMember(std::string_view name, const Text& text) {
  if (!text.present()) return;
  if (FindReference(text.node)) {
    if (!SpelledAs(text, text.node)) {
      Key(name);
      writer_.String(text);
    }
    return WriteReference(name);
  }
  NoteUsedMember(text.node, name);
  Key(name);
  writer_.String(text);
  AddAnchor(text.node, name);
}

void WritingVisitor::WriteMember(std::string_view name, const Raw& raw) {
  if (!raw.present()) return;
  if (FindReference(raw.node)) {
    if (raw.json != At(raw.node).raw()) {
      Key(name);
      writer_.Value(raw);
    }
    return WriteReference(name);
  }
  NoteUsedMember(raw.node, name);
  Key(name);
  writer_.Value(raw);
  AddAnchor(raw.node, name);
}

void WritingVisitor::WriteMember(std::string_view name, const Extras& extras) {
  std::vector<std::string> references;
  bool begun = false;
  for (std::size_t i = 0; i < extras.size(); ++i) {
    const ExtraMember& extra = extras[i];
    if (FindReference(extra.value.node)) {
      references.push_back(reference_);
      continue;
    }
    if (!begun) {
      Key(name);
      writer_.BeginObject();
      begun = true;
    }
    NoteUsed(extra.value.node, HasSource(extra.value.node) ? PathOf(name, extra.name) : "");
    writer_.Key(extra.name);
    writer_.Value(extra.value);
    if (i < kMaxAnchors && extras.size() <= 4 * kMaxAnchors && !HasLaterNamesake(extras, i)) {
      AddAnchor(extra.value.node, name, extra.name);
    }
  }
  if (begun) writer_.EndObject();
  if (references.empty()) return;
  Key(name, "_at");
  writer_.BeginArray();
  for (const std::string& reference : references) writer_.String(reference);
  writer_.EndArray();
}

void WritingVisitor::WriteMember(std::string_view name, const int& number) {
  if (number == 0) return;
  Key(name);
  writer_.Int(number);
}

void WritingVisitor::WriteItem(std::string_view name, std::size_t index, const Text& text) {
  if (FindReference(text.node) && SpelledAs(text, text.node)) {
    writer_.BeginObject();
    writer_.Key("at");
    writer_.String(reference_);
    return writer_.EndObject();
  }
  NoteUsed(text.node, HasSource(text.node) ? PathOf(name, Clean(std::to_string(index))) : "");
  writer_.String(text);
}

void WritingVisitor::WriteItem(std::string_view name, std::size_t index, const Raw& raw) {
  NoteUsed(raw.node, HasSource(raw.node) ? PathOf(name, Clean(std::to_string(index))) : "");
  writer_.Value(raw);
}

void WritingVisitor::DataUrl(const Text& url, const Text& media_type, const Text& data) {
  Text split_type;
  Text split_data;
  bool base64 = false;
  bool derived = url.present() && SplitDataUrl(url, split_type, split_data, base64) &&
                 data.present() && data.node == url.node && data.spelling == url.spelling &&
                 data.bytes == split_data.bytes;
  bool typed = media_type.present();
  if (!derived || typed == split_type.empty()) {
    WriteMember("url", url);
    WriteMember("media_type", media_type);
    return WriteMember("data", data);
  }
  WriteMember("data_url", url);
  bool same_type = !typed || (media_type.node == url.node && media_type.spelling == url.spelling &&
                              media_type.bytes == split_type.bytes);
  if (!same_type) WriteMember("media_type", media_type);
}

void WritingVisitor::Place(std::string_view name, const NodeId& node) {
  if (!HasSource(node)) return;
  if (FindReference(node)) return WriteReference(name);
  std::string marker = std::string(name) + "_node";
  NoteUsedMember(node, marker);
  Flag(marker);
  CoverLeaf(node);
}

void WritingVisitor::Marker(std::string_view name, const NodeId& node) {
  if (!HasSource(node)) return;
  if (FindReference(node)) return WriteReference(name);
  Flag(name);
  CoverLeaf(node);
}

void WritingVisitor::Self(const NodeId& node) {
  if (!HasSource(node)) return;
  if (depth_ > 1) {  // the root's node is there even if no value came from a wire
    for (std::string_view name : frame().derived) frame().used.push_back(PathOf(name, {}));
  }
  if (FindReference(node, true)) return WriteReference("node");
  CoverLeaf(node);
}

void WritingVisitor::SelfIf(std::string_view name, const NodeId& node) {
  if (!HasSource(node)) return;
  if (FindReference(node)) return WriteReference("node");
  Flag(name);
  CoverLeaf(node);
}

// ---------------------------------------------------------------- where things came from

bool WritingVisitor::SpelledAs(const Text& text, NodeId node) const {
  Value value = At(node);
  if (!value.is_string()) return false;
  if (text.spelling == Text::Spelling::kPlain) return value.Is(text.bytes);
  return value.body() == text.bytes;
}

bool WritingVisitor::FindReference(NodeId node, bool self) {
  if (!HasSource(node)) return false;
  std::size_t levels = std::min(depth_, kMaxLevels);
  for (std::size_t up = 0; up < levels; ++up) {
    if (ReferenceInto(frames_[depth_ - 1 - up], up, node, self)) return true;
  }
  return false;
}

bool WritingVisitor::ReferenceInto(const Frame& in, std::size_t levels, NodeId node, bool self) {
  Document& document = *writer_.source();
  for (const Anchor& anchor : in.anchors) {
    const JsonNode& whole = document.node(anchor.node);
    if (node < anchor.node || node >= whole.next) continue;
    if (levels == 0 && self && whole.next == anchor.node + 1) continue;
    reference_.clear();
    for (std::size_t i = 0; i < levels; ++i) reference_ += i == 0 ? ".." : "/..";
    reference_ += PathOf(anchor.member, anchor.name);
    if (AppendPointerBelow(document, anchor.node, node, steps_, reference_)) return true;
  }
  return false;
}

void WritingVisitor::WriteReference(std::string_view name) {
  Key(name, "_at");
  writer_.String(reference_);
}

void WritingVisitor::AddAnchor(NodeId node, std::string_view member, const Text& name) {
  if (!HasSource(node) || frame().anchors.size() >= kMaxAnchors) return;
  frame().anchors.push_back({node, member, name});
}

void WritingVisitor::NoteUsedMember(NodeId node, std::string_view name) {
  if (node == kNoNode)
    frame().derived.push_back(name);
  else if (HasSource(node))
    NoteUsed(node, PathOf(name, {}));
}

void WritingVisitor::NoteUsed(NodeId node, const std::string& path) {
  if (!HasSource(node)) return;
  Document& document = *writer_.source();
  NodeId end = document.node(node).next;
  for (NodeId id = node; id < end && frame().used.size() < kMaxUsed;) {
    const JsonNode& at = document.node(id);
    if ((at.flags & JsonNode::kCovered) == 0) {
      ++id;
      continue;
    }
    std::string pointer = path;
    if (at.kind != JsonKind::kNull && AppendPointerBelow(document, node, id, steps_, pointer)) {
      frame().used.push_back(std::move(pointer));
    }
    id = at.next;
  }
}

void WritingVisitor::CoverLeaf(NodeId node) {
  if (HasSource(node) && At(node).document().node(node).next == node + 1) writer_.Cover(node);
}

}  // namespace aiproxy::neutral
