#include "cli/output_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

namespace aiproxy {

namespace {

constexpr int kPipeBytes = 1 << 20;

/// Ends the process as SIGPIPE would have, had the parent not switched it off.
[[noreturn]] void EndAsBrokenPipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  _exit(128 + SIGPIPE);
}

/// Writes all of the pieces; 0, or the errno of what went wrong.
int WriteAll(int descriptor, std::span<iovec> pieces) {
  while (!pieces.empty()) {
    const ssize_t result = writev(descriptor, pieces.data(), static_cast<int>(pieces.size()));
    if (result < 0 && errno == EINTR) continue;
    if (result < 0 && errno == EAGAIN) {
      pollfd wait{.fd = descriptor, .events = POLLOUT, .revents = 0};
      poll(&wait, 1, -1);
      continue;
    }
    if (result < 0 && errno == EPIPE) EndAsBrokenPipe();
    if (result < 0) return errno;
    auto written = static_cast<std::size_t>(result);
    while (!pieces.empty() && written >= pieces.front().iov_len) {
      written -= pieces.front().iov_len;
      pieces = pieces.subspan(1);
    }
    if (!pieces.empty()) {
      pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + written;
      pieces.front().iov_len -= written;
    }
  }
  return 0;
}

iovec PieceOf(std::string_view bytes) {
  // writev only reads; iovec has one type for both directions.
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

int AboveStandardStreams(int descriptor) {
  if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
  const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int error = errno;
  close(descriptor);
  errno = error;
  return copy;
}

OutputFile::~OutputFile() {
  if (owned_) close(descriptor_);
}

void OutputFile::Use(int descriptor, std::string name) {
  descriptor_ = descriptor;
  name_ = std::move(name);
}

Status OutputFile::Create(const std::string& name) {
  name_ = name;
  constexpr int kMode = 0666;
  descriptor_ =
      AboveStandardStreams(open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (descriptor_ < 0) return Failed("cannot create", errno);
  owned_ = true;
  return Ok();
}

Status OutputFile::Write(const Output& output) {
  constexpr std::size_t kAtOnce = 64;
  std::array<iovec, kAtOnce> pieces;
  std::size_t count = 0;
  int error = 0;
  output.ForEachPiece([&](std::string_view piece) {
    pieces.at(count++) = PieceOf(piece);
    if (count == kAtOnce && error == 0) {
      error = WriteAll(descriptor_, pieces);
      count = 0;
    }
  });
  if (error == 0 && count != 0) error = WriteAll(descriptor_, std::span(pieces).first(count));
  return error == 0 ? Ok() : Failed("cannot write", error);
}

Status OutputFile::Write(std::string_view text) {
  if (text.empty()) return Ok();
  std::array<iovec, 1> pieces{PieceOf(text)};
  const int error = WriteAll(descriptor_, pieces);
  return error == 0 ? Ok() : Failed("cannot write", error);
}

Status OutputFile::Close() {
  if (!owned_) return Ok();
  owned_ = false;
  const int result = close(std::exchange(descriptor_, -1));
  return result == 0 || errno == EINTR ? Ok() : Failed("cannot write", errno);
}

void OutputFile::WidenPipe() const { fcntl(descriptor_, F_SETPIPE_SZ, kPipeBytes); }

Status OutputFile::Failed(const char* what, int error) const {
  return Error{.message = std::string(what) + " " + name_ + ": " + std::strerror(error),
               .pointer = {}};
}

}  // namespace aiproxy
