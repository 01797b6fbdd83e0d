// What a codec gets beside its input: the account, memory, limits, and what the user asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json/arena.h"
#include "core/json/document.h"
#include "core/json/writer.h"
#include "core/model/accounting.h"
#include "core/model/limits.h"
#include "core/model/model.h"

namespace aiproxy {

/// What the encoder must know that is not in the message.
struct EncodeOptions {
  std::string_view model;      // the model that the target is asked for ("" when unknown)
  std::int64_t unix_time = 0;  // for times that the target demands and the source lacks
  Platform platform = Platform::kVendor;  // that a request is written for
  bool head_is_written = false;           // path and headers of a request, beside its body
  bool extras_come_out = true;  // what only its own protocol knows has a place in what is written
};

struct CodecContext {
  Accounting& accounting;
  Arena& arena;         // lives as long as the document: until the output is written
  Document& scratch;    // for JSON inside strings
  std::string& buffer;  // for decoded text that is used up at once
  const Limits& limits;
  EncodeOptions options;

  Document& document() const { return accounting.document(); }
};

/// The object without its member "type", in memory of the arena.
Raw WithoutType(const Value& object, CodecContext& context);

/// Takes members out of wire objects into the model. What is null, or not of the type that the
/// protocol says, becomes an extra: it goes back to the same protocol, and is reported to others.
class Taker {
 public:
  explicit Taker(CodecContext& context) : context_(context) {}

  void Keep(const Member& member, Extras& extras) {
    extras.push_back(context_.arena, {Text::Of(member.key), Raw::Of(member.value)});
  }
  void Wrong(const Member& member, Expected expected, Extras& extras) {
    if (!member.value.is_null()) context_.accounting.WrongType(member.value.id(), expected);
    Keep(member, extras);
  }

  void Take(const Member& member, Text& into, Extras& extras) {
    if (member.value.is_string())
      into = Text::Of(member.value);
    else
      Wrong(member, Expected::kString, extras);
  }
  void Take(const Member& member, Number& into, Extras& extras) {
    if (member.value.is_number())
      into = Number::Of(member.value);
    else
      Wrong(member, Expected::kNumber, extras);
  }
  void Take(const Member& member, Sourced<bool>& into, Extras& extras) {
    if (member.value.is_bool())
      into = {member.value.is_true(), member.value.id()};
    else
      Wrong(member, Expected::kBoolean, extras);
  }
  /// A count: an integer that is not negative.
  void Take(const Member& member, Sourced<std::int64_t>& into, Extras& extras);
  void TakeObject(const Member& member, Raw& into, Extras& extras) {
    if (member.value.is_object())
      into = Raw::Of(member.value);
    else
      Wrong(member, Expected::kObject, extras);
  }
  void TakeArray(const Member& member, Raw& into, Extras& extras) {
    if (member.value.is_array())
      into = Raw::Of(member.value);
    else
      Wrong(member, Expected::kArray, extras);
  }
  /// Any value but null.
  void TakeRaw(const Member& member, Raw& into, Extras& extras) {
    if (!member.value.is_null())
      into = Raw::Of(member.value);
    else
      Keep(member, extras);
  }

  void Use(const Value& value) { context_.accounting.Use(value.id()); }
  CodecContext& context() { return context_; }

 private:
  CodecContext& context_;
};

/// Marks the value as accounted for when `use`, and keeps it for the same protocol in any case.
inline void KeepUsed(Taker& taker, const Member& member, Extras& extras, bool use) {
  if (use) taker.Use(member.value);
  taker.Keep(member, extras);
}

/// The members of an object of the same protocol, as they came.
inline void WriteExtras(const Extras& extras, Writer& writer) {
  for (const ExtraMember& extra : extras) {
    writer.Key(extra.name);
    writer.Value(extra.value);
  }
}

/// Gives something up; what has no node is reported of the whole document.
inline void DropAt(CodecContext& context, NodeId node, const DiagnosticCode& code,
                   std::string_view message, std::string_view argument = {}) {
  if (node == kNoNode)
    context.accounting.Report(node, code, message, argument);
  else
    context.accounting.Drop(node, code, message, argument);
}

inline NodeId FirstNode(NodeId a, NodeId b) { return a != kNoNode ? a : b; }

/// An empty list or object says nothing; without this it would be a leaf that nobody marks.
inline void UseIfEmpty(const Value& container, CodecContext& context) {
  if (container.empty_container()) context.accounting.Use(container.id());
}

}  // namespace aiproxy
