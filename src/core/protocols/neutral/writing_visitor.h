// Writes the described structs as JSON objects, each value with what tells where it came from.
//
// What the reader needs beside the values, so that another protocol gets the same model and the
// same account from the neutral form as from the wire:
//   "x_at": pointer   x comes from a place that is written here already, in a whole wire value or
//   in
//                     a member with the same source. Where it is also spelled as it is there, "x"
//                     itself is left out. The pointer is relative to the object; each leading
//                     "../" goes to the struct around it.
//   "used": [pointer] values that the decoder has accounted for, or that it derived and did not
//                     find on the wire: no loss if nobody writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/json/writer.h"
#include "core/model/context.h"
#include "core/protocols/neutral/description.h"
#include "core/protocols/neutral/pointer.h"
#include "core/stream/neutral_words.h"

namespace aiproxy::neutral {

class WritingVisitor {
 public:
  explicit WritingVisitor(Writer& writer) : writer_(writer) {}

  /// The whole object: `form` is the word in "neutral".
  template <class T>
  void Root(std::string_view form, const T& item) {
    Push({}, true);
    Key("neutral");
    writer_.String(form);
    Visit(*this, item);
    Pop();
  }

  template <class T>
  void operator()(std::string_view name, const T& member) {
    if constexpr (std::is_enum_v<T>) {
      if (member != T{}) Word(name, member);
    } else if constexpr (std::is_same_v<T, bool>) {
      if (member) Flag(name);
    } else if constexpr (requires { WriteMember(name, member); }) {
      WriteMember(name, member);
    } else {
      Push(name, false);
      Visit(*this, member);
      Pop();
    }
  }

  template <class E>
  void Word(std::string_view name, const E& word) {
    Key(name);
    writer_.String(WordOf(word));
  }

  template <class T>
  void Structure(std::string_view name, const T& member) {
    std::size_t used = frame().used.size();
    std::size_t derived = frame().derived.size();
    WriteMember(name, member);
    frame().used.resize(used);
    frame().derived.resize(derived);
  }

  template <class T>
  void ListOf(std::string_view name, const List<T>& list, const NodeId& node) {
    if (!list.empty()) return WriteMember(name, list);
    if (node == kNoNode) return;
    NoteUsedMember(node, name);
    Key(name);
    writer_.BeginArray();
    writer_.EndArray();
    CoverLeaf(node);
  }

  void DataUrl(const Text& url, const Text& media_type, const Text& data);

  template <class P>
  void Variant(const P& part) {
    std::visit(
        [this](const auto& alternative) {
          Key("part");
          writer_.String(PartWord(&alternative));
          Visit(*this, alternative);
        },
        part.variant());
  }

  void Place(std::string_view name, const NodeId& node);
  void Marker(std::string_view name, const NodeId& node);
  void Self(const NodeId& node);
  void SelfIf(std::string_view name, const NodeId& node);
  void Present(const bool& set) {
    if (set) Open();
  }
  void Style(const std::uint32_t& style) {
    if (style == 0) return;
    Key("style");
    writer_.Int(style);
  }
  void Protocol(const std::string_view& id) {
    if (id.empty()) return;
    Key("protocol");
    writer_.String(id);
  }

 private:
  /// Something written whose source others may share.
  struct Anchor {
    NodeId node;
    std::string_view member;
    Text name;  // of a member in it, where `member` is a struct or a list of extras
  };
  struct Frame {
    std::string_view key;  // "" of an item of an array
    bool open = false;
    std::vector<Anchor> anchors;
    std::vector<std::string> used;
    std::vector<std::string_view> derived;  // members that did not come from the wire
  };
  static constexpr std::size_t kMaxAnchors = 64;  // of one struct
  static constexpr std::size_t kMaxLevels = 4;    // that a reference goes up
  static constexpr std::size_t kMaxUsed = 256;    // of one struct

  void WriteMember(std::string_view name, const Text& text);
  void WriteMember(std::string_view name, const Raw& raw);
  void WriteMember(std::string_view name, const Extras& extras);
  void WriteMember(std::string_view name, const int& number);
  template <class T>
  void WriteMember(std::string_view name, const Sourced<T>& sourced) {
    if (!sourced.present()) return;
    if (FindReference(sourced.node))
      WriteReference(name);
    else
      NoteUsedMember(sourced.node, name);
    Key(name);
    writer_.Cover(sourced.node);
    if constexpr (std::is_enum_v<T>)
      writer_.String(WordOf(sourced.value));
    else
      writer_.Value(sourced);
    AddAnchor(sourced.node, name);
  }
  template <class T>
  void WriteMember(std::string_view name, const List<T>& list) {
    if (list.empty()) return;
    Key(name);
    writer_.BeginArray();
    for (std::size_t i = 0; i < list.size(); ++i) WriteItem(name, i, list[i]);
    writer_.EndArray();
  }

  template <class T>
  void WriteItem(std::string_view, std::size_t, const T& item) {
    Push({}, true);
    Visit(*this, item);
    Pop();
  }
  void WriteItem(std::string_view name, std::size_t index, const Text& text);
  void WriteItem(std::string_view name, std::size_t index, const Raw& raw);

  Frame& frame() { return frames_[depth_ - 1]; }
  void Push(std::string_view key, bool open);
  void Pop();
  /// Opens the object of the innermost struct, and those around it, if they are not yet.
  void Open();
  void Key(std::string_view name, std::string_view suffix = {});
  void Flag(std::string_view name) {
    Key(name);
    writer_.Bool(true);
  }

  /// Where `node` is written already: false when it is not, else the pointer is in reference_.
  /// `self`: of the struct itself, which no text of its own stands for.
  bool FindReference(NodeId node, bool self = false);
  bool ReferenceInto(const Frame& in, std::size_t levels, NodeId node, bool self);
  void WriteReference(std::string_view name);
  void AddAnchor(NodeId node, std::string_view member, const Text& name = {});
  /// Remembers what the decoder has marked of a value that is about to be written at `path`.
  void NoteUsed(NodeId node, const std::string& path);
  void NoteUsedMember(NodeId node, std::string_view name);
  /// Covers a node that has nothing below it.
  void CoverLeaf(NodeId node);
  Value At(NodeId node) const { return {*writer_.source(), node}; }
  bool SpelledAs(const Text& text, NodeId node) const;
  bool HasSource(NodeId node) const { return node != kNoNode && writer_.source() != nullptr; }

  Writer& writer_;
  std::vector<Frame> frames_;  // the first depth_ are in use; the others keep their memory
  std::size_t depth_ = 0;
  std::string reference_;
  Steps steps_ = kMaxSteps;
};

}  // namespace aiproxy::neutral
