// Citations of other protocols as groundingMetadata.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {

/// Gathers the citations of one candidate, and writes them together. Bounded by what is put in.
class Grounding {
 public:
  /// The decoded text that the citation is in, and what is known of it; it begins `offset` bytes
  /// behind the start of the part.
  struct Place {
    std::string_view text;
    std::int64_t part = 0;
    std::size_t offset = 0;
  };
  /// Only citations with a URL have a place; the nodes of what is taken are marked.
  void Add(const Citation& citation, const Place& place, Writer& marks);
  /// Citations without positions were about all of the text, which is complete now.
  void EndText(const Place& place);
  bool empty() const { return supports_.empty(); }
  std::size_t bytes() const { return bytes_; }
  /// The member `groundingMetadata`.
  void Write(Writer& writer) const;

 private:
  struct Source {
    std::string url;
    std::string title;
  };
  struct Support {
    std::size_t source;
    std::int64_t part;
    std::int64_t start;
    std::int64_t end;  // -1: without positions
    std::string text;
    bool open = false;  // about the whole text, which goes on
  };
  static void SetRange(const Place& place, std::int64_t from, std::int64_t to, Support& support);

  std::vector<Source> sources_;
  std::map<std::string, std::size_t> by_url_;
  std::vector<Support> supports_;
  std::size_t bytes_ = 0;
};

/// logprobsResult. `own`: every token as it came. `rest`: its other members.
void WriteLogprobs(const List<TokenLogprob>& tokens, bool own, const Extras& rest, Writer& writer);

}  // namespace aiproxy::gemini_generate
