// The report of inputs with very many findings: whole, valid, and in time.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/process.h"

namespace aiproxy {
namespace {

constexpr int kMany = 100'000;

/// A request with as many members that nobody knows; looking each of them up would take minutes.
std::string Request() {
  std::string text = R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}])";
  for (int i = 0; i < kMany; ++i) text += ",\"x" + std::to_string(i) + "\":0";
  return text + "}\n";
}

ProcessResult Report(const std::string& format, bool lines) {
  ProcessInput input{
      .arguments = {"translate", "--from", "openai-chat", "--to", "claude", "--report", format}};
  if (lines) input.arguments.emplace_back("--lines");
  input.in = Request();
  return RunProgram(input);
}

TEST(LargeReport, AsText) {
  const ProcessResult result = Report("text", false);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), kMany);
  EXPECT_NE(result.err.find("<stdin>:/x99999: warning: 'x99999' has no place in "),
            std::string::npos);
}

TEST(LargeReport, AsJson) {
  for (bool lines : {false, true}) {
    const ProcessResult result = Report("json", lines);
    EXPECT_EQ(result.exit_code, 0);
    const auto report = nlohmann::json::parse(result.err, nullptr, false);
    ASSERT_EQ(report.size(), static_cast<std::size_t>(kMany));
    EXPECT_EQ(report.back()["pointer"], "/x99999");
  }
}

TEST(LargeReport, OfLinesSaysHowManyAreNotListed) {
  const ProcessResult result = Report("text", true);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1001);
  EXPECT_NE(result.err.find("note: 99000 more findings of other kinds are not listed\n"),
            std::string::npos);
}

}  // namespace
}  // namespace aiproxy
