#include "core/stream/neutral_stream.h"

#include <gtest/gtest.h>

#include <string>

#include "core/stream/event_script.h"
#include "core/stream/recorder.h"
#include "core/stream/sse_parser.h"

namespace aiproxy {
namespace {

using testing::LineRecorder;
using testing::Lines;
using testing::Play;
using testing::Quoted;
using testing::Translation;

const Lines kEverything = {
    ("{'event':'start','id':'i\\n','model':'m','created':12.50,'usage':{'input':1,'cache_read':2,'"
     "cache_write':3,'output':"
     "4,'reasoning':5,'total':6,'extras':{'a':1},'input_extras':{'b':2},'output_extras':{'c':3}},'"
     "extras':{'x':{'y':[1]}}}"),
    ("{'event':'block_start','block':0,'candidate':4294967295,'kind':'reasoning','encrypted':'e','"
     "issuer':'anthropic',"
     "'extras':{'x':null}}"),
    "{'event':'block_delta','block':0,'text':'\\ud83d','signature':'s'}",
    "{'event':'block_end','block':0}",
    ("{'event':'block_start','block':1,'candidate':0,'kind':'tool_call','tool_call_id':'c','tool_"
     "name':'n','custom':true,"
     "'legacy':true}"),
    "{'event':'block_delta','block':1,'text':'','logprobs':[{'token':'','logprob':-1,'top':[{'"
    "token':'b'}]},{'wire':{'t':2}}],'extras':{'x':1}}",
    "{'event':'block_end','block':1}",
    "{'event':'block_start','block':2,'candidate':0,'kind':'text'}",
    ("{'event':'block_citation','block':2,'citation':{'is_url':true,'url':'u','title':'t','cited_"
     "text':'c','start':1,"
     "'end':2,'wire':{'type':'url_citation'}}}"),
    "{'event':'block_end','block':2}",
    ("{'event':'block_start','block':3,'candidate':0,'kind':'opaque','protocol':'openai-chat','"
     "opaque_kind':'"
     "k','value':{'type':'k'}}"),
    "{'event':'block_delta','block':3,'value':{'d':1}}",
    "{'event':'block_end','block':3}",
    "{'event':'block_start','block':4,'candidate':0,'kind':'refusal'}",
    "{'event':'block_end','block':4}",
    ("{'event':'finish','candidate':0,'reason':'stop_sequence','raw':'r','stop_sequence':'END','"
     "extras':{'x':1}}"),
    "{'event':'usage','usage':{'output':9},'service_tier':'priority'}",
    "{'event':'metadata','service_tier':'flex','extras':{'x':1}}",
    "{'event':'opaque','protocol':'openai-chat','name':'n','value':{'v':1}}",
    "{'event':'end'}",
};
const std::string kFailure =
    "{'event':'error','kind':'rate_limit','status':429,'message':'m','type':'t','code':null,'param'"
    ":'p',"
    "'request_id':'r','protocol':'openai-chat','extras':{'x':1},'inner_extras':{'y':2}}";

TEST(NeutralStream, RoundTripAndNothingIsReported) {
  Translation translation;
  LineRecorder recorder(&translation.document);
  Lines findings;
  EXPECT_EQ(Play(kEverything, translation, recorder, &findings), "");
  EXPECT_EQ(recorder.lines(), kEverything);
  EXPECT_EQ(findings, Lines{});
}

TEST(NeutralStream, Failure) {
  Translation translation;
  LineRecorder recorder(&translation.document);
  Lines findings;
  EXPECT_EQ(Play({kFailure}, translation, recorder, &findings), "");
  std::string without_null = kFailure;
  without_null.erase(without_null.find("'code':null,"), 12);
  EXPECT_EQ(recorder.lines(), Lines{without_null});
  EXPECT_EQ(findings, Lines{});
}

TEST(NeutralStream, UnknownMembersAreReported) {
  Translation translation;
  LineRecorder recorder(&translation.document);
  Lines findings;
  EXPECT_EQ(Play({"{'event':'start','new':1,'usage':{'odd':2}}", "{'event':'end','more':{}}"},
                 translation, recorder, &findings),
            "");
  EXPECT_EQ(findings, (Lines{"AIP201 /new", "AIP201 /usage", "AIP201 /more"}));
}

TEST(NeutralStream, Mistakes) {
  struct Mistake {
    std::string line;
    std::string message;
  };
  const Mistake mistakes[] = {
      {"[]", "expected an object, got an array"},
      {"{}", "expected a member 'event'"},
      {"{'event':1}", "expected a string, got a number"},
      {"{'event':'x'}", "unknown event 'x'"},
      {"{'event':'error','protocol':'x'}", "expected the id of a protocol, got 'x'"},
      {"{'event':'opaque','value':1}", "an opaque event needs an object as 'value'"},
      {"{'event':'block_start','block':0,'kind':'opaque','opaque_kind':'x'}",
       "an opaque block needs a member 'value'"},
      {"{'event':'block_end','block':-1}",
       "expected an integer from 0 to 4294967295, got a number"},
      {"{'event':'block_end','block':4294967296}",
       "expected an integer from 0 to 4294967295, got a number"},
      {"{'event':'block_end','block':'0'}",
       "expected an integer from 0 to 4294967295, got a string"},
      {"{'event':'block_start','kind':'x'}", "unknown word 'x'"},
      {"{'event':'block_start','custom':1}", "expected a boolean, got a number"},
      {"{'event':'block_start','extras':[]}", "expected an object, got an array"},
      {"{'event':'block_delta','logprobs':{}}", "expected an array, got an object"},
      {"{'event':'block_delta','text':1}", "expected a string, got a number"},
      {"{'event':'start','created':'x'}", "expected a number, got a string"},
      {"{'event':'usage','usage':{'input':1.5}}", "expected an integer, got a number"},
      {"{'event':'error','status':1}", "expected an HTTP status, got a number"},
      {"{'event':'metadata','service_tier':'x'}", "unknown word 'x'"},
  };
  for (const Mistake& mistake : mistakes) {
    Translation translation;
    LineRecorder recorder;
    EXPECT_EQ(Play({mistake.line}, translation, recorder), mistake.message) << mistake.line;
  }
}

TEST(NeutralStream, ACutStreamEndsInAnError) {
  Translation translation;
  LineRecorder recorder;
  NeutralStreamDecoder decoder(translation.limits);
  EXPECT_FALSE(decoder.done());
  EXPECT_TRUE(decoder.Finish(translation.context, recorder).has_value());
  EXPECT_TRUE(decoder.done());
  EXPECT_TRUE(decoder.Finish(translation.context, recorder).has_value());
  EXPECT_EQ(recorder.lines(), Lines{"{'event':'error','kind':'api','message':'upstream stream "
                                    "ended before it was complete'}"});
}

TEST(NeutralStream, EncoderWritesFrames) {
  Translation translation;
  Output out;
  FrameWriter frames(Framing::kSse, out);
  NeutralStreamEncoder encoder(frames);
  EXPECT_TRUE(encoder.Push(StreamStart{}, translation.context).has_value());
  EXPECT_TRUE(encoder.Push(StreamEnd{}, translation.context).has_value());
  EXPECT_EQ(
      out.ToString(),
      "event: start\ndata: {\"event\":\"start\"}\n\nevent: end\ndata: {\"event\":\"end\"}\n\n");
}

TEST(FrameWriter, Framings) {
  Translation translation;
  struct Case {
    Framing framing;
    std::string_view event;
    std::string_view written;
  };
  const Case cases[] = {
      {Framing::kSse, "e", "event: e\ndata: 1\n\ndata: [DONE]\n\n"},
      {Framing::kSse, "", "data: 1\n\ndata: [DONE]\n\n"},
      {Framing::kSse, "a\ndata: b", "data: 1\n\ndata: [DONE]\n\n"},
      {Framing::kNdjson, "e", "1\n[DONE]\n"},
  };
  for (const Case& one : cases) {
    Output out;
    FrameWriter frames(one.framing, out);
    frames.Begin(one.event, translation.context).Int(1);
    frames.End();
    frames.Plain("[DONE]");
    EXPECT_EQ(out.ToString(), one.written);
  }
}

TEST(Recorder, OneLineAnEvent) {
  Output out;
  Recorder recorder(out);
  EXPECT_TRUE(recorder.OnEvent(BlockEnd{3}).has_value());
  EXPECT_TRUE(recorder.OnEvent(StreamEnd{}).has_value());
  EXPECT_EQ(out.ToString(), Quoted("{'event':'block_end','block':3}\n{'event':'end'}\n"));
}

}  // namespace
}  // namespace aiproxy
