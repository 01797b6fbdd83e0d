#include "cli/line_reader.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/json/document.h"

namespace aiproxy {

namespace {

constexpr std::size_t kChunk = 256 * 1024;
constexpr std::size_t kKept =
    8 * kChunk;  // a buffer that a long line has made larger is given back
constexpr std::size_t kWidenFrom = 32 * 1024;

/// By memchr from line to line: a loop over the bytes would cost a seventh of the translation.
std::uint64_t CountNewlines(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; ++at) ++count;
  return count;
}

}  // namespace

LineBatch::~LineBatch() { std::free(data_); }

char* LineBatch::EndOfLine(char* from, char* end) {
  void* found = std::memchr(from, '\n', static_cast<std::size_t>(end - from));
  return found == nullptr ? end : static_cast<char*>(found);
}

/// realloc, because it moves large blocks by their page tables and leaves what is new untouched.
Status LineBatch::Reserve(std::size_t capacity) {
  if (capacity <= capacity_) return Ok();
  void* larger = std::realloc(data_, capacity + Document::kPadding);
  if (larger == nullptr) return Error{.message = "out of memory", .pointer = {}};
  data_ = static_cast<char*>(larger);
  capacity_ = capacity;
  return Ok();
}

void LineBatch::Release() {
  std::free(data_);
  data_ = nullptr;
  capacity_ = 0;
}

Result<bool> LineReader::Next(LineBatch& batch) {
  if (batch.capacity_ > kKept) batch.Release();
  AIPROXY_RETURN_IF_ERROR(batch.Reserve(std::max(kChunk, tail_.size() + kChunk / 2)));
  batch.too_long_ = false;
  if (skips_) {
    auto more = SkipLine(batch);
    if (!more || !*more) return more;
  }
  std::memcpy(batch.data_, tail_.data(), tail_.size());
  batch.size_ = tail_.size();
  tail_.clear();
  for (std::size_t searched = 0;;) {
    const void* newline = memrchr(batch.data_ + searched, '\n', batch.size_ - searched);
    if (newline != nullptr) {
      const auto end = static_cast<const char*>(newline) - batch.data_ + 1;
      return Cut(batch, static_cast<std::size_t>(end));
    }
    if (at_end_) return batch.size_ != 0 && Cut(batch, batch.size_);
    searched = batch.size_;
    if (batch.size_ > longest_line_) {
      skips_ = true;
      batch.too_long_ = true;
      return Cut(batch, 0);
    }
    if (batch.size_ == batch.capacity_) AIPROXY_RETURN_IF_ERROR(batch.Reserve(batch.capacity_ * 2));
    auto count = Read(batch.data_ + batch.size_, batch.capacity_ - batch.size_);
    if (!count) return count.error();
    batch.size_ += *count;
  }
}

Result<std::size_t> LineReader::Read(char* to, std::size_t size) {
  auto count = input_.Read(to, std::min(size, kChunk));
  if (!count) return count;
  at_end_ = *count == 0;
  if (*count >= kWidenFrom && !widened_) {
    widened_ = true;
    input_.WidenPipe();
  }
  return count;
}

/// Leaves off after the end of the line, with what follows it in tail_.
Result<bool> LineReader::SkipLine(LineBatch& batch) {
  while (!at_end_) {
    auto count = Read(batch.data_, batch.capacity_);
    if (!count) return count.error();
    const void* newline = std::memchr(batch.data_, '\n', *count);
    if (newline == nullptr) continue;
    const auto skipped =
        static_cast<std::size_t>(static_cast<const char*>(newline) - batch.data_) + 1;
    tail_.assign(batch.data_ + skipped, *count - skipped);
    skips_ = false;
    return true;
  }
  return false;
}

/// Numbers the lines up to there, and keeps what comes after them for the next batch.
bool LineReader::Cut(LineBatch& batch, std::size_t end_of_lines) {
  batch.first_line_ = lines_ + 1;
  batch.lines_size_ = end_of_lines;
  if (batch.too_long_) {
    ++lines_;
    batch.size_ = 0;
    return true;
  }
  tail_.assign(batch.data_ + end_of_lines, batch.size_ - end_of_lines);
  const bool is_ended = batch.data_[end_of_lines - 1] == '\n';
  lines_ += CountNewlines({batch.data_, end_of_lines});
  if (!is_ended) ++lines_;
  return true;
}

}  // namespace aiproxy
