// Parts of a content, from the wire.
#pragma once

#include <cstddef>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

/// Reads the contents of one conversation in order: calls and results without ids are paired.
class PartDecoder {
 public:
  /// `issuer`: of the signatures that do not show it.
  PartDecoder(CodecContext& context, Issuer issuer) : context_(context), issuer_(issuer) {}

  /// To be called before the parts of each content; from its number, ids are derived.
  void BeginContent(std::size_t index) {
    content_ = index;
    calls_ = 0;
    results_ = 0;
  }

  /// From here on ids are those of an answer: derived from its id, the candidate and the call.
  /// `calls`: of the candidate so far.
  void BeginAnswer(std::string_view response_id, std::int64_t candidate, std::size_t calls) {
    response_id_ = response_id;
    is_answer_ = true;
    content_ = static_cast<std::size_t>(candidate);
    calls_ = calls;
  }
  std::size_t calls() const { return calls_; }
  /// The id of the answer's call of that number: the same in a stream and in a document, and
  /// different from answer to answer.
  Text AnswerId(std::size_t number, const Text& name) const;

  Issuer IssuerOf(const Text& signature) const;

  /// Appends what one part says: a signature that is attached to it comes before it.
  Status Decode(const Value& part, List<Part>& parts);

 private:
  /// A part's members, sorted.
  struct Members {
    int kind = -1;
    Member data{};
    Text signature;
    bool snake_signature = false;
    bool thought = false;
    Extras extras;
  };
  struct Call {
    Text id;
    std::string_view name;  // decoded
    bool answered = false;
    std::uint32_t next = 0;  // of the first of a name: which of them may be unanswered
  };

  Members Sort(const Value& part) const;
  void Attach(const Members& members, const Value& part, List<Part>& parts);
  void DecodeText(const Members& members, const Value& part, List<Part>& parts);
  void DecodeMedia(const Members& members, const Value& part, List<Part>& parts);
  void DecodeCall(const Members& members, const Value& part, List<Part>& parts);
  Status DecodeResult(const Members& members, const Value& part, List<Part>& parts);
  void DecodeResponse(const Member& member, ToolResultPart& result);
  void Pair(ToolResultPart& result);
  void SortPending();
  Call* CallOfId(std::string_view id);
  Call* UnansweredOfName(std::string_view name);
  Call* FirstUnanswered();
  Text DerivedId(std::size_t number) const;
  void AppendOpaque(const Value& part, std::string_view kind, List<Part>& parts);

  CodecContext& context_;
  Issuer issuer_;
  std::size_t content_ = 0;
  std::size_t calls_ = 0;
  std::size_t results_ = 0;
  std::size_t pending_content_ = static_cast<std::size_t>(-1);
  std::string_view response_id_;
  bool is_answer_ = false;
  List<Call> pending_;         // of the nearest content with calls
  List<std::uint32_t> by_id_;  // of pending_, sorted, as far as it goes
  List<std::uint32_t> by_name_;
  std::size_t first_open_ = 0;  // all before it are answered
};

/// Whose signatures a model's are: its vendor's, and Google's when the name says nothing.
Issuer IssuerOf(const Text& model, CodecContext& context);

/// The kind that a media type says; of another one, what the file's name says.
MediaPart::Kind MediaKind(const Text& media_type, std::string_view uri);
/// "image/png" by the extension of a file; "" when it says nothing.
std::string_view MediaTypeOfUri(std::string_view uri);

}  // namespace aiproxy::gemini_generate
