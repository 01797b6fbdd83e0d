// What a transcript cannot say: pipes, closed and broken outputs, large inputs, flat memory, order.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/process.h"

namespace aiproxy {
namespace {

namespace fs = std::filesystem;

constexpr int kSoon = 20'000;  // milliseconds; how long a loaded machine may take for one event

const std::string kRequest =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"max_tokens":9})";

std::string Chunk(const std::string& text) {
  return R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,)"
         R"("delta":{"content":")" +
         text + "\"},\"finish_reason\":null}]}\n\n";
}

const std::string kStreamStart =
    R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,)"
    "\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitised = true;
#elif defined(__has_feature)
constexpr bool kSanitised = __has_feature(address_sanitizer);
#else
constexpr bool kSanitised = false;
#endif

ProcessInput Translate(std::vector<std::string> more) {
  std::vector<std::string> arguments = {"translate", "--from", "openai-chat", "--to", "claude"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return {.arguments = std::move(arguments)};
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content = {}) {
    name_ = (fs::temp_directory_path() / "aiproxy-input-XXXXXX").string();
    close(mkstemp(name_.data()));
    if (!content.empty()) std::ofstream(name_, std::ios::binary) << content;
  }
  ~TemporaryFile() { fs::remove(name_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

TEST(Output, ClosedStdoutIsAnError) {
  Process process(Translate({}), Process::kPipe, Process::kClosed);
  process.Write(kRequest);
  const ProcessResult result = process.Finish();
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_NE(result.err.find("cannot write <stdout>"), std::string::npos) << result.err;
}

TEST(Output, ClosedStdoutDoesNotWriteIntoTheReport) {
  const TemporaryFile report;
  Process process(Translate({"--report-file", report.name()}), Process::kPipe, Process::kClosed);
  process.Write(kRequest);
  EXPECT_EQ(process.Finish().exit_code, 5);
  std::ifstream file(report.name());
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line.find("\"model\""), std::string::npos) << line;
}

TEST(Output, FullDeviceIsAnError) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Process process(Translate({}), Process::kPipe, full);
  process.Write(kRequest);
  const ProcessResult result = process.Finish();
  close(full);
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_NE(result.err.find("No space left"), std::string::npos) << result.err;
}

TEST(Output, BrokenPipeEndsQuietly) {
  Process process(Translate({"--lines", "--report", "none"}));
  ASSERT_TRUE(process.Write(kRequest + "\n"));
  ASSERT_FALSE(process.Read(1, kSoon).empty());
  process.CloseOutput();
  while (process.Write(kRequest + "\n")) {
  }
  const ProcessResult result = process.Finish();
  EXPECT_EQ(result.signal, SIGPIPE);
  EXPECT_EQ(result.err, "");
}

TEST(Input, DirectoryAndMissingFileAreErrors) {
  ProcessResult result = RunProgram(Translate({"/"}));
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.err, "aiproxy: error: cannot read /: Is a directory\n");
  result = RunProgram(Translate({"/nowhere/x.json"}));
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.err, "aiproxy: error: cannot read /nowhere/x.json: No such file or directory\n");
  EXPECT_EQ(result.out, "");
}

TEST(Input, ClosedStdinIsAnError) {
  Process process(Translate({}), Process::kClosed);
  EXPECT_EQ(process.Finish().exit_code, 5);
}

TEST(Input, StdinThatIsAFileIsReadFromWhereItStands) {
  const TemporaryFile file("first line\n" + kRequest);
  const int descriptor = open(file.name().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(lseek(descriptor, 11, SEEK_SET), 11);
  Process process(Translate({"--report", "none"}), descriptor);
  const ProcessResult result = process.Finish();
  close(descriptor);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("\"gpt-4o\""), std::string::npos) << result.out;
}

/// A file whose size is a multiple of the page's has no zeros of its own behind it.
TEST(Input, FilesOfWholePagesAreReadToTheEnd) {
  for (const std::size_t size : {4096U, 16384U, 20480U, 65536U, 262144U}) {
    const std::string padded = kRequest + std::string(size - kRequest.size(), '\n');
    const TemporaryFile file(padded);
    ProcessInput input{.arguments = {"translate", "--to", "openai-chat", file.name()}};
    EXPECT_EQ(RunProgram(input).out, padded) << size;
    input.arguments.pop_back();
    input.in = padded;
    EXPECT_EQ(RunProgram(input).out, padded) << size << " from a pipe";
  }
}

TEST(Streams, EachEventIsWrittenWhenItIsRead) {
  Process process(Translate({}));
  ASSERT_TRUE(process.Write(kStreamStart));
  EXPECT_NE(process.Read(1, kSoon).find("message_start"), std::string::npos);
  for (const char* text : {"one", "two", "three"}) {
    ASSERT_TRUE(process.Write(Chunk(text)));
    std::string seen;
    while (seen.find(text) == std::string::npos) {
      const std::string some = process.Read(1, kSoon);
      ASSERT_FALSE(some.empty()) << "nothing came for " << text;
      seen += some;
    }
  }
}

TEST(Streams, BytesMayComeOneByOne) {
  const std::string stream = kStreamStart + Chunk("Hi");
  Process process(Translate({"--report", "none"}));
  for (const char c : stream) ASSERT_TRUE(process.Write(std::string(1, c)));
  const ProcessResult result = process.Finish();
  EXPECT_NE(result.out.find("Hi"), std::string::npos);
  EXPECT_EQ(result.exit_code, 3);  // it was cut off
}

TEST(Lines, EachLineIsWrittenWhenItIsRead) {
  for (const char* jobs : {"1", "3"}) {
    Process process(Translate({"--lines", "--jobs", jobs}));
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(process.Write(kRequest + "\n"));
      EXPECT_NE(process.Read(1, kSoon).find("gpt-4o"), std::string::npos) << "with " << jobs;
    }
    EXPECT_EQ(process.Finish().exit_code, 0);
  }
}

std::string NumberedLines(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += R"({"model":"m)" + std::to_string(i) + R"(","messages":[{"role":"user","content":")" +
             std::string(static_cast<std::size_t>(i % 700), 'x') + "\"}],\"max_tokens\":1}\n";
  }
  return lines;
}

TEST(Lines, ManyJobsKeepTheOrder) {
  ProcessInput input = Translate({"--lines", "--keep-going"});
  input.in = NumberedLines(20000);
  input.in.insert(input.in.find("{\"model\":\"m7777\""), "broken\n");
  const ProcessResult one = RunProgram(input);
  EXPECT_EQ(one.exit_code, 3);
  EXPECT_NE(one.out.find("{\"error\":{\"line\":7778,"), std::string::npos);
  for (const char* jobs : {"2", "3", "8"}) {
    ProcessInput several = input;
    several.arguments.insert(several.arguments.end(), {"--jobs", jobs});
    const ProcessResult result = RunProgram(several);
    EXPECT_TRUE(result.out == one.out) << "with " << jobs;
    EXPECT_EQ(result.err, one.err) << "with " << jobs;
    EXPECT_EQ(result.exit_code, 3);
  }
}

TEST(Lines, ABadLineEndsEverythingAfterTheLinesBeforeIt) {
  ProcessInput input = Translate({"--lines", "--report", "none"});
  input.in = kRequest + "\n" + kRequest + "\nbroken\n" + kRequest + "\n";
  for (const char* jobs : {"1", "2"}) {
    input.arguments.insert(input.arguments.end(), {"--jobs", jobs});
    const ProcessResult result = RunProgram(input);
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2);
    EXPECT_EQ(result.err, "<stdin>:3:1: error: expected a JSON value, got 'b'\n");
  }
}

TEST(Lines, ALineOverTheLimitIsSkipped) {
  Process process(Translate({"--lines", "--keep-going", "--report", "none"}));
  const std::string piece(1 << 20, 'x');
  ASSERT_TRUE(process.Write(kRequest + "\n{\"model\":\""));
  constexpr int kMegabytes = 200;
  for (int i = 0; i < kMegabytes; ++i) ASSERT_TRUE(process.Write(piece));
  ASSERT_TRUE(process.Write("\"}\n" + kRequest + "\n"));
  process.WaitUntilRead();
  const long peak_kib = process.PeakKib();
  const ProcessResult result = process.Finish();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
  EXPECT_NE(
      result.out.find("{\"error\":{\"line\":2,\"message\":\"the line is longer than 64 MiB\"}}"),
      std::string::npos);
  EXPECT_NE(result.err.find("<stdin>:2: error: the line is longer than 64 MiB"), std::string::npos);
  if (!kSanitised) {
    EXPECT_GT(peak_kib, 60 * 1024);
    EXPECT_LT(peak_kib, 140 * 1024);
  }
}

/// Feeds the text over and over; gives the most memory that was used, in KiB.
long PeakOfEndless(const ProcessInput& input, const std::string& begin, const std::string& text,
                   int times) {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  Process process(input, Process::kPipe, nowhere);
  process.Write(begin);
  for (int i = 0; i < times; ++i) process.Write(text);
  process.WaitUntilRead();
  const long peak_kib = process.PeakKib();
  close(nowhere);
  return peak_kib;
}

TEST(Memory, IsFlatForManyLines) {
  if (kSanitised) GTEST_SKIP() << "the sanitiser keeps what is freed";
  const long peak_kib = PeakOfEndless(Translate({"--lines"}), "", NumberedLines(1000), 150);
  EXPECT_GT(peak_kib, 0);
  EXPECT_LT(peak_kib, 6 * 1024);
}

TEST(Memory, IsFlatForALongStream) {
  if (kSanitised) GTEST_SKIP() << "the sanitiser keeps what is freed";
  std::string chunks;
  for (int i = 0; i < 1000; ++i) chunks += Chunk("some words");
  const long peak_kib = PeakOfEndless(Translate({}), kStreamStart, chunks, 300);
  EXPECT_GT(peak_kib, 0);
  EXPECT_LT(peak_kib, 6 * 1024);
}

TEST(Memory, OfOneLargeFileIsLittleMoreThanTheFile) {
  if (kSanitised) GTEST_SKIP() << "the sanitiser keeps what is freed";
  const std::string picture(16U << 20, 'A');
  const TemporaryFile file(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":")" +
                           picture + "\"}]}");
  Process process(Translate({file.name()}));
  std::string out = process.Read(1, kSoon);  // now the rest waits for its reader
  const long peak_kib = process.PeakKib();
  const ProcessResult result = process.Finish();
  out += result.out;
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_GT(out.size(), picture.size());
  EXPECT_GT(peak_kib, 16 * 1024);
  EXPECT_LT(peak_kib, 20 * 1024);
}

TEST(Report, IsValidWhenItHasManyFindings) {
  const TemporaryFile report;
  std::string line =
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"extra":1})";
  ProcessInput input = Translate({"--lines", "--report", "json", "--report-file", report.name()});
  for (int i = 0; i < 5000; ++i) input.in += line + "\n";
  const ProcessResult result = RunProgram(input);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  std::ifstream file(report.name());
  std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(all.substr(0, 2), "[\n");
  EXPECT_EQ(all.substr(all.size() - 3), "\n]\n");
  EXPECT_NE(all.find("\"pointer\":\"/extra\""), std::string::npos);
  EXPECT_NE(all.find("\"line\":5000"), std::string::npos);
}

}  // namespace
}  // namespace aiproxy
