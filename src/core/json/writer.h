// Writes compact JSON and marks, in the document that it came from, everything that it writes.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/json/output.h"
#include "core/json/text.h"

namespace aiproxy {

/// Commas are put by the writer. Values whose node belongs to `source` are marked as accounted for.
class Writer {
 public:
  explicit Writer(Output& out, Document* source = nullptr) : out_(out), source_(source) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  /// A member name that needs no escaping.
  template <std::size_t N>
  void Key(const char (&name)[N]) {
    char* to = out_.Reserve(N + 3);
    char* from = to;
    if (comma_) *to++ = ',';
    *to++ = '"';
    std::memcpy(to, name, N - 1);
    to += N - 1;
    *to++ = '"';
    *to++ = ':';
    out_.Advance(static_cast<std::size_t>(to - from));
    comma_ = false;
  }
  void Key(const Text& name);

  template <std::size_t N>
  void Literal(const char (&json)[N]) {  // true, 0, "text" in quotes, ...
    Comma();
    out_.Append(std::string_view(json, N - 1));
    comma_ = true;
  }
  void Null() { Literal("null"); }
  void Bool(bool value) {
    if (value)
      Literal("true");
    else
      Literal("false");
  }
  void Int(std::int64_t value);
  /// Plain text; escaped here.
  void String(std::string_view text) { String(Text::Plain(text)); }
  void String(const Text& text) {  // one that is absent is ""
    Comma();
    out_.Append('"');
    AppendText(text);
    out_.Append('"');
    comma_ = true;
  }
  /// Absent, it is null.
  void Value(const Raw& raw);
  /// Valid JSON from elsewhere than the source, copied; squeezed when it has line ends.
  void Spliced(std::string_view json);
  void Value(const Number& number) { Value(static_cast<const Raw&>(number)); }
  void Value(const Text& text) { String(text); }
  void Value(const Sourced<bool>& value) {
    Cover(value.node);
    Bool(value.value);
  }
  void Value(const Sourced<std::int64_t>& value) {
    Cover(value.node);
    Int(value.value);
  }

  /// Writes the member if the value is there.
  template <std::size_t N, class T>
  void Member(const char (&name)[N], const T& value) {
    if (!value.present()) return;
    Key(name);
    Value(value);
  }

  /// A string of several pieces: BeginString, Append..., EndString.
  void BeginString() {
    Comma();
    out_.Append('"');
  }
  /// Plain ASCII that needs no escaping.
  void AppendLiteral(std::string_view clean) { out_.Append(clean); }
  void AppendText(const Text& text);
  /// JSON as the content of a string, spelled as it is.
  void AppendJson(const Raw& raw);
  void EndString() {
    out_.Append('"');
    comma_ = true;
  }

  /// Accounted for without being written: it is expressed by structure or says the default.
  void Cover(NodeId node) {
    if (source_ != nullptr) source_->Cover(node);
  }

  Output& output() { return out_; }
  Document* source() const { return source_; }

 private:
  void Comma() {
    if (comma_) out_.Append(',');
  }
  void Open(char c) {
    Comma();
    out_.Append(c);
    comma_ = false;
  }
  void Close(char c) {
    out_.Append(c);
    comma_ = true;
  }

  Output& out_;
  Document* source_;
  bool comma_ = false;
};

/// Appends JSON without the white space between its tokens.
void AppendSqueezed(std::string_view json, Output& out);
/// Appends JSON with one member or item a line, indented by `width` spaces a level.
void AppendIndented(std::string_view json, unsigned width, Output& out);

}  // namespace aiproxy
