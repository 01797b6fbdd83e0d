#include "cli/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/output_file.h"

namespace aiproxy {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kPopulated = 128 * 1024;  // from here on the pages are asked for at once
constexpr int kPipeBytes = 1 << 20;

Error TooLarge(std::size_t limit) {
  return {.kind = ErrorKind::kLimitExceeded,
          .message = "the input is larger than " + std::to_string(limit >> 20) + " MiB",
          .pointer = {}};
}

}  // namespace

InputFile::~InputFile() {
  if (mapped_ != nullptr) munmap(mapped_, mapped_size_);
  std::free(collected_);
  if (owned_) close(descriptor_);
}

Status InputFile::Open(const std::string& name) {
  const bool standard = name.empty() || name == "-";
  name_ = standard ? "<stdin>" : name;
  descriptor_ =
      standard ? STDIN_FILENO : AboveStandardStreams(open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor_ < 0) return Failed(errno);
  owned_ = !standard;
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) return Failed(errno);
  if (S_ISDIR(status.st_mode)) return Failed(EISDIR);
  // What /proc makes up is regular, and of size 0 all the same.
  regular_ = S_ISREG(status.st_mode) && status.st_size > 0;
  if (!regular_) return Ok();
  const off_t at = standard ? lseek(descriptor_, 0, SEEK_CUR) : 0;
  file_begin_ = at < 0 ? 0 : static_cast<std::uint64_t>(at);
  file_size_ = static_cast<std::uint64_t>(status.st_size);
  return Ok();
}

Result<std::string_view> InputFile::Peek(bool more) {
  if (more && !at_end_ && head_size_ < kHead) {
    auto count = ReadDescriptor(head_.data() + head_size_, kHead - head_size_);
    if (!count) return count.error();
    head_size_ += *count;
    at_end_ = *count == 0 || (regular_ && file_begin_ + head_size_ >= file_size_);
  }
  return std::string_view(head_.data() + head_taken_, head_size_ - head_taken_);
}

Result<std::string_view> InputFile::ReadAll(std::size_t limit) {
  if (regular_ && file_size_ > file_begin_ && file_size_ - file_begin_ > limit)
    return TooLarge(limit);
  while (!at_end_ && head_size_ < kHead) {
    if (auto head = Peek(true); !head) return head.error();
  }
  if (at_end_) {
    std::memset(head_.data() + head_size_, 0, Document::kPadding);
    return std::string_view(head_.data(), head_size_);
  }
  return regular_ ? MapAll() : CollectAll(limit);
}

/// The file is laid over memory that is one page longer, so that there are zeros after its end.
Result<std::string_view> InputFile::MapAll() {
  const std::size_t size = file_size_;
  mapped_size_ = (size + kPage - 1) / kPage * kPage + kPage;
  constexpr int kReserve = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void* room = mmap(nullptr, mapped_size_, PROT_READ, kReserve, -1, 0);
  if (room == MAP_FAILED) return Failed(errno);
  mapped_ = room;
  const int populate = size >= kPopulated ? MAP_POPULATE : 0;
  if (mmap(room, size, PROT_READ, MAP_PRIVATE | MAP_FIXED | populate, descriptor_, 0) == MAP_FAILED)
    return Failed(errno);
  return std::string_view(static_cast<const char*>(room), size).substr(file_begin_);
}

/// realloc moves large blocks by their page tables, and leaves what is new as it is.
Result<std::string_view> InputFile::CollectAll(std::size_t limit) {
  WidenPipe();
  std::size_t capacity = 256 * 1024;
  std::size_t size = head_size_;
  collected_ = static_cast<char*>(std::malloc(capacity));
  if (collected_ == nullptr) return Failed(ENOMEM);
  std::memcpy(collected_, head_.data(), head_size_);
  for (;;) {
    if (capacity - size < Document::kPadding + kPage) {
      auto* larger = static_cast<char*>(std::realloc(collected_, capacity *= 2));
      if (larger == nullptr) return Failed(ENOMEM);
      collected_ = larger;
    }
    auto count = ReadDescriptor(collected_ + size, capacity - size - Document::kPadding);
    if (!count) return count.error();
    if (*count == 0) break;
    size += *count;
    if (size > limit) return TooLarge(limit);
  }
  std::memset(collected_ + size, 0, Document::kPadding);
  return std::string_view(collected_, size);
}

Result<std::size_t> InputFile::Read(char* to, std::size_t size) {
  if (head_taken_ < head_size_) {
    const std::size_t count = std::min(size, head_size_ - head_taken_);
    std::memcpy(to, head_.data() + head_taken_, count);
    head_taken_ += count;
    return count;
  }
  return at_end_ ? 0 : ReadDescriptor(to, size);
}

bool InputFile::ready() const {
  if (regular_ || at_end_ || head_taken_ < head_size_) return true;
  pollfd wait{.fd = descriptor_, .events = POLLIN, .revents = 0};
  return poll(&wait, 1, 0) != 0;
}

void InputFile::WidenPipe() const { fcntl(descriptor_, F_SETPIPE_SZ, kPipeBytes); }

Result<std::size_t> InputFile::ReadDescriptor(char* to, std::size_t size) const {
  for (;;) {
    const ssize_t count = read(descriptor_, to, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN) {
      pollfd wait{.fd = descriptor_, .events = POLLIN, .revents = 0};
      poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return Failed(errno);
    }
  }
}

Error InputFile::Failed(int error) const {
  return {.message = "cannot read " + name_ + ": " + std::strerror(error), .pointer = {}};
}

}  // namespace aiproxy
