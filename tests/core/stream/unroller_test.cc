#include "core/stream/unroller.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json/value.h"
#include "core/stream/event_script.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

using testing::LineRecorder;
using testing::Lines;
using testing::Translation;

class UnrollerTest : public ::testing::Test {
 protected:
  void Parse(const std::string& json) {
    text_.Assign(testing::Quoted(json));
    ASSERT_TRUE(translation_.document.Parse(text_.view()).has_value());
    root_ = Value(translation_.document, 0);
    response_.protocol = "openai-chat";
  }

  void Add(const Part& part) {
    if (response_.candidates.empty()) response_.candidates.push_back(translation_.arena, {});
    response_.candidates[0].message.parts.push_back(translation_.arena, part);
  }

  Lines Run() {
    LineRecorder recorder(&translation_.document);
    GrammarChecker checker(recorder);
    EXPECT_TRUE(Unroll(response_, translation_.context, checker).has_value());
    EXPECT_TRUE(checker.complete());
    return recorder.lines();
  }

  Lines Findings() {
    translation_.accounting.Settle();
    Lines out;
    for (const Finding& finding : translation_.accounting.findings()) {
      std::string pointer;
      translation_.document.AppendPointer(finding.node, pointer);
      out.push_back(pointer);
    }
    return out;
  }

  Translation translation_;
  PaddedText text_;
  Value root_;
  ChatResponse response_;
};

TEST_F(UnrollerTest, Nothing) { EXPECT_EQ(Run(), (Lines{"{'event':'start'}", "{'event':'end'}"})); }

TEST_F(UnrollerTest, ArgumentsInPlaceBecomeText) {
  Parse("{'input': {'q' : 'a\\n', 'n': 1.0}, 'empty': {}}");
  ToolCallPart part;
  part.name = Text::Plain("f");
  part.arguments.json = Raw::Of(root_.Find("input"));
  Add(part);
  part.arguments.json = Raw::Of(root_.Find("empty"));
  Add(part);
  Lines lines = Run();
  EXPECT_EQ(lines[2],
            "{'event':'block_delta','block':0,'text':'{\\'q\\' : \\'a\\\\n\\', \\'n\\': 1.0}'}");
  EXPECT_EQ(lines[5], "{'event':'block_delta','block':1,'text':'{}'}");
  EXPECT_EQ(Findings(), Lines{});
}

TEST_F(UnrollerTest, MediaComeWholeAndToolResultsAreOpaque) {
  Parse("{'image':'AAAA','result':{'no':1}, 'left':1}");
  MediaPart media;
  media.source = MediaPart::Source::kBase64;
  media.data = Text::Of(root_.Find("image"));
  Add(media);
  ToolResultPart result;
  result.node = root_.Find("result").id();
  Add(result);
  EXPECT_EQ(Run(),
            (Lines{
                "{'event':'start','protocol':'openai-chat'}",
                ("{'event':'block_start','block':0,'candidate':0,'kind':'media',"
                 "'media':{'kind':'image','source':'base64','data':'AAAA'}}"),
                "{'event':'block_end','block':0}",
                ("{'event':'block_start','block':1,'candidate':0,'kind':'opaque','protocol':'"
                 "openai-chat','value':{'no':1}}"),
                "{'event':'block_end','block':1}",
                "{'event':'end'}",
            }));
  EXPECT_EQ(Findings(), Lines{"/left"});
}

TEST_F(UnrollerTest, WhatHasNoPlaceIsReported) {
  Parse("{'logprob':1,'extra':2,'index':7,'tier':'x'}");
  Candidate candidate;
  candidate.index = {7, root_.Find("index").id()};
  candidate.logprobs.push_back(translation_.arena, {Raw::Of(root_.Find("logprob")), {}, {}, {}});
  candidate.message.extras.push_back(translation_.arena,
                                     {Text::Plain("e"), Raw::Of(root_.Find("extra"))});
  response_.candidates.push_back(translation_.arena, candidate);
  response_.service_tier = {ServiceTier::kBatch, root_.Find("tier").id()};
  EXPECT_EQ(Run(), (Lines{"{'event':'start','protocol':'openai-chat'}",
                          "{'event':'metadata','service_tier':'batch'}", "{'event':'end'}"}));
  EXPECT_EQ(Findings(), (Lines{"/logprob", "/extra"}));
}

TEST_F(UnrollerTest, LogprobsGoWithTheFirstText) {
  response_.candidates.push_back(translation_.arena, {});
  response_.candidates[0].logprobs.push_back(translation_.arena, {{}, Text::Plain("a"), {}, {}});
  TextPart part;
  part.text = Text::Plain("a");
  Add(ReasoningPart{});
  Add(part);
  Add(part);
  Lines lines = Run();
  EXPECT_EQ(lines[4], "{'event':'block_delta','block':1,'text':'a','logprobs':[{'token':'a'}]}");
  EXPECT_EQ(lines[7], "{'event':'block_delta','block':2,'text':'a'}");
}

}  // namespace
}  // namespace aiproxy
