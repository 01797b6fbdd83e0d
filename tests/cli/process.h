// Runs a program the way a shell would, and says what came of it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace aiproxy {

struct ProcessResult {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
};

struct ProcessInput {
  std::vector<std::string> arguments = {};    // without the program itself
  std::vector<std::string> environment = {};  // NAME=value, beside PATH
  std::string in = {};
  std::string directory = {};  // where it runs; "" is here
};

/// The program under test: $AIPROXY_BINARY.
std::string Binary();

/// Runs it to its end.
ProcessResult RunProgram(const ProcessInput& input);

/// A running program whose standard input and output are pipes of the test's; standard error goes
/// to a file. A descriptor of -1 given to the constructor means a pipe, else that descriptor is
/// handed on, and kClosed closes it.
class Process {
 public:
  static constexpr int kPipe = -1;
  static constexpr int kClosed = -2;

  explicit Process(const ProcessInput& input, int in = kPipe, int out = kPipe);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Writes to its standard input; false when nobody reads any more.
  bool Write(const std::string& text);
  void CloseInput();
  /// What it writes within the time, up to `enough` bytes; all there is when it ends before.
  std::string Read(std::size_t enough, int milliseconds);
  void CloseOutput();
  /// Waits until all that was written has been read.
  void WaitUntilRead() const;
  /// The most resident memory it has had since it began; 0 when it has ended. (What wait4 tells
  /// would count the memory of the test, too, from which it was forked.)
  long PeakKib() const;
  /// Closes its input, reads what is left, and waits for its end.
  ProcessResult Finish();

 private:
  pid_t child_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string errors_;  // the file that standard error goes to
};

}  // namespace aiproxy
