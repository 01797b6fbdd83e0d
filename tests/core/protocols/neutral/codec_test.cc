// The neutral form: everything that the model has comes back, and so does where it came from.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/model/protocol_ids.h"
#include "core/protocols/neutral/codec.h"
#include "filling_visitor.h"

namespace aiproxy {
namespace {

/// One input document with all that a codec wants around it.
class Input {
 public:
  explicit Input(std::string_view json, std::string_view target = "neutral") : text_(json) {
    Status parsed = document_.Parse(text_.view());
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message) << "\n" << json;
    accounting_.Begin(document_, target);
  }

  CodecContext& context() { return context_; }
  Arena& arena() { return arena_; }
  Value root() { return {document_, 0}; }
  /// The value at a path of member names and indices.
  template <class... Steps>
  Value At(Steps... steps) {
    Value value = root();
    ((value = Step(value, steps)), ...);
    return value;
  }

  /// What is neither written nor used nor reported yet is reported now: "pointer message" lines.
  std::string Report() {
    accounting_.Settle();
    std::string out;
    for (const Finding& finding : accounting_.findings()) {
      document_.AppendPointer(finding.node, out);
      out += " " + accounting_.Message(finding) + "\n";
    }
    return out;
  }

 private:
  static Value Step(const Value& value, const char* name) { return value.Find(name); }
  static Value Step(const Value& value, int index) {
    for (Value item : value.items()) {
      if (index-- == 0) return item;
    }
    return {};
  }

  PaddedText text_;
  Document document_;
  Accounting accounting_;
  Arena arena_;
  Document scratch_;
  std::string buffer_;
  Limits limits_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
};

// One overload for each kind of message, so that tests can be written once.

std::string Encoded(const ChatRequest& request, CodecContext& context) {
  Output out;
  Writer writer(out, &context.document());
  EXPECT_TRUE(kNeutral.encode_request(request, context, writer));
  return out.ToString();
}
std::string Encoded(const ChatResponse& response, CodecContext& context) {
  Output out;
  Writer writer(out, &context.document());
  EXPECT_TRUE(kNeutral.encode_response(response, context, writer));
  return out.ToString();
}
std::string Encoded(const ApiError& error, CodecContext& context) {
  Output out;
  Writer writer(out, &context.document());
  EXPECT_TRUE(kNeutral.encode_error(error, context, writer));
  return out.ToString();
}
Status Decode(Input& input, ChatRequest& request) {
  return kNeutral.decode_request(input.root(), {}, input.context(), request);
}
Status Decode(Input& input, ChatResponse& response) {
  return kNeutral.decode_response(input.root(), {}, input.context(), response);
}
Status Decode(Input& input, ApiError& error) {
  return kNeutral.decode_error(input.root(), {}, input.context(), error);
}

template <class T>
void ExpectSameBytesAgain(const std::string& json) {
  Input input(json);
  T message;
  Status status = Decode(input, message);
  ASSERT_TRUE(status) << status.error().pointer << " " << status.error().message << "\n" << json;
  EXPECT_EQ(Encoded(message, input.context()), json);
  EXPECT_EQ(input.Report(), "");
}

/// The error message and pointer of a request that cannot be read.
std::string RequestError(std::string_view json) {
  Input input(json);
  ChatRequest request;
  Status status = Decode(input, request);
  return status ? "no error" : status.error().pointer + ": " + status.error().message;
}

template <class T>
class NeutralFormTest : public testing::Test {};
using Messages = testing::Types<ChatRequest, ChatResponse, ApiError>;
TYPED_TEST_SUITE(NeutralFormTest, Messages);

TYPED_TEST(NeutralFormTest, EveryMemberComesBack) {
  for (unsigned turn = 0; turn < neutral::FillingVisitor::kTurns; ++turn) {
    Input nothing("{}");
    TypeParam message;
    neutral::FillingVisitor fill(nothing.arena(), turn);
    Visit(fill, message);
    std::string json = Encoded(message, nothing.context());
    for (unsigned i = 1; i <= fill.count(); ++i) {
      EXPECT_NE(json.find(std::to_string(i)), json.npos) << "value " << i << " is not written";
    }
    EXPECT_NE(json.find("\"style\":7"), json.npos);
    ExpectSameBytesAgain<TypeParam>(json);
  }
}

TYPED_TEST(NeutralFormTest, AnEmptyMessageComesBack) {
  Input nothing("{}");
  ExpectSameBytesAgain<TypeParam>(Encoded(TypeParam{}, nothing.context()));
}

TEST(NeutralTest, WritesWhatIsThereAndNothingElse) {
  Input wire(
      R"({"model":"m","messages":[{"role":"user","content":"a\/b \u00e9"}],"max_tokens":1e2})",
      "neutral");
  CodecContext& context = wire.context();
  ChatRequest request;
  request.protocol = "openai-chat";
  request.model = Text::Of(wire.At("model"));
  request.messages_node = wire.At("messages").id();
  request.sampling.max_output_tokens = Number::Of(wire.At("max_tokens"));
  Message message;
  message.role = {Role::kUser, wire.At("messages", 0, "role").id()};
  message.node = wire.At("messages", 0).id();
  message.style = 3;
  TextPart text;
  text.text = Text::Of(wire.At("messages", 0, "content"));
  text.node = text.text.node;
  message.parts.push_back(context.arena, Part(text));
  message.content_node = text.node;
  request.messages.push_back(context.arena, message);
  EXPECT_EQ(
      Encoded(request, context),
      R"({"neutral":"request","protocol":"openai-chat","model":"m","messages":[{"role":"user",)"
      R"("parts":[{"part":"text","text":"a\/b \u00e9"}],"has_content":true,"style":3}],)"
      R"("sampling":{"max_output_tokens":1e2}})");
  EXPECT_EQ(wire.Report(), "");
}

TEST(NeutralTest, WhatTheModelHasNotIsReported) {
  Input wire(R"({"model":"m","unread":{"a":1}})", "neutral");
  ChatRequest request;
  request.model = Text::Of(wire.At("model"));
  Encoded(request, wire.context());
  EXPECT_EQ(wire.Report(), "/unread 'unread' has no place in neutral\n");
}

/// A tool choice whose name is inside the wire value, and whose type the decoder has used.
constexpr std::string_view kChoiceWire =
    R"({"type":"function","function":{"name":"f"},"more":[1],"odd":2})";
constexpr std::string_view kChoiceNeutral =
    R"({"neutral":"request","protocol":"openai-chat","tool_choice":{"mode":"named",)"
    R"("value":{"type":"function","function":{"name":"f"},"more":[1],"odd":2},)"
    R"("mode_at":"/value/type","name_at":"/value/function/name",)"
    R"("extras_at":["/value/more","/value/odd"],"node_at":"/value","used":["/value/type"]}})";

TEST(NeutralTest, WhatIsInsideAWireValueIsReferredTo) {
  Input wire(kChoiceWire);
  CodecContext& context = wire.context();
  ChatRequest request;
  request.protocol = "openai-chat";
  request.node = kNoNode;
  ToolChoice& choice = request.tool_choice;
  choice.mode = ToolChoice::Mode::kNamed;
  choice.value = Raw::Of(wire.root());
  choice.node = wire.root().id();
  choice.mode_node = wire.At("type").id();
  choice.name = Text::Of(wire.At("function", "name"));
  for (Member member : wire.root().members()) {
    if (member.key.Is("more") || member.key.Is("odd")) {
      choice.extras.push_back(context.arena, {Text::Of(member.key), Raw::Of(member.value)});
    }
  }
  context.accounting.Use(choice.mode_node);
  EXPECT_EQ(Encoded(request, context), kChoiceNeutral);
  EXPECT_EQ(wire.Report(), "");
}

TEST(NeutralTest, ReferencesLeadIntoTheWireValue) {
  Input input(kChoiceNeutral);
  ChatRequest request;
  ASSERT_TRUE(Decode(input, request));
  const ToolChoice& choice = request.tool_choice;
  Value value = input.At("tool_choice", "value");
  EXPECT_EQ(choice.mode, ToolChoice::Mode::kNamed);
  EXPECT_EQ(choice.node, value.id());
  EXPECT_EQ(choice.mode_node, value.Find("type").id());
  EXPECT_EQ(choice.name.node, value.Find("function").Find("name").id());
  EXPECT_TRUE(choice.name.Is("f"));
  ASSERT_EQ(choice.extras.size(), 2u);
  EXPECT_TRUE(choice.extras[0].name.Is("more"));
  EXPECT_EQ(choice.extras[1].value.json, "2");
}

TEST(NeutralTest, TheAccountOfTheNeutralFormIsThatOfTheWire) {
  Input input(kChoiceNeutral, "anthropic-messages");
  ChatRequest request;
  ASSERT_TRUE(Decode(input, request));
  input.context().accounting.Use(request.tool_choice.name.node);  // as an encoder that writes it
  EXPECT_EQ(input.Report(),
            "/tool_choice/value/more 'more' has no place in anthropic-messages\n"
            "/tool_choice/value/odd 'odd' has no place in anthropic-messages\n");
}

TEST(NeutralTest, ReferencesGoUpToTheStructAround) {
  Input wire(R"({"details":[{"text":"because","format":"x"}]})");
  CodecContext& context = wire.context();
  ChatRequest request;
  Message message;
  message.role = {Role::kAssistant};
  Member details = *wire.root().members().begin();
  message.style_members.push_back(context.arena, {Text::Of(details.key), Raw::Of(details.value)});
  ReasoningPart reasoning;
  reasoning.node = wire.At("details", 0).id();
  reasoning.text = Text::Of(wire.At("details", 0, "text"));
  message.parts.push_back(context.arena, Part(reasoning));
  request.messages.push_back(context.arena, message);
  std::string json = Encoded(request, context);
  EXPECT_EQ(json, R"({"neutral":"request","messages":[{"role":"assistant",)"
                  R"("style_members":{"details":[{"text":"because","format":"x"}]},)"
                  R"("parts":[{"part":"reasoning","text_at":"../style_members/details/0/text",)"
                  R"("node_at":"../style_members/details/0"}]}]})");
  ExpectSameBytesAgain<ChatRequest>(json);
}

TEST(NeutralTest, MembersWithOneSourceShareItAfterwards) {
  Input wire(R"({"effort":"none"})");
  ChatRequest request;
  NodeId node = wire.At("effort").id();
  request.reasoning.mode = {Reasoning::Mode::kDisabled, node};
  request.reasoning.effort = {Effort::kNone, node};
  std::string json = Encoded(request, wire.context());
  EXPECT_EQ(json, R"({"neutral":"request","reasoning":{"mode":"disabled","effort_at":"/mode",)"
                  R"("effort":"none"}})");
  Input input(json);
  ChatRequest read;
  ASSERT_TRUE(Decode(input, read));
  EXPECT_TRUE(read.reasoning.effort.Is(Effort::kNone));
  EXPECT_EQ(read.reasoning.effort.node, read.reasoning.mode.node);
}

TEST(NeutralTest, DataUrlsAreWrittenOnce) {
  Input wire(R"({"url":"data:image/png;base64,QUJD"})");
  CodecContext& context = wire.context();
  ChatRequest request;
  MediaPart media;
  media.source = MediaPart::Source::kBase64;
  media.url = Text::Of(wire.At("url"));
  bool base64 = false;
  ASSERT_TRUE(SplitDataUrl(media.url, media.media_type, media.data, base64));
  Message message;
  message.role = {Role::kUser};
  message.parts.push_back(context.arena, Part(media));
  request.messages.push_back(context.arena, message);
  std::string json = Encoded(request, context);
  EXPECT_EQ(json,
            R"({"neutral":"request","messages":[{"role":"user","parts":[{"part":"media",)"
            R"("kind":"image","source":"base64","data_url":"data:image/png;base64,QUJD"}]}]})");
  Input input(json);
  ChatRequest read;
  ASSERT_TRUE(Decode(input, read));
  const auto& part = *std::get_if<MediaPart>(&read.messages[0].parts[0].variant());
  EXPECT_EQ(part.data.bytes, "QUJD");
  EXPECT_EQ(part.media_type.bytes, "image/png");
  EXPECT_EQ(part.data.node, part.url.node);
  ExpectSameBytesAgain<ChatRequest>(json);
}

TEST(NeutralTest, AMediaTypeOfItsOwnIsWrittenBesideADataUrl) {
  Input wire(R"({"url":"data:image/jpg;base64,QUJD"})");
  CodecContext& context = wire.context();
  MediaPart media;
  media.url = Text::Of(wire.At("url"));
  bool base64 = false;
  ASSERT_TRUE(SplitDataUrl(media.url, media.media_type, media.data, base64));
  media.media_type = NormalisedMediaType(media.media_type);
  ChatRequest request;
  Message message;
  message.role = {Role::kUser};
  message.parts.push_back(context.arena, Part(media));
  request.messages.push_back(context.arena, message);
  std::string json = Encoded(request, context);
  EXPECT_NE(json.find(R"("media_type":"image/jpeg","media_type_at":"/data_url")"), json.npos)
      << json;
  ExpectSameBytesAgain<ChatRequest>(json);
}

TEST(NeutralTest, DuplicateExtrasAreKept) {
  ExpectSameBytesAgain<ChatRequest>(
      R"({"neutral":"request","extras":{"x":1,"x":2,"y\"":null,"z":[1.50,1e2]}})");
}

TEST(NeutralTest, WhiteSpaceDoesNotMatter) {
  Input input("{ \"neutral\" : \"request\" , \"messages\" : [ { \"role\" : \"user\" } ] }");
  ChatRequest request;
  ASSERT_TRUE(Decode(input, request));
  EXPECT_EQ(Encoded(request, input.context()),
            R"({"neutral":"request","messages":[{"role":"user"}]})");
}

TEST(NeutralTest, MistakesInTheFormAreErrors) {
  EXPECT_EQ(RequestError("[]"), ": expected an object, got an array");
  EXPECT_EQ(RequestError("{}"), ": expected a member 'neutral', got none");
  EXPECT_EQ(RequestError(R"({"neutral":"response"})"),
            "/neutral: expected 'request', got 'response'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","model":1})"),
            "/model: expected a string, got a number");
  EXPECT_EQ(RequestError(R"({"neutral":"request","stream":"x"})"),
            "/stream: expected a boolean, got a string");
  EXPECT_EQ(RequestError(R"({"neutral":"request","sampling":{"top_p":"1"}})"),
            "/sampling/top_p: expected a number, got a string");
  EXPECT_EQ(RequestError(R"({"neutral":"request","model":"a","model":"b"})"),
            "/model: duplicate member 'model'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","messages":[{}]})"),
            "/messages/0: expected a member 'role', got none");
  EXPECT_EQ(RequestError(R"({"neutral":"request","messages":[{"role":"me"}]})"),
            "/messages/0/role: expected one of 'system', 'developer', 'user', 'assistant', 'tool', "
            "'function', got 'me'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","messages":[{"role":"user","parts":[{}]}]})"),
            "/messages/0/parts/0: expected a member 'part', got none");
  EXPECT_EQ(
      RequestError(R"({"neutral":"request","messages":[{"role":"user","parts":[{"part":"x"}]}]})"),
      "/messages/0/parts/0/part: expected one of 'text', 'media', 'reasoning', 'tool_call', "
      "'tool_result', 'opaque', got 'x'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","style":-1})"),
            "/style: expected an integer from 0 to 4294967295, got a number");
}

TEST(NeutralTest, UnknownMembersAreErrorsThatNameThem) {
  std::string error = RequestError(
      R"({"neutral":"request","messages":[{"role":"user","parts":[{"part":"text","txt":"a"}]}]})");
  EXPECT_EQ(
      error,
      "/messages/0/parts/0/txt: unknown member 'txt', expected one of 'part', 'text', 'json', "
      "'refusal', 'citations', 'cache', 'extras', 'style', 'used'");
}

TEST(NeutralTest, UnknownProtocolsAreErrorsThatNameTheKnown) {
  std::string error = RequestError(R"({"neutral":"request","protocol":"openai"})");
  EXPECT_TRUE(error.starts_with("/protocol: expected one of 'openai-chat', 'openai-completions'"))
      << error;
  EXPECT_TRUE(error.ends_with("'neutral', got 'openai'")) << error;
}

TEST(NeutralTest, ReferencesToNothingAreErrors) {
  EXPECT_EQ(RequestError(R"({"neutral":"request","model_at":"/x"})"),
            "/model_at: there is nothing at '/x'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","model_at":"../../x"})"),
            "/model_at: there is nothing at '../../x'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","model_at":"style","style":1})"),
            "/model_at: there is nothing at 'style'");
  EXPECT_EQ(RequestError(R"({"neutral":"request","model_at":"/style","style":1})"),
            "/style: expected a string, got a number");
  EXPECT_EQ(
      RequestError(
          R"({"neutral":"request","extras_at":["/messages/0"],"messages":[{"role":"user"}]})"),
      "/extras_at/0: expected a JSON pointer to a member of an object, got a string");
  EXPECT_EQ(RequestError(R"({"neutral":"request","used":[1]})"),
            "/used/0: expected a string with a JSON pointer, got a number");
}

TEST(NeutralTest, RecognisesItsOwn) {
  auto recognised = [](std::string_view json, std::string_view sse_event = "") {
    Input input(json);
    return kNeutral.recognise(input.root(), sse_event);
  };
  EXPECT_EQ(recognised(R"({"neutral":"request"})").certainty, Certainty::kSure);
  EXPECT_EQ(recognised(R"({"neutral":"response"})").kind, MessageKind::kResponse);
  EXPECT_EQ(recognised(R"({"neutral":"error"})").kind, MessageKind::kError);
  EXPECT_EQ(recognised(R"({"neutral":true})").certainty, Certainty::kNone);
  EXPECT_EQ(recognised(R"({"model":"m"})").certainty, Certainty::kNone);
  EXPECT_EQ(recognised(R"({"event":"start"})", "start").certainty, Certainty::kSure);
  EXPECT_EQ(recognised(R"({"event":"start"})", "start").kind, MessageKind::kStream);
  EXPECT_EQ(recognised(R"({"event":"message"})", "message").certainty, Certainty::kNone);
  EXPECT_EQ(recognised("[]").certainty, Certainty::kNone);
}

TEST(NeutralTest, ErrorsTakeFromHttpWhatTheyDoNotSay) {
  Input input(R"({"neutral":"error","message":"slow down"})");
  ApiError error;
  HttpHead head;
  head.status = 429;
  ASSERT_TRUE(kNeutral.decode_error(input.root(), head, input.context(), error));
  EXPECT_EQ(error.kind, ApiErrorKind::kRateLimit);
  EXPECT_EQ(kNeutral.error_status(error), 429);
  EXPECT_TRUE(kNeutral.is_error_body(input.root()));
}

TEST(ProtocolIdsTest, InternsWhatItKnows) {
  for (std::string_view id : ProtocolIds()) EXPECT_EQ(InternProtocolId(std::string(id)), id);
  EXPECT_EQ(InternProtocolId("claude"), "");
  EXPECT_EQ(ProtocolIds().back(), "neutral");
}

}  // namespace
}  // namespace aiproxy
