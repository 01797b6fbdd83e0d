#include "core/stream/grammar_checker.h"

#include <gtest/gtest.h>

#include <string>

#include "core/stream/event_script.h"

namespace aiproxy {
namespace {

using testing::LineRecorder;
using testing::Lines;
using testing::Play;
using testing::Translation;

const std::string kStart = "{'event':'start'}";
const std::string kEnd = "{'event':'end'}";
const std::string kError = "{'event':'error'}";
const std::string kUsage = "{'event':'usage'}";

std::string Begin(int block, int candidate = 0, const std::string& kind = "text") {
  return "{'event':'block_start','block':" + std::to_string(block) +
         ",'candidate':" + std::to_string(candidate) + ",'kind':'" + kind + "'}";
}
std::string OpaqueBegin(int block) {
  return "{'event':'block_start','block':" + std::to_string(block) + ",'kind':'opaque','value':1}";
}
std::string Piece(int block, const std::string& what = "'text':'x'") {
  return "{'event':'block_delta','block':" + std::to_string(block) + "," + what + "}";
}
std::string Stop(int block) {
  return "{'event':'block_end','block':" + std::to_string(block) + "}";
}
std::string Cite(int block) {
  return "{'event':'block_citation','block':" + std::to_string(block) + ",'citation':{}}";
}
std::string Finish(int candidate = 0) {
  return "{'event':'finish','candidate':" + std::to_string(candidate) + "}";
}

std::string Check(const Lines& lines) {
  Translation translation;
  LineRecorder recorder;
  GrammarChecker checker(recorder);
  // The neutral decoder reads nothing after an end: one for each event.
  for (const std::string& line : lines) {
    std::string message = Play({line}, translation, checker);
    if (!message.empty()) return message;
  }
  EXPECT_EQ(recorder.lines().size(), lines.size());
  return checker.complete() ? "complete" : "";
}

TEST(GrammarChecker, KeptGrammar) {
  EXPECT_EQ(Check({kStart, kEnd}), "complete");
  EXPECT_EQ(Check({kError}), "complete");
  EXPECT_EQ(Check({kStart, Begin(0), Piece(0), kError}), "complete");
  EXPECT_EQ(Check({kStart, Begin(0), Piece(0), Cite(0), Stop(0), Begin(1), Stop(1), Finish(),
                   kUsage, kEnd}),
            "complete");
  EXPECT_EQ(Check({kStart, Begin(0, 0), Begin(1, 1), Piece(0), Piece(1), Stop(0), Finish(0),
                   Begin(2, 2), Stop(1), Stop(2), Finish(1), kEnd}),
            "complete");
  EXPECT_EQ(Check({kStart, kUsage, "{'event':'metadata'}", "{'event':'opaque','value':{}}",
                   Begin(0), kUsage}),
            "");
  EXPECT_EQ(Check({kStart, Begin(0, 0, "reasoning"), Piece(0, "'signature':'s'"), Stop(0),
                   OpaqueBegin(1), Piece(1, "'value':{}")}),
            "");
}

TEST(GrammarChecker, BrokenRules) {
  struct Broken {
    Lines lines;
    std::string rule;
  };
  const Broken broken_cases[] = {
      {{kEnd}, "an event before the start of the stream"},
      {{Begin(0)}, "an event before the start of the stream"},
      {{kUsage}, "an event before the start of the stream"},
      {{kStart, kStart}, "a second start"},
      {{kStart, kEnd, kUsage}, "an event after the end of the stream"},
      {{kStart, kEnd, kEnd}, "an event after the end of the stream"},
      {{kError, kError}, "an event after the end of the stream"},
      {{kStart, kError, kStart}, "an event after the end of the stream"},
      {{kStart, Begin(1)}, "blocks are not numbered from 0 without gaps"},
      {{kStart, Begin(0), Stop(0), Begin(0)}, "blocks are not numbered from 0 without gaps"},
      {{kStart, Begin(0), Begin(1)}, "a block starts while another block of its candidate is open"},
      {{kStart, Begin(0), Stop(0), Finish(), Begin(1)},
       "a block starts after the finish of its candidate"},
      {{kStart, Piece(0)}, "a piece for a block that is not open"},
      {{kStart, Begin(0), Stop(0), Piece(0)}, "a piece for a block that is not open"},
      {{kStart, Begin(0), Piece(1)}, "a piece for a block that is not open"},
      {{kStart, Cite(0)}, "a citation for a block that is not open"},
      {{kStart, Stop(0)}, "the end of a block that is not open"},
      {{kStart, Begin(0), Stop(0), Stop(0)}, "the end of a block that is not open"},
      {{kStart, Begin(0), Finish()}, "a candidate finishes while a block of it is open"},
      {{kStart, Finish(), Finish()}, "a candidate finishes twice"},
      {{kStart, Begin(0), kEnd}, "the stream ends while a block is open"},
      {{kStart, OpaqueBegin(0), Piece(0)}, "text in an opaque block"},
      {{kStart, Begin(0), Piece(0, "'signature':'s'")},
       "a signature in a block that is not reasoning"},
  };
  for (const Broken& one : broken_cases) {
    EXPECT_EQ(Check(one.lines), "the stream breaks the order of events: " + one.rule);
  }
}

TEST(GrammarChecker, LimitOfCandidates) {
  LineRecorder recorder;
  GrammarChecker checker(recorder);
  ASSERT_TRUE(checker.OnEvent(StreamStart{}).has_value());
  StreamFinish finish;
  for (; finish.candidate < GrammarChecker::kMaxCandidates; ++finish.candidate) {
    ASSERT_TRUE(checker.OnEvent(finish).has_value());
  }
  BlockStart start;
  start.candidate = 1763888400;
  EXPECT_FALSE(checker.OnEvent(start).has_value());
  Status status = checker.OnEvent(finish);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

}  // namespace
}  // namespace aiproxy
