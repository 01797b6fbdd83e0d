#include "core/stream/aggregator.h"

#include <gtest/gtest.h>

#include <string>

#include "core/stream/event_script.h"
#include "core/stream/grammar_checker.h"
#include "core/stream/unroller.h"

namespace aiproxy {
namespace {

using testing::LineRecorder;
using testing::Lines;
using testing::Play;
using testing::Quoted;
using testing::Translation;

/// Plays the events into an aggregator, and unrolls the response again.
struct Aggregated {
  explicit Aggregated(const Lines& lines, const Limits& limits = {}) : aggregator(limits) {
    aggregator.Attach(translation.context);
    aggregator.set_protocol("openai-chat");
    GrammarChecker checker(aggregator);
    error = Play(lines, translation, checker, &findings);
  }

  Lines Unrolled() {
    LineRecorder recorder;
    GrammarChecker checker(recorder);
    EXPECT_TRUE(Unroll(aggregator.response(), translation.context, checker).has_value());
    EXPECT_TRUE(checker.complete());
    return recorder.lines();
  }

  Translation translation;
  Aggregator aggregator;
  Lines findings;
  std::string error;
};

TEST(Aggregator, WhatIsUnrolledAlreadyStaysTheSame) {
  const Lines lines = {
      ("{'event':'start','id':'i','model':'m','created':12,'usage':{'input':1,'output':4,'extras':{"
       "'"
       "a':1}},'protocol':'openai-chat','extras':{'x':1}}"),
      ("{'event':'block_start','block':0,'candidate':0,'kind':'reasoning','issuer':'anthropic','"
       "extras':{'x':null}}"),
      "{'event':'block_delta','block':0,'text':'hm\\n','signature':'s'}",
      "{'event':'block_end','block':0}",
      ("{'event':'block_start','block':1,'candidate':0,'kind':'reasoning','encrypted':'e','issuer':"
       "'"
       "openai'}"),
      "{'event':'block_end','block':1}",
      "{'event':'block_start','block':2,'candidate':0,'kind':'text'}",
      "{'event':'block_delta','block':2,'text':'hi','logprobs':[{'token':'h','logprob':-1,'top':[{'"
      "token':'H'}]},{'wire':{'t':2}}]}",
      ("{'event':'block_citation','block':2,'citation':{'is_url':true,'url':'u','title':'t','cited_"
       "text':'c','start':1,"
       "'end':2,'wire':{'type':'url_citation'}}}"),
      "{'event':'block_end','block':2}",
      ("{'event':'block_start','block':3,'candidate':0,'kind':'tool_call','tool_call_id':'c','tool_"
       "name':'n'}"),
      "{'event':'block_delta','block':3,'text':'{}'}",
      "{'event':'block_end','block':3}",
      ("{'event':'block_start','block':4,'candidate':0,'kind':'tool_call','tool_name':'n','custom':"
       "true,'legacy':true}"),
      "{'event':'block_delta','block':4,'text':''}",
      "{'event':'block_end','block':4}",
      ("{'event':'block_start','block':5,'candidate':0,'kind':'opaque','protocol':'openai-chat','"
       "opaque_kind'"
       ":"
       "'k',"
       "'value':{'type':'k'}}"),
      "{'event':'block_end','block':5}",
      ("{'event':'finish','candidate':0,'reason':'stop_sequence','raw':'r','stop_sequence':'END','"
       "extras':{'x':1}}"),
      "{'event':'block_start','block':6,'candidate':1,'kind':'refusal'}",
      "{'event':'block_delta','block':6,'text':'no','logprobs':[{'token':'n'}]}",
      "{'event':'block_end','block':6}",
      "{'event':'usage','usage':{'input':1,'output':4,'extras':{'a':1}},'service_tier':'priority'}",
      "{'event':'end'}",
  };
  Aggregated got(lines);
  EXPECT_EQ(got.error, "");
  EXPECT_TRUE(got.aggregator.complete());
  EXPECT_FALSE(got.aggregator.failed());
  EXPECT_EQ(got.findings, Lines{});
  EXPECT_EQ(got.Unrolled(), lines);
  const ChatResponse& response = got.aggregator.response();
  EXPECT_EQ(response.protocol, "openai-chat");
  EXPECT_EQ(response.node, kNoNode);
  ASSERT_EQ(response.candidates.size(), 2u);
  EXPECT_EQ(response.candidates[1].index.value, 1);
  EXPECT_EQ(response.candidates[1].refusal_logprobs.size(), 1u);
  EXPECT_TRUE(response.candidates[0].message.role.Is(Role::kAssistant));
}

TEST(Aggregator, JoinsPieces) {
  Aggregated got({
      "{'event':'start','model':'m','usage':{'input':1,'cache_read':7,'extras':{'a':1,'b':2}}}",
      "{'event':'block_start','block':0,'candidate':1,'kind':'text'}",
      "{'event':'block_start','block':1,'candidate':0,'kind':'reasoning'}",
      "{'event':'block_delta','block':0,'text':'a\\ud83d'}",
      "{'event':'block_delta','block':1,'text':'x','signature':'old'}",
      "{'event':'metadata','extras':{'f':'one','g':1}}",
      "{'event':'block_delta','block':0,'text':'\\ude00b','extras':{'d':1}}",
      "{'event':'block_delta','block':1,'text':'y','signature':'new'}",
      "{'event':'block_end','block':1}",
      ("{'event':'block_start','block':2,'candidate':0,'kind':'tool_call','tool_call_id':'c','tool_"
       "name':'n'}"),
      "{'event':'block_delta','block':2,'text':'{\\\"a\\\"'}",
      "{'event':'block_delta','block':2,'text':':1}'}",
      "{'event':'block_end','block':2}",
      "{'event':'block_delta','block':0,'text':'c','extras':{'d':2}}",
      "{'event':'block_end','block':0}",
      ("{'event':'block_start','block':3,'candidate':0,'kind':'tool_call','tool_name':'no "
       "arguments'}"),
      "{'event':'block_end','block':3}",
      "{'event':'metadata','extras':{'f':'two'},'service_tier':'flex'}",
      "{'event':'usage','usage':{'input':5,'output':9,'extras':{'b':3}}}",
      "{'event':'finish','candidate':1,'reason':'stop'}",
      "{'event':'finish','candidate':0,'reason':'tool_calls'}",
      "{'event':'end'}",
  });
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.findings, Lines{});
  EXPECT_EQ(
      got.Unrolled(),
      (Lines{
          ("{'event':'start','model':'m','usage':{'input':5,'cache_read':7,'output':9,'extras':{'a'"
           ":"
           "1,'b':3}},'protocol':'openai-chat',"
           "'extras':{'f':'two','g':1}}"),
          "{'event':'block_start','block':0,'candidate':0,'kind':'reasoning'}",
          "{'event':'block_delta','block':0,'text':'xy','signature':'new'}",
          "{'event':'block_end','block':0}",
          ("{'event':'block_start','block':1,'candidate':0,'kind':'tool_call','tool_call_id':'c','"
           "tool_name':'n'}"),
          "{'event':'block_delta','block':1,'text':'{\\'a\\':1}'}",
          "{'event':'block_end','block':1}",
          ("{'event':'block_start','block':2,'candidate':0,'kind':'tool_call','tool_name':'no "
           "arguments'}"),
          "{'event':'block_end','block':2}",
          "{'event':'finish','candidate':0,'reason':'tool_calls'}",
          "{'event':'block_start','block':3,'candidate':1,'kind':'text','extras':{'d':2}}",
          "{'event':'block_delta','block':3,'text':'a\\ud83d\\ude00bc'}",
          "{'event':'block_end','block':3}",
          "{'event':'finish','candidate':1,'reason':'stop'}",
          ("{'event':'usage','usage':{'input':5,'cache_read':7,'output':9,'extras':{'a':1,'b':3}},"
           "'service_tier':'flex'}"),
          "{'event':'end'}",
      }));
}

TEST(Aggregator, PlainPiecesAreEscaped) {
  Aggregator aggregator{Limits{}};
  auto take = [&aggregator](const StreamEvent& event) {
    ASSERT_TRUE(aggregator.OnEvent(event).has_value());
  };
  take(StreamStart{});
  take(BlockStart{});
  BlockDelta delta;
  delta.text = Text::Plain("a\"b");
  take(delta);
  delta.text = {"\\n", kNoNode, Text::Spelling::kEscaped};
  take(delta);
  take(BlockEnd{});
  take(StreamEnd{});
  const auto& part = std::get<TextPart>(aggregator.response().candidates[0].message.parts[0]);
  EXPECT_EQ(part.text.bytes, "a\\\"b\\n");
  EXPECT_EQ(part.text.spelling, Text::Spelling::kEscaped);
  EXPECT_EQ(part.text.Decode(), "a\"b\n");
}

TEST(Aggregator, OpaqueBlocks) {
  struct Case {
    std::string start;
    Lines pieces;
    std::string value;
    Lines findings;
  };
  auto piece = [](const std::string& json) {
    return "{'event':'block_delta','block':0,'value':{'type':'input_json_delta','partial_json':'" +
           json + "'}}";
  };
  const Case cases[] = {
      {"{'type':'server_tool_use','input':{},'id':'t'}",
       {piece("{\\\"q\\\":"), piece("[1, 2]}")},
       "{'type':'server_tool_use','input':{'q':[1,2]},'id':'t'}",
       {}},
      {"{'type':'x'}", {piece("{\\\"q\\\":1}")}, "{'type':'x','input':{'q':1}}", {}},
      {"{'type':'x','input':{'a':1}}", {piece("")}, "{'type':'x','input':{'a':1}}", {}},
      {"{'type':'x','input':{}}",
       {piece("{\\\"q")},
       "{'type':'x','input':{'_raw_arguments':'{\\'q'}}",
       {"AIP212 "}},
      {"{'type':'x','input':{}}",
       {"{'event':'block_delta','block':0,'value':{'type':'other','n':1}}"},
       "{'type':'x','input':{}}",
       {"AIP201 /value"}},
      {"[1]", {}, "[1]", {}},
  };
  for (const Case& one : cases) {
    Lines lines = {
        "{'event':'start'}",
        "{'event':'block_start','block':0,'candidate':0,'kind':'opaque','protocol':'openai-chat','"
        "opaque_kind':'k','value':" +
            one.start + "}"};
    lines.insert(lines.end(), one.pieces.begin(), one.pieces.end());
    lines.insert(lines.end(), {"{'event':'block_end','block':0}", "{'event':'end'}"});
    Aggregated got(lines);
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.findings, one.findings);
    std::string start =
        "{'event':'block_start','block':0,'candidate':0,'kind':'opaque','protocol':'openai-chat','"
        "opaque_"
        "kind':'k','value':";
    std::string shown = got.Unrolled()[1];
    std::string expected = start + one.value + "}";
    EXPECT_EQ(Quoted(shown), Quoted(expected));
  }
}

TEST(Aggregator, OpaqueEventsAreReported) {
  Aggregated got({"{'event':'start'}",
                  "{'event':'opaque','protocol':'openai-chat','name':'n','value':{'a':1}}",
                  "{'event':'end'}"});
  EXPECT_EQ(got.findings, (Lines{"AIP201 /name", "AIP201 /value"}));
  EXPECT_TRUE(got.aggregator.complete());
}

TEST(Aggregator, AnErrorKeepsWhatCameBefore) {
  Aggregated got(
      {"{'event':'start'}", "{'event':'block_start','block':0,'candidate':0,'kind':'text'}",
       "{'event':'block_delta','block':0,'text':'so far'}",
       "{'event':'error','kind':'overloaded','status':529,'message':'m','protocol':'openai-chat','"
       "extras':{'x':[1, 2]}}"});
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.findings, Lines{});
  EXPECT_TRUE(got.aggregator.complete());
  EXPECT_TRUE(got.aggregator.failed());
  EXPECT_EQ(got.aggregator.error().kind, ApiErrorKind::kOverloaded);
  EXPECT_EQ(got.aggregator.error().status, 529);
  EXPECT_EQ(got.aggregator.error().message.bytes, "m");
  EXPECT_EQ(got.aggregator.error().protocol, "openai-chat");
  EXPECT_EQ(got.aggregator.error().node, kNoNode);
  EXPECT_EQ(got.aggregator.error().extras[0].value.json, "[1,2]");
  const auto& part = std::get<TextPart>(got.aggregator.response().candidates[0].message.parts[0]);
  EXPECT_EQ(part.text.bytes, "so far");
}

TEST(Aggregator, Limit) {
  Limits limits;
  limits.max_accumulated_bytes = 2000;
  std::string text(900, 'x');
  std::string piece = "{'event':'block_delta','block':0,'text':'" + text + "'}";
  Lines lines = {"{'event':'start'}",
                 "{'event':'block_start','block':0,'candidate':0,'kind':'text'}", piece};
  EXPECT_EQ(Aggregated(lines, limits).error, "");
  lines.insert(lines.end(), {piece, piece});
  EXPECT_EQ(Aggregated(lines, limits).error,
            "the response that the stream amounts to has more than 2000 bytes");
}

TEST(Aggregator, EventsForBlocksThatAreNotOpen) {
  Aggregator aggregator{Limits{}};
  for (const StreamEvent& event :
       {StreamEvent(BlockDelta{}), StreamEvent(BlockCitation{}), StreamEvent(BlockEnd{})}) {
    Status status = aggregator.OnEvent(event);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().message, "an event for a block that is not open");
  }
}

}  // namespace
}  // namespace aiproxy
