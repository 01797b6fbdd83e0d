// Deep copies of what events carry, for whoever keeps something beyond the event: nodes are given
// up.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "core/json/arena.h"
#include "core/json/text.h"
#include "core/model/accounting.h"
#include "core/model/model.h"
#include "core/stream/event.h"

namespace aiproxy {

/// The JSON without the white space between its tokens, in memory of `arena`: what has no node any
/// more is written as it is, and a line end would break the frame that it is written to.
Raw CopySqueezed(const Raw& raw, Arena& arena);

namespace copy_internal {

template <class X, class T>
concept Is = std::same_as<std::remove_const_t<X>, T>;

// What is in each type: the one place to extend when a type gets a member.
// clang-format off
template <class F> void Members(F& f, Is<ExtraMember> auto& x) { f(x.name, x.value); }
template <class F> void Members(F& f, Is<Citation> auto& x) {
  f(x.wire, x.url, x.title, x.cited_text, x.start, x.end, x.place);
  f.Node(x.kind_node);
}
template <class F> void Members(F& f, Is<SourcePlace> auto& x) {
  f(x.index, x.start, x.end, x.source);
}
template <class F> void Members(F& f, Is<Usage> auto& x) {
  f(x.extras, x.input_extras, x.output_extras);
  f.Count(x.input); f.Count(x.cache_read); f.Count(x.cache_write);
  f.Count(x.output); f.Count(x.reasoning); f.Count(x.total);
  f.Position(x.node);
}
template <class F> void Members(F& f, Is<FinishReason> auto& x) { f(x.raw, x.stop_sequence); }
template <class F> void Members(F& f, Is<ApiError> auto& x) {
  f(x.message, x.type, x.code, x.param, x.request_id, x.retry_after, x.extras, x.inner_extras);
  f.Position(x.node);
}
template <class F> void Members(F& f, Is<TokenLogprob> auto& x) {
  f(x.wire, x.token, x.logprob, x.top);
}
template <class F> void Members(F& f, Is<MediaPart> auto& x) {
  f(x.media_type, x.data, x.url, x.filename, x.detail, x.context, x.extras, x.source_extras);
  f.Position(x.node);
}
template <class F> void Members(F& f, Is<BlockStart> auto& x) {
  f(x.tool_call_id, x.tool_name, x.encrypted, x.reasoning_id, x.media, x.opaque_kind, x.value,
    x.item_members, x.extras);
}
template <class F> void Members(F& f, Is<BlockDelta> auto& x) {
  f(x.text, x.signature, x.value, x.logprobs, x.extras);
}
// clang-format on

/// Calls the leaf functions of Derived for everything below a value.
template <class Derived>
struct Walker {
  template <class... Xs>
  void operator()(Xs&... xs) {
    (One(xs), ...);
  }

  template <class X>
  void One(X& x) {
    auto& self = static_cast<Derived&>(*this);
    if constexpr (
        requires { x.spelling; } || requires { x.json; }) {
      self.Span(x);
    } else if constexpr (
        requires { x.push_back; } || requires { x.begin(); }) {
      self.Items(x);
      for (auto& item : x) One(item);
    } else if constexpr (Is<X, ExtraMember>) {
      if (self.takes_extras()) Members(self, x);
    } else {
      Members(self, x);
    }
  }
};

struct Copier : Walker<Copier> {
  explicit Copier(Arena& a) : arena(a) {}
  static bool takes_extras() { return true; }
  void Span(Text& text) { text = text.CopyTo(arena); }
  void Span(Raw& raw) { raw = CopySqueezed(raw, arena); }
  void Span(Number& number) { number = number.CopyTo(arena); }
  void Node(NodeId& node) { node = kNoNode; }
  void Position(NodeId& node) { node = kNoNode; }
  template <class T>
  void Count(Sourced<T>& value) {
    value.node = kNoNode;
  }
  template <class T>
  void Items(List<T>& list) {
    List<T> copy;
    for (const T& item : list) copy.push_back(arena, item);
    list = copy;
  }
  Arena& arena;
};

struct Marker : Walker<Marker> {
  Marker(Accounting& a, bool extras) : accounting(a), with_extras(extras) {}
  bool takes_extras() const { return with_extras; }
  void Span(const auto& span) { Node(span.node); }
  void Node(NodeId node) {
    if (node != kNoNode) accounting.Use(node);
  }
  void Position(NodeId) {}  // says where something is, not what of it was taken
  template <class T>
  void Count(const Sourced<T>& value) {
    Node(value.node);
  }
  void Items(const auto&) {}
  Accounting& accounting;
  bool with_extras;
};

struct Sizer : Walker<Sizer> {
  static bool takes_extras() { return true; }
  void Span(const Text& text) { bytes += text.bytes.size(); }
  void Span(const Raw& raw) { bytes += raw.json.size(); }
  void Node(NodeId) {}
  void Position(NodeId) {}
  template <class T>
  void Count(const Sourced<T>&) {}
  template <class T>
  void Items(const List<T>& list) {
    bytes += list.size() * sizeof(T);
  }
  std::size_t bytes = 0;
};

}  // namespace copy_internal

/// A copy whose spans are all in `arena`, without nodes. Of Text, Raw, Number, Extras, lists of
/// them, Citation, Usage, FinishReason, ApiError, BlockStart and BlockDelta. Ids of protocols are
/// not copied: they are static.
template <class T>
T CopyTo(const T& x, Arena& arena) {
  T copy = x;
  copy_internal::Copier copier(arena);
  copier.One(copy);
  return copy;
}

/// Marks every node inside as used, those of extras only with `extras`. `x` must be of the
/// accounting's document, or have no nodes.
template <class T>
void UseAll(const T& x, Accounting& accounting, bool extras = true) {
  copy_internal::Marker(accounting, extras).One(x);
}

/// How much memory a copy takes, apart from `x` itself.
template <class T>
std::size_t BytesBelow(const T& x) {
  copy_internal::Sizer sizer;
  sizer.One(x);
  return sizer.bytes;
}

}  // namespace aiproxy
