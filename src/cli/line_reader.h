// Cuts an input into batches of whole lines, in buffers that are used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/input.h"
#include "core/json/result.h"

namespace aiproxy {

/// Some whole lines, with the padding that Document::Parse wants behind them.
class LineBatch {
 public:
  LineBatch() = default;
  ~LineBatch();
  LineBatch(const LineBatch&) = delete;
  LineBatch& operator=(const LineBatch&) = delete;

  /// The number (from 1) of the first line.
  std::uint64_t first_line() const { return first_line_; }
  /// One line that is over the limit stands in the place of this batch; its bytes are not kept.
  bool is_too_long() const { return too_long_; }

  /// Calls f(line number, line) for each line, until it returns false. The line is without its
  /// '\n', followed by NUL and padding. Destroys the line ends, so: once.
  template <class F>
  void ForEachLine(F f) {
    char* at = data_;
    char* const end = data_ + lines_size_;
    for (std::uint64_t number = first_line_; at < end; ++number) {
      char* line_end = EndOfLine(at, end);
      *line_end = '\0';
      if (!f(number, std::string_view(at, static_cast<std::size_t>(line_end - at)))) return;
      at = line_end + 1;
    }
  }

 private:
  friend class LineReader;

  static char* EndOfLine(char* from, char* end);
  Status Reserve(std::size_t capacity);
  void Release();

  char* data_ = nullptr;
  std::size_t capacity_ = 0;    // without the padding
  std::size_t size_ = 0;        // of what was read
  std::size_t lines_size_ = 0;  // of the whole lines
  std::uint64_t first_line_ = 0;
  bool too_long_ = false;
};

class LineReader {
 public:
  LineReader(InputFile& input, std::size_t longest_line)
      : input_(input), longest_line_(longest_line) {}

  /// Fills the batch with what is there, at least one line; false at the end of the input.
  Result<bool> Next(LineBatch& batch);
  /// Whether Next() can begin at once.
  bool ready() const { return input_.ready(); }

 private:
  Result<std::size_t> Read(char* to, std::size_t size);
  Result<bool> SkipLine(LineBatch& batch);
  bool Cut(LineBatch& batch, std::size_t end_of_lines);

  InputFile& input_;
  std::size_t longest_line_;
  std::string tail_;  // the beginning of a line whose end has not been read
  std::uint64_t lines_ = 0;
  bool at_end_ = false;
  bool widened_ = false;
  bool skips_ = false;  // in the middle of a line that is over the limit
};

}  // namespace aiproxy
