// Runs the transcripts in fixtures/cli against the program, one test for each.
// AIPROXY_UPDATE=1 writes what the program answers into them instead.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/process.h"
#include "cli/transcript.h"

namespace aiproxy {
namespace {

namespace fs = std::filesystem;

fs::path Folder() {
  const char* root = std::getenv("AIPROXY_SOURCE_ROOT");
  return fs::path(root != nullptr ? root : ".") / "fixtures" / "cli";
}

std::vector<fs::path> TranscriptFiles() {
  std::vector<fs::path> files;
  if (!fs::exists(Folder())) return files;
  for (const auto& entry : fs::recursive_directory_iterator(Folder())) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string ReadFile(const fs::path& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool Updates() {
  const char* update = std::getenv("AIPROXY_UPDATE");
  return update != nullptr && std::string(update) == "1";
}

/// A folder of its own for each transcript, so that file names in messages are short and stable.
class Scratch {
 public:
  explicit Scratch(const Transcript& transcript) {
    std::string name = (fs::temp_directory_path() / "aiproxy-transcript-XXXXXX").string();
    path_ = mkdtemp(name.data());
    for (const auto& [file, content] : transcript.files)
      std::ofstream(path_ / file, std::ios::binary) << content;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The transcript with what the program really answers.
Transcript Replayed(const Transcript& transcript) {
  const Scratch scratch(transcript);
  Transcript replayed = transcript;
  for (TranscriptStep& step : replayed.steps) {
    ProcessResult result = RunProgram({.arguments = step.arguments,
                                       .environment = step.environment,
                                       .in = step.in,
                                       .directory = scratch.path().string()});
    step.out = std::move(result.out);
    step.err = std::move(result.err);
    step.exit_code = result.exit_code;
  }
  return replayed;
}

class TranscriptTest : public testing::TestWithParam<fs::path> {};

TEST_P(TranscriptTest, SaysWhatItSaid) {
  const std::string text = ReadFile(GetParam());
  const Transcript transcript = ParseTranscript(text);
  ASSERT_EQ(transcript.problem, "") << GetParam();
  ASSERT_TRUE(fs::exists(Binary())) << "there is no " << Binary() << " (AIPROXY_BINARY)";
  ASSERT_FALSE(transcript.comments.empty()) << GetParam() << ": expected a line that begins with #";
  ASSERT_FALSE(transcript.steps.empty()) << GetParam() << ": expected a line that begins with $";
  const std::string replayed = PrintTranscript(Replayed(transcript));
  if (Updates()) {
    if (replayed != text) std::ofstream(GetParam(), std::ios::binary) << replayed;
    GTEST_SKIP() << "rewritten, not tested";
  }
  EXPECT_EQ(PrintTranscript(transcript), replayed) << GetParam();
}

std::string NameOf(const testing::TestParamInfo<fs::path>& info) {
  std::string name = fs::relative(info.param, Folder()).replace_extension().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cli, TranscriptTest, testing::ValuesIn(TranscriptFiles()), NameOf);

}  // namespace
}  // namespace aiproxy
