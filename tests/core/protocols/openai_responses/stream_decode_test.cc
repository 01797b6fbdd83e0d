#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "core/protocols/openai_responses/codec.h"
#include "core/stream/grammar_checker.h"

namespace aiproxy {
namespace {

/// Events through the decoder; what comes out is told in short: T:text; N:refusal; S:summary;
/// R:reasoning; X[id data]; C[id name]arguments; P[id name]input; O[type]; with #signature,
/// @url of a citation and %n for n log probabilities.
class Events : public EventSink {
 public:
  explicit Events(const Limits& limits = {}, std::string_view target = "anthropic-messages")
      : limits_(limits), target_(target) {}

  /// One frame that is data as it stands, with ' for ".
  Status Push(std::string_view data, std::string_view name = "") {
    std::string json(data);
    for (char& c : json) c = c == '\'' ? '"' : c;
    const PaddedText& text = texts_.emplace_back(json);
    document_.Clear();
    arena_.Reset();
    accounting_.Begin(document_, target_);
    Status status = decoder_->Push({name, text.view()}, context_, checker_);
    if (status) accounting_.Settle();
    for (const Finding& finding : accounting_.findings()) {
      reported_ += ' ';
      reported_ += finding.code->slug;
      reported_ += '@';
      document_.AppendPointer(finding.node, reported_);
    }
    return status;
  }
  /// An event of a type ("response." is put before it) with members.
  void Event(std::string_view type, std::string_view members) {
    std::string json = "{'type':'response." + std::string(type) + "'";
    if (!members.empty()) json += "," + std::string(members);
    Status status = Push(json + "}");
    EXPECT_TRUE(status) << status.error().message;
  }
  void Created(std::string_view model = "gpt-5") {
    Event("created", "'response':{'id':'r','object':'response','status':'in_progress','model':'" +
                         std::string(model) + "','output':[]}");
  }
  void Added(int index, std::string_view item) {
    Event("output_item.added",
          "'output_index':" + std::to_string(index) + ",'item':{" + std::string(item) + "}");
  }
  void Done(int index, std::string_view item) {
    Event("output_item.done",
          "'output_index':" + std::to_string(index) + ",'item':{" + std::string(item) + "}");
  }
  void Piece(int index, std::string_view text, int part = 0) {
    Event("output_text.delta", "'output_index':" + std::to_string(index) + ",'content_index':" +
                                   std::to_string(part) + ",'delta':'" + std::string(text) + "'");
  }
  void Completed(std::string_view output, std::string_view status = "completed") {
    Event(status, "'response':{'id':'r','object':'response','status':'" + std::string(status) +
                      "','output':[" + std::string(output) + "]}");
  }
  Status Finish() { return decoder_->Finish(context_, checker_); }
  bool done() const { return decoder_->done(); }
  /// Without "start(...) ".
  const std::string& told() const { return told_; }
  const std::string& reported() const { return reported_; }

  Status OnEvent(const StreamEvent& event) override {
    std::visit(Overloaded{
                   [&](const StreamStart& e) {
                     Use(e.id.node);
                     Use(e.model.node);
                     Use(e.created.node);
                   },
                   [&](const BlockStart& e) { Tell(e); },
                   [&](const BlockDelta& e) {
                     Use(e.text.node);
                     Use(e.signature.node);
                     told_ += e.text.Decode();
                     if (e.signature.present()) told_ += "#" + e.signature.Decode();
                     if (!e.logprobs.empty()) told_ += "%" + std::to_string(e.logprobs.size());
                     for (const TokenLogprob& token : e.logprobs) Use(token.wire.node);
                   },
                   [&](const BlockCitation& e) {
                     Use(e.citation.wire.node);
                     told_ += "@" + e.citation.url.Decode();
                   },
                   [&](const BlockEnd&) { told_ += "; "; },
                   [&](const StreamUsage& e) {
                     Use(e.usage.node);
                     told_ += "usage " + std::to_string(e.usage.input.value) + " ";
                   },
                   [&](const StreamFinish& e) {
                     Use(e.reason.raw.node);
                     told_ += "finish(" + e.reason.raw.Decode() + ") ";
                   },
                   [&](const StreamMetadata& e) {
                     for (const ExtraMember& extra : e.extras)
                       told_ += "+" + extra.name.Decode() + " ";
                   },
                   [&](const OpaqueEvent& e) { told_ += "?" + e.name.Decode() + " "; },
                   [&](const StreamError& e) {
                     Use(e.error.message.node);
                     Use(e.error.code.node);
                     told_ += "error " + std::to_string(e.error.status) + ": " +
                              e.error.message.Decode();
                   },
                   [&](const StreamEnd&) { told_ += "end"; },
               },
               event.variant());
    return Ok();
  }

 private:
  void Tell(const BlockStart& start) {
    std::string id = start.tool_call_id.Decode() + " " + start.tool_name.Decode();
    switch (start.kind) {
      case BlockKind::kText:
        told_ += "T:";
        break;
      case BlockKind::kRefusal:
        told_ += "N:";
        break;
      case BlockKind::kReasoning:
        Use(start.encrypted.node);
        if (start.encrypted.present())
          told_ += "X[" + start.reasoning_id.Decode() + " " + start.encrypted.Decode() + "]";
        else
          told_ += start.is_summary ? "S:" : "R:";
        break;
      case BlockKind::kToolCall:
        Use(start.tool_call_id.node);
        Use(start.tool_name.node);
        told_ += (start.is_custom ? "P[" : "C[") + id + "]";
        break;
      case BlockKind::kMedia:
        told_ += "M:";
        break;
      case BlockKind::kOpaque:
        Use(start.value.node);
        told_ += "O[" + start.opaque_kind.Decode() + "]";
        break;
    }
  }
  void Use(NodeId node) {
    if (node != kNoNode) accounting_.Use(node);
  }

  Limits limits_;
  std::string_view target_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  std::deque<PaddedText> texts_;
  std::string told_;
  std::string reported_;
  GrammarChecker checker_{*this};
  std::unique_ptr<StreamDecoder> decoder_ = kOpenAiResponses.new_stream_decoder(limits_);
};

constexpr std::string_view kMessage = "'id':'m','type':'message','role':'assistant','content':[]";
constexpr std::string_view kCall =
    "'id':'f','type':'function_call','call_id':'c','name':'f','arguments':''";

std::string Message(std::string_view text, std::string_view id = "m") {
  return "'id':'" + std::string(id) +
         "','type':'message','role':'assistant','content':[{'type':'output_text','text':'" +
         std::string(text) + "'}]";
}

// --- where events are missing

TEST(ResponsesStreamDecoder, ADeltaOpensWhatWasNotAnnounced) {
  Events events;
  events.Piece(0, "Hi");
  events.Completed("");
  EXPECT_EQ(events.told(), "T:Hi; finish(completed) end");
}

TEST(ResponsesStreamDecoder, APartWithoutAnItem) {
  Events events;
  events.Created();
  events.Event("content_part.added",
               "'output_index':0,'content_index':0,'part':{'type':'refusal','refusal':''}");
  events.Event("refusal.delta", "'output_index':0,'content_index':0,'delta':'No'");
  events.Done(0, kMessage);
  events.Completed("");
  EXPECT_EQ(events.told(), "N:No; finish(completed) end");
  EXPECT_EQ(events.reported(), "");
}

TEST(ResponsesStreamDecoder, OnlyTheLastResponse) {
  Events events;
  events.Completed("{" + Message("Hi") +
                   "},{'type':'function_call','call_id':'c','name':'f','arguments':'{}'}");
  EXPECT_EQ(events.told(), "T:Hi; C[c f]{}; finish(completed) end");
}

TEST(ResponsesStreamDecoder, OnlyDoneItems) {
  Events events;
  events.Created();
  events.Done(0, Message("Hi"));
  events.Done(1, kCall);
  events.Completed("");
  EXPECT_EQ(events.told(), "T:Hi; C[c f]; finish(completed) end");
}

TEST(ResponsesStreamDecoder, EventsWithoutOutputIndexGoOnWithTheItemTheyName) {
  Events events;
  events.Created();
  events.Event("output_item.added", "'item':{" + std::string(kMessage) + "}");
  events.Event("output_item.added", "'item':{" + std::string(kCall) + "}");
  events.Event("function_call_arguments.delta", "'item_id':'f','delta':'{}'");
  events.Event("output_text.delta", "'item_id':'m','delta':'Hi'");
  events.Event("output_item.done", "'item':{" + Message("Hi") + "}");
  events.Completed("");
  EXPECT_EQ(events.told(), "C[c f]{}; T:Hi; finish(completed) end");
}

TEST(ResponsesStreamDecoder, ANullIndexIsNone) {
  Events events;
  events.Event("output_text.delta", "'output_index':null,'content_index':null,'delta':'Hi'");
  EXPECT_EQ(events.told(), "T:Hi");
}

TEST(ResponsesStreamDecoder, AWrongIndexIsAnError) {
  for (std::string_view index : {"-1", "'0'", "1.5", "[]"}) {
    Events events;
    Status status = events.Push("{'type':'response.output_text.delta','delta':'x','output_index':" +
                                std::string(index) + "}");
    ASSERT_FALSE(status) << index;
    EXPECT_EQ(status.error().pointer, "/output_index");
  }
}

TEST(ResponsesStreamDecoder, ItemsThatNeverEndAreEndedByTheLastResponse) {
  Events events;
  events.Created();
  events.Added(0, kMessage);
  events.Piece(0, "Hi");
  events.Added(1, kCall);
  events.Event("function_call_arguments.delta", "'output_index':1,'delta':'{}'");
  EXPECT_EQ(events.told(), "T:Hi");
  events.Completed("");
  EXPECT_EQ(events.told(), "T:Hi; C[c f]{}; finish(completed) end");
}

// --- numbers

TEST(ResponsesStreamDecoder, SequenceNumbersThatDoNotGrowAreToldOnce) {
  Events events;
  events.Event("output_text.delta", "'sequence_number':5,'output_index':0,'delta':'a'");
  events.Event("output_text.delta", "'sequence_number':4,'output_index':0,'delta':'b'");
  events.Event("output_text.delta", "'sequence_number':5,'output_index':0,'delta':'c'");
  events.Event("output_text.delta", "'sequence_number':99,'output_index':0,'delta':'d'");
  events.Event("output_text.delta", "'output_index':0,'delta':'e'");
  EXPECT_EQ(events.told(), "T:abcde");
  EXPECT_EQ(events.reported(), " value-dropped@/sequence_number");
}

TEST(ResponsesStreamDecoder, OutputIndexWithGaps) {
  Events events;
  events.Created();
  events.Done(3, Message("a", "m1"));
  events.Done(7, Message("b", "m2"));
  events.Completed("{" + Message("a", "m1") + "},{" + Message("b", "m2") + "}");
  EXPECT_EQ(events.told(), "T:a; T:b; finish(completed) end");
  EXPECT_EQ(events.reported(), "");
}

TEST(ResponsesStreamDecoder, ItemsOfTheLastResponseGoByIdThenByPlaceThenByOrder) {
  Events events;
  events.Created();
  events.Done(0, Message("a", "m1"));
  events.Done(2, Message("b", "x"));
  events.Completed("{" + Message("a", "other") + "},{" + Message("new", "n") + "},{" +
                   Message("b", "x") + "}");
  EXPECT_EQ(events.told(), "T:a; T:b; T:new; finish(completed) end");
  EXPECT_EQ(events.reported(), "");
}

TEST(ResponsesStreamDecoder, ContentIndexWithGaps) {
  Events events;
  events.Created();
  events.Added(0, kMessage);
  events.Piece(0, "a", 1);
  events.Piece(0, "b", 4);
  events.Done(0,
              "'id':'m','type':'message','content':[{'type':'output_text','text':'a'},"
              "{'type':'output_text','text':'b!'}]");
  EXPECT_EQ(events.told(), "T:a; T:b!; ");
  EXPECT_EQ(events.reported(), "");
}

// --- whole texts

TEST(ResponsesStreamDecoder, DoneGivesWhatPiecesLeftOut) {
  Events events;
  events.Created();
  events.Added(0, kMessage);
  events.Piece(0, "H\\u00e9");
  events.Event("output_text.done", "'output_index':0,'content_index':0,'text':'H\u00e9llo'");
  events.Event(
      "content_part.done",
      "'output_index':0,'content_index':0,'part':{'type':'output_text','text':'H\u00e9llo'}");
  events.Done(0, Message("H\u00e9llo"));
  events.Completed("{" + Message("H\u00e9llo") + "}");
  EXPECT_EQ(events.told(), "T:H\u00e9llo; finish(completed) end");
  EXPECT_EQ(events.reported(), "");
}

TEST(ResponsesStreamDecoder, AContradictionIsToldOnce) {
  Events events;
  events.Created();
  events.Added(0, kMessage);
  events.Piece(0, "Hello");
  events.Event("output_text.done", "'output_index':0,'content_index':0,'text':'Help'");
  events.Event("content_part.done",
               "'output_index':0,'content_index':0,'part':{'type':'output_text','text':'Help'}");
  events.Done(0, Message("Help"));
  events.Completed("{" + Message("Help") + "}");
  EXPECT_EQ(events.told(), "T:Hello; finish(completed) end");
  EXPECT_EQ(events.reported(), " value-dropped@/text");
}

TEST(ResponsesStreamDecoder, AShorterWholeTextIsAContradiction) {
  Events events;
  events.Created();
  events.Added(0, kCall);
  events.Event("function_call_arguments.delta", "'output_index':0,'delta':'{}  '");
  events.Event("function_call_arguments.done", "'output_index':0,'arguments':'{}'");
  EXPECT_EQ(events.reported(), " value-dropped@/arguments");
}

TEST(ResponsesStreamDecoder, TheLastResponseSaysOtherwise) {
  Events events;
  events.Created();
  events.Done(0, Message("Hello"));
  events.Done(1, "'id':'w','type':'web_search_call','status':'completed'");
  events.Completed("{" + Message("Goodbye") +
                   "},{'id':'w','type':'web_search_call','status':'failed'}");
  EXPECT_EQ(events.told(), "T:Hello; O[web_search_call]; finish(completed) end");
  EXPECT_EQ(events.reported(),
            " value-dropped@/response/output/0 value-dropped@/response/output/1");
}

TEST(ResponsesStreamDecoder, AnItemThatIsDoneAsAnotherTypeIsWhatItBeganAs) {
  Events events;
  events.Created();
  events.Added(0, kMessage);
  events.Piece(0, "Hi");
  events.Done(0, kCall);
  EXPECT_EQ(events.told(), "T:Hi; ");
  EXPECT_EQ(events.reported(), " value-dropped@/item");
}

TEST(ResponsesStreamDecoder, DeltasOfAnotherKindStayUntold) {
  Events events;
  events.Created();
  events.Added(0, kCall);
  events.Piece(0, "text of a call");
  events.Event("refusal.delta", "'output_index':0,'delta':'no'");
  EXPECT_EQ(events.told(), "C[c f]");
  EXPECT_EQ(events.reported(), " field-dropped@/delta field-dropped@/delta");
}

TEST(ResponsesStreamDecoder, DeltasBehindTheEndOfTheirItemStayUntold) {
  Events events;
  events.Created();
  events.Done(0, Message("Hi"));
  events.Piece(0, " again");
  EXPECT_EQ(events.told(), "T:Hi; ");
  EXPECT_EQ(events.reported(), " field-dropped@/delta");
}

TEST(ResponsesStreamDecoder, MembersOfDoneFormsAreToldWhereTheyAreMetFirst) {
  Events events;
  events.Created();
  events.Added(0, std::string(kMessage) + ",'x_a':1");
  events.Piece(0, "Hi");
  std::string item =
      "'id':'m','type':'message','status':'incomplete','x_a':1,'x_b':2,'content':[{'type':"
      "'output_text','text':'Hi','x_c':3}]";
  events.Done(0, item);
  events.Completed("{" + item + "}", "incomplete");
  EXPECT_EQ(events.reported(),
            " field-dropped@/item/x_a field-dropped@/item/x_b field-dropped@/item/content/0/x_c");
}

TEST(ResponsesStreamDecoder, LogprobsAndAnnotationsThatCameWithPiecesAreNotRepeated) {
  constexpr std::string_view kPart =
      "'part':{'type':'output_text','text':'Hi','logprobs':[{'token':'Hi','logprob':-1}],"
      "'annotations':[{'type':'url_citation','url':'u'}]}";
  Events without;
  without.Piece(0, "Hi");
  without.Event("content_part.done", "'output_index':0,'content_index':0," + std::string(kPart));
  EXPECT_EQ(without.told(), "T:Hi%1@u; ");
  Events with;
  with.Event("output_text.delta",
             "'output_index':0,'delta':'Hi','logprobs':[{'token':'Hi','logprob':-1}]");
  with.Event("output_text.annotation.added",
             "'output_index':0,'annotation':{'type':'url_citation','url':'u'}");
  with.Event("output_text.done",
             "'output_index':0,'text':'Hi','logprobs':[{'token':'Hi','logprob':-1}]");
  with.Event("content_part.done", "'output_index':0,'content_index':0," + std::string(kPart));
  EXPECT_EQ(with.told(), "T:Hi%1@u; ");
  EXPECT_EQ(with.reported(), "");
}

// --- calls

TEST(ResponsesStreamDecoder, ACallWithoutANameWaitsForIt) {
  Events events;
  events.Created();
  events.Event("function_call_arguments.delta", "'output_index':0,'item_id':'f','delta':'{\\'a'");
  events.Event("function_call_arguments.delta", "'output_index':0,'item_id':'f','delta':'\\':1}'");
  EXPECT_EQ(events.told(), "");
  events.Done(0, kCall);
  EXPECT_EQ(events.told(), "C[c f]{\"a\":1}; ");
  EXPECT_EQ(events.reported(), "");
}

TEST(ResponsesStreamDecoder, ACallThatIsNeverNamedIsALoss) {
  Events events;
  events.Created();
  events.Event("function_call_arguments.delta", "'output_index':0,'item_id':'f','delta':'{}'");
  events.Completed("");
  EXPECT_EQ(events.told(), "finish(completed) end");
  EXPECT_EQ(events.reported(), " part-dropped@");
}

TEST(ResponsesStreamDecoder, ArgumentsThatAreAnObject) {
  Events events;
  events.Created();
  events.Done(0, "'type':'function_call','call_id':'c','name':'f','arguments':{'a':1}");
  EXPECT_EQ(events.told(), "C[c f]{\"a\":1}; ");
}

TEST(ResponsesStreamDecoder, CallsThatInterleaveComeOneAfterTheOther) {
  Events events;
  events.Created();
  events.Added(0, "'type':'function_call','call_id':'a','name':'f','arguments':''");
  events.Added(1, "'type':'custom_tool_call','call_id':'b','name':'p','input':''");
  events.Event("custom_tool_call_input.delta", "'output_index':1,'delta':'*'");
  events.Event("function_call_arguments.delta", "'output_index':0,'delta':'{}'");
  events.Done(1, "'type':'custom_tool_call','call_id':'b','name':'p','input':'**'");
  events.Done(0, "'type':'function_call','call_id':'a','name':'f','arguments':'{}'");
  EXPECT_EQ(events.told(), "C[a f]{}; P[b p]**; ");
}

// --- reasoning

std::string Reasoning(std::string_view summary, std::string_view rest) {
  std::string item = "'id':'rs','type':'reasoning','summary':[";
  for (char c : summary) {
    if (item.back() == '}') item += ',';
    item += "{'type':'summary_text','text':'" + std::string(1, c) + "'}";
  }
  return item + "]" + std::string(rest);
}

void Summaries(Events& events, int count) {
  for (int i = 0; i < count; ++i) {
    std::string at = "'output_index':0,'summary_index':" + std::to_string(i);
    std::string text(1, static_cast<char>('a' + i));
    events.Event("reasoning_summary_part.added", at + ",'part':{'type':'summary_text','text':''}");
    events.Event("reasoning_summary_text.delta", at + ",'delta':'" + text + "'");
    events.Event("reasoning_summary_text.done", at + ",'text':'" + text + "'");
    events.Event("reasoning_summary_part.done",
                 at + ",'part':{'type':'summary_text','text':'" + text + "'}");
  }
}

TEST(ResponsesStreamDecoder, SignedReasoningIsOneTextWhoeverTheModelIs) {
  for (std::string_view model : {"claude-sonnet-4-5", "", "my-model"}) {
    Events events;
    events.Created(model);
    events.Added(0, Reasoning("", ""));
    Summaries(events, 2);
    EXPECT_EQ(events.told(), "S:a") << model;
    events.Done(0, Reasoning("ab", ",'encrypted_content':'EqQB'"));
    EXPECT_EQ(events.told(), "S:a\n\nb#EqQB; ") << model;
    EXPECT_EQ(events.reported(), "");
  }
}

TEST(ResponsesStreamDecoder, EncryptedReasoningHasATextOfItsOwnForEachSummary) {
  for (std::string_view model : {"gpt-5", "", "my-model", "claude-sonnet-4-5"}) {
    Events events;
    events.Created(model);
    events.Added(0, Reasoning("", ""));
    Summaries(events, 2);
    events.Done(0, Reasoning("ab", ",'encrypted_content':'gAAAAB'"));
    EXPECT_EQ(events.told(), "S:a; S:b; X[rs gAAAAB]; ") << model;
    EXPECT_EQ(events.reported(), "");
  }
}

TEST(ResponsesStreamDecoder, ReasoningWithoutASecret) {
  for (std::string_view model : {"gpt-5", "", "claude-sonnet-4-5"}) {
    Events events;
    events.Created(model);
    events.Added(0, Reasoning("", ""));
    Summaries(events, 3);
    events.Done(0, Reasoning("abc", ""));
    EXPECT_EQ(events.told(), "S:a; S:b; S:c; ") << model;
  }
}

TEST(ResponsesStreamDecoder, ReasoningThatIsNeverDoneIsToldAtTheEnd) {
  Events events;
  events.Created("");
  Summaries(events, 2);
  events.Completed("");
  EXPECT_EQ(events.told(), "S:a; S:b; finish(completed) end");
}

TEST(ResponsesStreamDecoder, TheFormatOfTheItemSaysWhoseItIs) {
  Events events;
  events.Created("gpt-5");
  events.Added(0, Reasoning("", ",'format':'anthropic-claude-v1'"));
  Summaries(events, 1);
  events.Done(0, Reasoning("a", ",'encrypted_content':'EqQB','format':'anthropic-claude-v1'"));
  EXPECT_EQ(events.told(), "S:a#EqQB; ");
}

TEST(ResponsesStreamDecoder, AnEmptyTextHasItsSignature) {
  Events events;
  events.Created("claude-opus-4-5");
  events.Done(0,
              "'id':'rs','type':'reasoning','summary':[{'type':'summary_text','text':''}],"
              "'encrypted_content':'Eq'");
  events.Done(1, "'id':'rs2','type':'reasoning','summary':[],'encrypted_content':'Er'");
  EXPECT_EQ(events.told(), "S:#Eq; X[rs2 Er]; ");
}

TEST(ResponsesStreamDecoder, ReasoningTextBesideASummary) {
  Events events;
  events.Created("gpt-5");
  events.Added(0, Reasoning("", ""));
  events.Event("reasoning_text.delta", "'output_index':0,'content_index':0,'delta':'raw'");
  events.Event("reasoning_text.done", "'output_index':0,'content_index':0,'text':'raw'");
  events.Event("reasoning_summary_text.delta", "'output_index':0,'summary_index':0,'delta':'sum'");
  events.Done(0,
              "'id':'rs','type':'reasoning','summary':[{'type':'summary_text','text':'sum'}],"
              "'content':[{'type':'reasoning_text','text':'raw'}]");
  EXPECT_EQ(events.told(), "R:raw; S:sum; ");
  EXPECT_EQ(events.reported(), "");
}

// --- the end

TEST(ResponsesStreamDecoder, ErrorsEndTheStreamWhereverTheyCome) {
  struct Row {
    std::string_view event;
    std::string_view told;
  };
  for (const Row& row : {
           Row{"{'type':'error','code':'rate_limit_exceeded','message':'Slow','param':null}",
               "error 429: Slow"},
           Row{"{'type':'error','code':null,'message':'Odd','param':null}", "error 500: Odd"},
           Row{"{'type':'error','code':'invalid_api_key','message':'Key'}", "error 401: Key"},
           Row{"{'type':'error','error':{'type':'server_error','code':'server_is_overloaded',"
               "'message':'Busy','param':null}}",
               "error 503: Busy"},
           Row{"{'type':'response.failed','response':{'status':'failed','output':[],'error':{"
               "'code':'context_length_exceeded','message':'Long'}}}",
               "error 400: Long"},
           Row{"{'type':'response.failed','response':{'status':'failed','error':null}}",
               "error 500: "},
       }) {
    for (int before = 0; before < 4; ++before) {
      Events events;
      std::string told;
      if (before > 0) events.Created();
      if (before > 1) events.Added(0, kMessage);
      if (before > 2) events.Piece(0, "Hi");
      if (before > 2) told = "T:Hi";
      EXPECT_TRUE(events.Push(row.event));
      EXPECT_EQ(events.told(), told + std::string(row.told));
      EXPECT_TRUE(events.done());
      events.Completed("");  // is not read
      EXPECT_TRUE(events.Finish());
      EXPECT_EQ(events.told(), told + std::string(row.told));
    }
  }
}

TEST(ResponsesStreamDecoder, MembersBesideAnErrorAreLosses) {
  Events events;
  EXPECT_TRUE(
      events.Push("{'type':'error','sequence_number':1,'code':'x','message':'Odd','x_odd':1,"
                  "'error':{'type':'server_error','code':null,'message':'Odd'}}"));
  EXPECT_EQ(events.reported(), " field-dropped@/x_odd");
}

TEST(ResponsesStreamDecoder, WithoutALastResponseItIsCut) {
  for (int before = 0; before < 3; ++before) {
    Events events;
    if (before > 0) events.Created();
    if (before > 1) events.Piece(0, "Hi");
    EXPECT_TRUE(events.Finish());
    EXPECT_EQ(events.told(), (before > 1 ? std::string("T:Hi") : std::string()) +
                                 "error 0: upstream stream ended before it was complete");
  }
  Events events;
  events.Created();
  EXPECT_TRUE(events.Push("[DONE]"));
  EXPECT_EQ(events.told(), "error 0: upstream stream ended before it was complete");
}

TEST(ResponsesStreamDecoder, FinishReasons) {
  struct Row {
    std::string_view type;
    std::string_view response;
    std::string_view told;
  };
  for (const Row& row : {
           Row{"completed", "'status':'completed'", "finish(completed) end"},
           Row{"incomplete",
               "'status':'incomplete','incomplete_details':{'reason':'content_filter'}",
               "finish(content_filter) end"},
           Row{"incomplete", "'status':'incomplete','incomplete_details':null",
               "finish(incomplete) end"},
           Row{"cancelled", "'status':'cancelled'", "finish(cancelled) end"},
           Row{"completed", "'id':'r'", "finish() end"},
       }) {
    Events events;
    events.Created();
    events.Event(row.type, "'response':{" + std::string(row.response) + ",'output':[]}");
    EXPECT_EQ(events.told(), row.told);
  }
}

TEST(ResponsesStreamDecoder, QueuedIsAFirstResponseToo) {
  Events events;
  events.Event("queued", "'response':{'id':'r','model':'m','status':'queued','output':[]}");
  events.Event("in_progress", "'response':{'id':'r','status':'in_progress','output':[]}");
  events.Completed("");
  EXPECT_EQ(events.told(), "finish(completed) end");
  EXPECT_EQ(events.reported(), "");
}

TEST(ResponsesStreamDecoder, WhatResponsesBeforeTheEndSayIsNotLostInSilence) {
  Events events;
  events.Event("created", "'response':{'id':'r','output':[],'tools':[],'x_a':1}");
  events.Event(
      "in_progress",
      "'response':{'id':'r','status':'in_progress','tools':[],'x_a':1,'x_b':2,'output':[{" +
          Message("so far") + "},{" + Message("and more", "n") + "}]}");
  std::string members = " field-dropped@/response/x_a field-dropped@/response/x_b";
  EXPECT_EQ(events.reported(), members);
  events.Done(0, Message("so far"));
  events.Completed("");
  EXPECT_EQ(events.told(), "T:so far; finish(completed) end");
  EXPECT_EQ(events.reported(), members + " part-dropped@");
}

TEST(ResponsesStreamDecoder, WhatTheFirstResponseDidNotSayIsALoss) {
  Events events;
  events.Event("created", "'response':{'id':'r','status':'in_progress','output':[]}");
  events.Event("completed",
               "'response':{'id':'r','model':'late','status':'completed','output':[],'usage':7}");
  EXPECT_EQ(events.reported(), " field-dropped@/response/model field-dropped@/response/usage");
}

// --- what nobody knows

TEST(ResponsesStreamDecoder, UnknownEventsAreToldOnceAType) {
  Events events;
  events.Created();
  for (int i = 0; i < 3; ++i) events.Event("surprise.delta", "'delta':'x'");
  EXPECT_TRUE(events.Push("{'data':1}", "response.other"));
  EXPECT_TRUE(events.Push("{'type':'keepalive','sequence_number':3}"));
  EXPECT_EQ(events.told(), "?response.surprise.delta ?response.other ");
}

TEST(ResponsesStreamDecoder, ItemsOfUnknownTypesComeWhole) {
  Events events;
  events.Created();
  events.Added(0, "'id':'w','type':'teleport_call','status':'in_progress'");
  events.Event("teleport_call.progress", "'output_index':0,'item_id':'w','percent':50");
  events.Event("output_text.delta", "'output_index':0,'delta':'of it'");
  EXPECT_EQ(events.told(), "");
  EXPECT_EQ(events.reported(), " field-dropped@/delta");
  events.Done(0, "'id':'w','type':'teleport_call','status':'completed','to':'Oslo'");
  EXPECT_EQ(events.told(), "O[teleport_call]; ");
}

TEST(ResponsesStreamDecoder, AnOpaqueItemThatNeverComesWholeIsALoss) {
  Events events;
  events.Created();
  events.Added(0, "'id':'w','type':'web_search_call','status':'in_progress'");
  events.Completed("");
  EXPECT_EQ(events.reported(), " part-dropped@");
}

TEST(ResponsesStreamDecoder, FramesThatAreNoEvents) {
  Events events;
  EXPECT_TRUE(events.Push(""));
  EXPECT_TRUE(events.Push("[DONE]"));
  EXPECT_FALSE(events.done());
  EXPECT_FALSE(events.Push("[]"));
  EXPECT_FALSE(events.Push("{'type':"));
}

// --- limits

TEST(ResponsesStreamDecoder, ItemsThatAreOpenAreBounded) {
  Limits limits;
  limits.max_open_blocks = 3;
  Events events(limits);
  for (int i = 0; i < 3; ++i) events.Added(i, kMessage);
  Status status = events.Push(
      "{'type':'response.output_item.added','output_index':3,'item':{'type':'message'}}");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

TEST(ResponsesStreamDecoder, ItemsThatAreDoneMayBeManyMore) {
  Events events;
  std::string output;
  for (int i = 0; i < 3000; ++i) {
    std::string id = "c" + std::to_string(i);
    std::string item = "'type':'function_call','call_id':'" + id + "','name':'f','arguments':'{}'";
    events.Done(i, item);
    output += (i > 0 ? ",{" : "{") + item + "}";
  }
  std::size_t told = events.told().size();
  events.Completed(output);
  EXPECT_EQ(events.told().substr(told), "finish(completed) end");
}

TEST(ResponsesStreamDecoder, PartsOfAnItemAreBounded) {
  Limits limits;
  limits.max_open_blocks = 3;
  Events events(limits);
  for (int i = 0; i < 3; ++i) {
    events.Event("output_text.done",
                 "'output_index':0,'content_index':" + std::to_string(i) + ",'text':'x'");
  }
  Status status = events.Push(
      "{'type':'response.output_text.delta','output_index':0,'content_index':3,'delta':'x'}");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

TEST(ResponsesStreamDecoder, TextsThatWaitAreBounded) {
  Limits limits;
  limits.max_accumulated_bytes = 2048;
  Events events(limits);
  events.Created("");
  Summaries(events, 1);
  std::string piece(1000, 'x');
  std::string event =
      "{'type':'response.reasoning_summary_text.delta','output_index':0,'summary_index':1,'delta':"
      "'" +
      piece + "'}";
  EXPECT_TRUE(events.Push(event));
  EXPECT_TRUE(events.Push(event));
  Status status = events.Push(event);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
}

}  // namespace
}  // namespace aiproxy
