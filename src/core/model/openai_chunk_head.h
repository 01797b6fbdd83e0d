// What every chunk of a stream of Chat Completions or legacy completions begins with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/writer.h"
#include "core/model/model.h"

namespace aiproxy::openai {

/// The members that each chunk begins with.
class ChunkHead {
 public:
  /// `head`: the members that WriteAnswerHead (openai_answer.h) wrote, without braces; `extras` go
  /// behind them, but for "object", which a response has that was unrolled.
  void Begin(std::string head, const Extras& extras, Document* document);
  /// Those that the chunks repeat take these values from now on; true when there was one.
  bool Update(const Extras& extras, Document* document);
  /// Writes those that the chunks do not repeat.
  void WriteOthers(const Extras& extras, Writer& writer) const;
  /// JSON members, each with a comma behind it.
  std::string_view members() const { return members_; }

 private:
  struct Repeated {
    std::string name;  // decoded
    std::string json;  // with the name and a comma behind it
  };
  const Repeated* Find(const Text& name) const;
  void Join();

  std::string head_;
  std::vector<Repeated> extras_;
  std::string members_;
};

}  // namespace aiproxy::openai
