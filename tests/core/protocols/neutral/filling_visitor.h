// Sets every described member of a struct of the model to a value of its own.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "core/protocols/neutral/description.h"
#include "core/stream/neutral_words.h"

namespace aiproxy::neutral {

/// `turn` picks the enumerators and the alternatives of parts: enough turns show them all.
class FillingVisitor {
 public:
  static constexpr unsigned kTurns = 12;  // at least as many as any enumeration has words

  FillingVisitor(Arena& arena, unsigned turn) : arena_(arena), turn_(turn) {}

  template <class T>
  void operator()(std::string_view, T& member) {
    Fill(member);
  }
  template <class T>
  void Word(std::string_view, T& word) {
    Fill(word);
  }
  template <class T>
  void Structure(std::string_view, T& member) {
    Fill(member);
  }
  template <class T>
  void ListOf(std::string_view, List<T>& list, NodeId&) {
    Fill(list);
  }
  void DataUrl(Text& url, Text& media_type, Text& data) {
    Fill(url);
    Fill(media_type);
    Fill(data);
  }
  template <class P>
  void Variant(P& part) {
    // Parts in parts end somewhere: from the third level on there is only text.
    switch (depth_ > 2 ? 0 : (turn_ + count_) % std::variant_size_v<PartVariant>) {
      case 0:
        return Visit(*this, part.template emplace<0>());
      case 1:
        return Visit(*this, part.template emplace<1>());
      case 2:
        return Visit(*this, part.template emplace<2>());
      case 3:
        return Visit(*this, part.template emplace<3>());
      case 4:
        return Visit(*this, part.template emplace<4>());
      default:
        return Visit(*this, part.template emplace<5>());
    }
  }
  void Place(std::string_view, NodeId&) {}
  void Marker(std::string_view, NodeId&) {}
  void Self(NodeId&) {}
  void SelfIf(std::string_view, NodeId&) {}
  void Present(bool& set) { set = true; }
  template <class U>
  void Style(U& style) {
    style = 7;
  }
  void Protocol(std::string_view& id) { id = "openai-chat"; }

  /// How many values were made: each is written somewhere.
  unsigned count() const { return count_; }

 private:
  void Fill(Text& text) {
    text = Text::Plain(arena_.Copy("text \"" + std::to_string(Next()) + "\"\n"));
  }
  void Fill(Raw& raw) {
    raw.json = arena_.Copy("{\"raw\":" + std::to_string(Next()) + ",\"raw\":1e2}");
  }
  void Fill(Number& number) { number.json = arena_.Copy(std::to_string(Next()) + ".50"); }
  void Fill(bool& flag) { flag = true; }
  void Fill(int& number) { number = static_cast<int>(Next()); }
  void Fill(std::int64_t& number) { number = Next(); }
  void Fill(ExtraMember& extra) {
    extra.name = Text::Plain("twice");  // every list of extras has two of one name
    Fill(extra.value);
  }
  template <class T>
  void Fill(Sourced<T>& sourced) {
    T value{};
    Fill(value);
    sourced = {value};
  }
  template <class T>
  void Fill(List<T>& list) {
    if (depth_ > 8) return;  // of a type that holds lists of itself
    for (int i = 0; i < 2; ++i) {
      T item{};
      Fill(item);
      list.push_back(arena_, item);
    }
  }
  template <class T>
  void Fill(T& member) {
    if constexpr (std::is_enum_v<T>) {
      unsigned words = 0;
      while (!WordOf(static_cast<T>(words)).empty()) ++words;
      member = static_cast<T>(turn_ % words);
    } else {
      ++depth_;
      Visit(*this, member);
      --depth_;
    }
  }

  unsigned Next() { return ++count_; }

  Arena& arena_;
  unsigned turn_;
  unsigned count_ = 0;
  unsigned depth_ = 0;
};

}  // namespace aiproxy::neutral
