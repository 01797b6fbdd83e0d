// Streams that are no text, through the program: read from pipes and files, and written as they
// are.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/process.h"

namespace aiproxy {
namespace {

namespace fs = std::filesystem;

fs::path InvokeCase() {
  const char* root = std::getenv("AIPROXY_SOURCE_ROOT");
  return fs::path(root != nullptr ? root : ".") /
         "fixtures/protocols/anthropic-messages/bedrock-invoke-stream";
}

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ProcessResult Translate(std::vector<std::string> arguments, const std::string& in = {}) {
  arguments.insert(arguments.begin(), "translate");
  return RunProgram({.arguments = arguments, .in = in});
}

TEST(CliFramings, BinaryStreamsAreKnownByTheirFirstBytes) {
  const fs::path file = InvokeCase() / "stream.aws-eventstream";
  const std::string expected = ReadFile(InvokeCase() / "golden/openai-chat.stream.sse");
  ASSERT_FALSE(expected.empty());
  for (const std::vector<std::string>& from :
       {std::vector<std::string>{}, {"--from", "claude"}, {"--kind", "stream"}}) {
    std::vector<std::string> arguments{"--to", "openai", "--report", "none"};
    arguments.insert(arguments.end(), from.begin(), from.end());
    const ProcessResult piped = Translate(arguments, ReadFile(file));
    EXPECT_EQ(piped.out, expected) << piped.err;
    EXPECT_EQ(piped.exit_code, 0);
    arguments.push_back(file.string());
    EXPECT_EQ(Translate(arguments).out, expected);
  }
}

TEST(CliFramings, BinaryStreamsAreWrittenAsTheyAre) {
  const std::string binary = ReadFile(InvokeCase() / "stream.aws-eventstream");
  EXPECT_EQ(Translate({"--to", "claude"}, binary).out, binary);
  const ProcessResult text = Translate({"--to", "claude", "--framing", "sse"}, binary);
  EXPECT_TRUE(text.out.starts_with("event: message_start\ndata: {")) << text.out;
  EXPECT_EQ(text.err, "");
  const ProcessResult back =
      Translate({"--to", "claude", "--framing", "aws-invoke-stream"}, text.out);
  EXPECT_EQ(back.out.substr(0, 2), std::string(2, '\0'));
  EXPECT_EQ(Translate({"--to", "claude", "--framing", "sse"}, back.out).out, text.out);
}

TEST(CliFramings, LossesNameTheMessage) {
  const std::string binary = ReadFile(InvokeCase() / "stream.aws-eventstream");
  const ProcessResult result = Translate({"--to", "openai", "--report", "json"}, binary);
  EXPECT_NE(result.err.find("\"pointer\":\"/amazon-bedrock-invocationMetrics\""), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("\"event\":6"), std::string::npos) << result.err;
}

TEST(CliFramings, BrokenMessagesEndInAnError) {
  std::string binary = ReadFile(InvokeCase() / "stream.aws-eventstream");
  binary.resize(binary.size() - 5);
  const ProcessResult result = Translate({"--to", "openai", "--report", "none"}, binary);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("cut off"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("\"error\""), std::string::npos);
}

}  // namespace
}  // namespace aiproxy
