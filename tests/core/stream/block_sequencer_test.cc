#include "core/stream/block_sequencer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/stream/event_script.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

using testing::LineRecorder;
using testing::Lines;
using testing::Translation;

/// A wire that lets blocks interleave. Commands: "+ab" opens block b of candidate a; "b:text"
/// appends, "b^url" cites, "-b" closes; "!a" closes all of candidate a, "!" closes everything.
class Wire {
 public:
  explicit Wire(const Limits& limits = {}) : checker_(recorder_), sequencer_(limits) {
    sequencer_.Attach(translation_.context);
    EXPECT_TRUE(checker_.OnEvent(StreamStart{}).has_value());
  }

  /// Returns the first error's message, or "".
  std::string Run(const std::vector<std::string>& commands) {
    for (const std::string& command : commands) {
      if (Status status = Do(command); !status) {
        kind_ = status.error().kind;
        return status.error().message;
      }
    }
    return "";
  }

  /// The events in short: "0+tool_call.1 0:text 0-".
  std::string Events() const {
    std::string out;
    for (const std::string& line : recorder_.lines()) {
      if (line.find("'start'") != line.npos) continue;
      if (!out.empty()) out += ' ';
      std::string block = Member(line, "block");
      if (line.find("block_start") != line.npos)
        out += block + "+" + Member(line, "tool_name");
      else if (line.find("block_delta") != line.npos)
        out += block + ":" + Member(line, "text");
      else if (line.find("block_citation") != line.npos)
        out += block + "^" + Member(line, "url");
      else
        out += block + "-";
    }
    return out;
  }

  BlockSequencer& sequencer() { return sequencer_; }
  std::uint32_t handle(char name) const { return handles_[static_cast<unsigned char>(name)]; }
  ErrorKind kind() const { return kind_; }

 private:
  Status Do(const std::string& command) {
    // What is handed over is gone after the call.
    std::string text = command.size() > 2 ? command.substr(2) : "";
    if (command[0] == '+') {
      BlockStart start;
      start.block = 77;
      start.candidate = static_cast<std::uint32_t>(command[1] - '0');
      start.kind = BlockKind::kToolCall;
      start.tool_name = Text::Plain(text);
      return sequencer_.Open(start, handles_[static_cast<unsigned char>(command[2])], checker_);
    }
    if (command == "!") return sequencer_.CloseAll(checker_);
    if (command[0] == '!')
      return sequencer_.CloseAll(static_cast<std::uint32_t>(command[1] - '0'), checker_);
    if (command[0] == '-') return sequencer_.Close(handle(command[1]), checker_);
    if (command[1] == '^') {
      Citation citation;
      citation.url = Text::Plain(text);
      return sequencer_.Cite(handle(command[0]), citation, checker_);
    }
    BlockDelta delta;
    delta.block = 99;
    delta.text = Text::Plain(text);
    return sequencer_.Append(handle(command[0]), delta, checker_);
  }

  static std::string Member(const std::string& line, const std::string& name) {
    std::size_t at = line.find("'" + name + "':");
    if (at == line.npos) return "";
    at += name.size() + 3;
    bool string = line[at] == '\'';
    return line.substr(at + string, line.find_first_of(string ? "'" : ",}", at + 1) - at - string);
  }

  Translation translation_;
  LineRecorder recorder_;
  GrammarChecker checker_;
  BlockSequencer sequencer_;
  std::uint32_t handles_[256] = {};
  ErrorKind kind_ = ErrorKind::kInvalidInput;
};

struct Interleaving {
  std::vector<std::string> commands;
  std::string events;
};

TEST(BlockSequencer, Interleavings) {
  const Interleaving cases[] = {
      {{"+0a", "a:1", "a:2", "-a", "+0b", "b:3", "-b"}, "0+a 0:1 0:2 0- 1+b 1:3 1-"},
      // P011: pieces of parallel calls take turns
      {{"+0a", "a:1", "+0b", "b:2", "a:3", "b:4", "-a", "b:5", "-b"},
       "0+a 0:1 0:3 0- 1+b 1:2 1:4 1:5 1-"},
      // the waiting one is complete first
      {{"+0a", "+0b", "b:2", "-b", "a:1", "-a"}, "0+a 0:1 0- 1+b 1:2 1-"},
      // replay in the order of opening
      {{"+0a", "+0b", "+0c", "c:3", "-c", "b:2", "a:1", "-a", "b:4", "-b"},
       "0+a 0:1 0- 1+b 1:2 1:4 1- 2+c 2:3 2-"},
      {{"+0a", "+0b", "+0c", "+0d", "-c", "-b", "d:1", "-a", "d:2", "-d"},
       "0+a 0- 1+b 1- 2+c 2- 3+d 3:1 3:2 3-"},
      // citations keep their place
      {{"+0a", "+0b", "b:1", "b^u", "b:2", "a^v", "-a", "-b"}, "0+a 0^v 0- 1+b 1:1 1^u 1:2 1-"},
      // candidates do not wait for each other; numbers are in the order of going out
      {{"+0a", "+1b", "+0c", "+1d", "b:1", "a:2", "c:3", "d:4", "-b", "-a", "-d", "-c"},
       "0+a 1+b 1:1 0:2 1- 2+d 2:4 0- 3+c 3:3 2- 3-"},
      {{"+0a", "+0b", "+1c", "b:1", "!0", "c:2", "!1"}, "0+a 1+c 0- 2+b 2:1 2- 1:2 1-"},
      {{"+0a", "+0b", "+1c", "-b", "!"}, "0+a 1+c 0- 2+b 2- 1-"},
      {{"!0", "!", "+0a", "-a", "!0"}, "0+a 0-"},
  };
  for (const Interleaving& one : cases) {
    Wire wire;
    EXPECT_EQ(wire.Run(one.commands), "");
    EXPECT_EQ(wire.Events(), one.events);
    EXPECT_EQ(wire.sequencer().open_count(), 0u);
  }
}

TEST(BlockSequencer, CountsOpenBlocks) {
  Wire wire;
  EXPECT_EQ(wire.Run({"+0a", "+0b", "+1c", "-b"}), "");
  EXPECT_EQ(wire.sequencer().open_count(), 2u);
  EXPECT_TRUE(wire.sequencer().is_open(wire.handle('a')));
  EXPECT_FALSE(wire.sequencer().is_open(wire.handle('b')));
}

TEST(BlockSequencer, StaleHandles) {
  for (const char* late : {"a:x", "-a", "a^u"}) {
    Wire wire;
    EXPECT_EQ(wire.Run({"+0a", "-a", "+0b", late}), "a piece came for a block that is not open")
        << late;
  }
  Wire wire;
  EXPECT_EQ(wire.Run({"+0a", "+0b", "-b", "b:x"}), "a piece came for a block that is not open");
}

TEST(BlockSequencer, LimitOfOpenBlocks) {
  Limits limits;
  limits.max_open_blocks = 2;
  Wire wire(limits);
  EXPECT_EQ(wire.Run({"+0a", "+0b", "-b", "+0c"}),
            "more than 2 blocks of the stream are open or wait for their turn");
  EXPECT_EQ(wire.kind(), ErrorKind::kLimitExceeded);
}

TEST(BlockSequencer, LimitOfHeldBytes) {
  Limits limits;
  limits.max_accumulated_bytes = 10000;
  std::string text(6000, 'x');
  Wire wire(limits);
  // What streams through does not count, and what went out no more.
  EXPECT_EQ(wire.Run({"+0a", "a:" + text, "a:" + text, "+0b", "b:" + text, "-a", "b:" + text, "+0c",
                      "c:" + text}),
            "");
  EXPECT_EQ(wire.Run({"c:" + text}), "blocks that wait for their turn have more than 10000 bytes");
  EXPECT_EQ(wire.kind(), ErrorKind::kLimitExceeded);
}

TEST(BlockSequencer, WhatWaitsIsMarkedAndSqueezed) {
  Translation translation;
  LineRecorder recorder;
  BlockSequencer sequencer{Limits{}};
  sequencer.Attach(translation.context);
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  EXPECT_TRUE(sequencer.Open(BlockStart{}, first, recorder).has_value());
  {
    PaddedText text(R"({ "x": {"a" :
 [1, "b \" c"]}, "text": "t\u0041", "left": 1 })");
    ASSERT_TRUE(translation.document.Parse(text.view()).has_value());
    translation.accounting.Begin(translation.document, "test");
    Value root(translation.document, 0);
    BlockStart start;
    Member member = *root.members().begin();
    start.extras.push_back(translation.arena, {Text::Of(member.key), Raw::Of(member.value)});
    EXPECT_TRUE(sequencer.Open(start, second, recorder).has_value());
    BlockDelta delta;
    delta.text = Text::Of(root.Find("text"));
    EXPECT_TRUE(sequencer.Append(second, delta, recorder).has_value());
    translation.accounting.Settle();
    ASSERT_EQ(translation.accounting.findings().size(), 1u);
    EXPECT_EQ(translation.document.Raw(translation.accounting.findings()[0].node), "1");
  }
  translation.arena.Reset();
  EXPECT_TRUE(sequencer.CloseAll(0, recorder).has_value());
  EXPECT_EQ(recorder.lines()[2],
            "{'event':'block_start','block':1,'candidate':0,'kind':'text','extras':{'x':{'a':[1,'b "
            "\\' c']}}}");
  EXPECT_EQ(recorder.lines()[3], "{'event':'block_delta','block':1,'text':'t\\u0041'}");
}

TEST(BlockSequencer, ManyRoundsReuseSlots) {
  Limits limits;
  limits.max_open_blocks = 3;
  Wire wire(limits);
  for (int i = 0; i < 70000; ++i) ASSERT_EQ(wire.Run({"+0a", "+0b", "b:1", "-a", "-b"}), "");
}

}  // namespace
}  // namespace aiproxy
