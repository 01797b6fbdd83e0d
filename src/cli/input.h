// Reads a file or standard input: mapped when it is a regular file, in large pieces when it is not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/json/document.h"
#include "core/json/result.h"

namespace aiproxy {

/// One input. Its bytes are taken either whole (ReadAll) or piece by piece (Read); the first ones
/// can be looked at before that.
class InputFile {
 public:
  InputFile() = default;
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// "-" and "" are standard input. An error is one of the file system, with the name in it.
  Status Open(const std::string& name);

  /// As the user knows it: the file's name, or "<stdin>".
  const std::string& name() const { return name_; }

  /// What has been read so far without being taken; `more` reads once more before that, and waits
  /// for it. At the end of the input, or when the room for it is full, it stays as it is.
  Result<std::string_view> Peek(bool more);

  /// All of it, followed by NUL and the padding that Document::Parse wants; valid as long as this
  /// object. More than `limit` bytes are an error of kind kLimitExceeded.
  Result<std::string_view> ReadAll(std::size_t limit);

  /// The next bytes, at most `size`; 0 at the end. Waits for the first of them only.
  Result<std::size_t> Read(char* to, std::size_t size);
  /// Whether Read() would return at once.
  bool ready() const;

  /// A pipe with room for a megabyte moves much more at once. Does nothing to other files.
  void WidenPipe() const;

 private:
  static constexpr std::size_t kHead = 16 * 1024;

  Result<std::size_t> ReadDescriptor(char* to, std::size_t size) const;
  Result<std::string_view> MapAll();
  Result<std::string_view> CollectAll(std::size_t limit);
  Error Failed(int error) const;

  std::string name_;
  int descriptor_ = -1;
  bool owned_ = false;
  bool regular_ = false;
  bool at_end_ = false;
  std::uint64_t file_begin_ = 0;  // of a regular file: where it was read from
  std::uint64_t file_size_ = 0;
  std::size_t head_size_ = 0;
  std::size_t head_taken_ = 0;
  void* mapped_ = nullptr;
  std::size_t mapped_size_ = 0;
  char* collected_ = nullptr;
  std::array<char, kHead + Document::kPadding> head_;  // left as it is: it is filled as it is read
};

}  // namespace aiproxy
