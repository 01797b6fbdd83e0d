#include "cli/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

namespace aiproxy {

namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string NewFile() {
  std::string name = (std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "/tmp");
  name += "/aiproxy-cli-test-XXXXXX";
  close(mkstemp(name.data()));
  return name;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

void Place(int descriptor, int target) {
  if (descriptor == Process::kClosed)
    close(target);
  else
    dup2(descriptor, target);
}

/// In the child: never returns.
[[noreturn]] void Become(const ProcessInput& input, int in, int out, const std::string& errors) {
  Place(in, STDIN_FILENO);
  Place(out, STDOUT_FILENO);
  Place(open(errors.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC), STDERR_FILENO);
  if (!input.directory.empty() && chdir(input.directory.c_str()) != 0) _exit(126);
  std::signal(SIGPIPE, SIG_DFL);
  std::vector<std::string> words = {"aiproxy"};
  words.insert(words.end(), input.arguments.begin(), input.arguments.end());
  std::vector<std::string> environment = input.environment;
  environment.emplace_back("PATH=/usr/bin:/bin");
  execve(Binary().c_str(), Pointers(words).data(), Pointers(environment).data());
  _exit(127);
}

}  // namespace

std::string Binary() {
  const char* binary = std::getenv("AIPROXY_BINARY");
  return binary == nullptr ? "build/aiproxy" : binary;
}

ProcessResult RunProgram(const ProcessInput& input) {
  Process process(input);
  std::thread writer([&] {
    process.Write(input.in);
    process.CloseInput();
  });
  std::string out;
  constexpr int kForever = 60'000;
  for (std::string some; !(some = process.Read(1, kForever)).empty();) out += some;
  writer.join();
  ProcessResult result = process.Finish();
  result.out = std::move(out);
  return result;
}

Process::Process(const ProcessInput& input, int in, int out) : errors_(NewFile()) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> in_pipe = {in, -1};
  std::array<int, 2> out_pipe = {-1, out};
  if (in == kPipe && pipe2(in_pipe.data(), O_CLOEXEC) != 0) std::abort();
  if (out == kPipe && pipe2(out_pipe.data(), O_CLOEXEC) != 0) std::abort();
  child_ = fork();
  if (child_ == 0) Become(input, in_pipe[0], out_pipe[1], errors_);
  if (in == kPipe) close(in_pipe[0]);
  if (out == kPipe) close(out_pipe[1]);
  in_ = in_pipe[1];
  out_ = out_pipe[0];
}

Process::~Process() {
  CloseInput();
  CloseOutput();
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  unlink(errors_.c_str());
}

bool Process::Write(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = write(in_, text.data() + done, text.size() - done);
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  return true;
}

void Process::CloseInput() {
  if (in_ >= 0) close(std::exchange(in_, -1));
}

void Process::CloseOutput() {
  if (out_ >= 0) close(std::exchange(out_, -1));
}

void Process::WaitUntilRead() const {
  constexpr int kTries = 30'000;
  int waiting = 1;
  for (int i = 0; i < kTries && waiting > 0; ++i) {
    // The other end is closed when the program has ended: nobody will read the rest.
    pollfd state{.fd = in_, .events = 0, .revents = 0};
    if (poll(&state, 1, 0) < 0 || (state.revents & POLLERR) != 0) return;
    if (ioctl(in_, FIONREAD, &waiting) != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

long Process::PeakKib() const {
  std::ifstream status("/proc/" + std::to_string(child_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(line.find(':') + 1));
  }
  return 0;
}

std::string Process::Read(std::size_t enough, int milliseconds) {
  std::string text;
  std::array<char, 65536> buffer;
  while (text.size() < enough) {
    pollfd wait{.fd = out_, .events = POLLIN, .revents = 0};
    if (poll(&wait, 1, milliseconds) <= 0) break;
    const ssize_t count = read(out_, buffer.data(), buffer.size());
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

ProcessResult Process::Finish() {
  CloseInput();
  ProcessResult result;
  constexpr int kForever = 60'000;
  if (out_ >= 0) {
    for (std::string some; !(some = Read(1, kForever)).empty();) result.out += some;
  }
  int status = 0;
  waitpid(std::exchange(child_, -1), &status, 0);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.err = ReadFile(errors_);
  return result;
}

}  // namespace aiproxy
