// Reads the described structs from JSON objects; the counterpart of writing_visitor.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/json/result.h"
#include "core/json/value.h"
#include "core/model/context.h"
#include "core/protocols/neutral/description.h"
#include "core/protocols/neutral/pointer.h"
#include "core/stream/neutral_words.h"

namespace aiproxy::neutral {

/// The first error ends the reading: everything after it does nothing.
class ReadingVisitor {
 public:
  explicit ReadingVisitor(CodecContext& context) : context_(context) {}

  /// The whole object: `form` is the word that "neutral" must have.
  template <class T>
  Status Root(std::string_view form, const Value& root, T& item) {
    Struct(root, [&] {
      Form(form);
      Visit(*this, item);
    });
    return std::move(status_);
  }

  template <class T>
  void operator()(std::string_view name, T& member) {
    if (!status_) return;
    if constexpr (std::is_enum_v<T>) {
      Word(name, member);
    } else if constexpr (requires { ReadMember(name, member); }) {
      ReadMember(name, member);
    } else {
      if (Value object = Find(name); object.valid()) ReadStruct(object, member);
    }
  }

  template <class E>
  void Word(std::string_view name, E& word) {
    if (Value value = Find(name); value.valid()) {
      ReadWord(value, word);
      Use(value);
    }
  }

  template <class T>
  void Structure(std::string_view name, T& member) {
    ReadMember(name, member);
    if (status_) Use(frame().object.Find(name));
  }

  template <class T>
  void ListOf(std::string_view name, List<T>& list, NodeId& node) {
    Value array = Find(name);
    if (!array.valid()) return;
    node = array.id();
    ReadList(array, list);
  }

  void DataUrl(Text& url, Text& media_type, Text& data);

  template <class P>
  void Variant(P& part) {
    Value word = Find("part");
    if (!word.valid()) return Fail(frame().object.id(), "expected a member 'part', got none");
    bool known =
        ReadVariant(part, word, std::make_index_sequence<std::variant_size_v<PartVariant>>());
    if (!known)
      FailWord(word, PartWords(std::make_index_sequence<std::variant_size_v<PartVariant>>()));
    Use(word);
  }

  void Place(std::string_view name, NodeId& node);
  void Marker(std::string_view name, NodeId& node);
  void Self(NodeId& node);
  void SelfIf(std::string_view name, NodeId& node);
  void Present(bool& set) { set = true; }
  template <class U>
  void Style(U& style) {
    Value value = Find("style");
    if (value.valid()) style = static_cast<U>(ReadInt(value, U(~U{0})));
    Use(value);
  }
  void Protocol(std::string_view& id);

 private:
  static constexpr std::size_t kMaxMembers = 64;  // of one struct; more are not all known
  struct Frame {
    Value object;
    std::array<Member, kMaxMembers> members;
    std::size_t count = 0;
    std::uint64_t taken = 0;              // bits of `members`
    std::vector<std::string_view> asked;  // the names that the struct has
  };

  template <class F>
  void Struct(const Value& object, F read) {
    if (!status_ || !Push(object)) return;
    read();
    Pop();
  }
  template <class T>
  void ReadStruct(const Value& object, T& item) {
    Struct(object, [&] { Visit(*this, item); });
  }

  void ReadMember(std::string_view name, Text& text);
  void ReadMember(std::string_view name, Raw& raw);
  void ReadMember(std::string_view name, Number& number);
  void ReadMember(std::string_view name, Extras& extras);
  void ReadMember(std::string_view name, int& number);
  void ReadMember(std::string_view name, bool& flag);
  template <class T>
  void ReadMember(std::string_view name, Sourced<T>& sourced) {
    Value at = FindReferenced(name);
    Value value = Find(name);
    if (!value.valid()) return;
    T read{};
    if constexpr (std::is_enum_v<T>)
      ReadWord(value, read);
    else
      ReadPlain(value, read);
    sourced = {read, SourceOf(value, at)};
  }
  template <class T>
  void ReadMember(std::string_view name, List<T>& list) {
    if (Value array = Find(name); array.valid()) ReadList(array, list);
  }

  template <class T>
  void ReadList(const Value& array, List<T>& list) {
    if (!Expect(array.is_array(), array, "an array")) return;
    for (Value item : array.items()) {
      T read{};
      ReadItem(item, read);
      list.push_back(context_.arena, read);
    }
  }
  template <class T>
  void ReadItem(const Value& item, T& read) {
    ReadStruct(item, read);
  }
  void ReadItem(const Value& item, Text& text);
  void ReadItem(const Value& item, Raw& raw) { raw = Raw::Of(item); }

  void ReadPlain(const Value& value, bool& flag);
  void ReadPlain(const Value& value, std::int64_t& number);
  std::int64_t ReadInt(const Value& value, std::int64_t max);

  template <class E>
  void ReadWord(const Value& value, E& word) {
    std::vector<std::string_view> words;
    for (std::uint8_t i = 0; !WordOf(static_cast<E>(i)).empty(); ++i) {
      words.push_back(WordOf(static_cast<E>(i)));
      if (!value.Is(words.back())) continue;
      word = static_cast<E>(i);
      return;
    }
    FailWord(value, words);
  }

  template <class P, std::size_t... I>
  bool ReadVariant(P& part, const Value& word, std::index_sequence<I...>) {
    return (ReadAlternative<I>(part, word) || ...);
  }
  template <std::size_t I, class P>
  bool ReadAlternative(P& part, const Value& word) {
    using Alternative = std::variant_alternative_t<I, PartVariant>;
    if (!word.Is(PartWord(static_cast<const Alternative*>(nullptr)))) return false;
    Visit(*this, part.template emplace<I>());
    return true;
  }
  template <std::size_t... I>
  static std::vector<std::string_view> PartWords(std::index_sequence<I...>) {
    return {PartWord(static_cast<const std::variant_alternative_t<I, PartVariant>*>(nullptr))...};
  }

  Frame& frame() { return frames_[depth_ - 1]; }
  bool Push(const Value& object);
  void Pop();
  void CheckAllTaken();
  void ReadUsed();
  void Form(std::string_view form);
  /// The innermost struct's member of that name (and suffix), or an invalid value.
  Value Find(std::string_view name, std::string_view suffix = {});
  /// What the member `name`_at refers to.
  Value FindReferenced(std::string_view name);
  Value FollowReference(const Value& reference, Value* parent = nullptr);
  /// The node that a value has: its own, or the one that it refers to.
  NodeId SourceOf(const Value& own, const Value& at);

  void Use(const Value& value) {
    if (value.valid()) context_.accounting.Use(value.id());
  }
  bool Expect(bool is_so, const Value& value, std::string_view what);
  void Fail(NodeId node, std::string message);
  void FailWord(const Value& value, const std::vector<std::string_view>& words);

  CodecContext& context_;
  Status status_;
  std::vector<Frame> frames_;  // the first depth_ are in use; the others keep their memory
  std::size_t depth_ = 0;
  Steps steps_ = kMaxSteps;
};

}  // namespace aiproxy::neutral
