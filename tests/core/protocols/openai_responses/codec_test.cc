#include "core/protocols/openai_responses/codec.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/protocols/openai_responses/wire.h"

namespace aiproxy {
namespace {

/// A document (with ' for "), and what a codec needs beside it.
class Input {
 public:
  explicit Input(std::string_view json, std::string_view target = "openai-chat")
      : text_(Quoted(json)) {
    EXPECT_TRUE(document_.Parse(text_.view())) << json;
    accounting_.Begin(document_, target);
  }
  Value root() { return Value(document_, 0); }
  CodecContext& context() { return context_; }

  Status Request(ChatRequest& request) {
    return kOpenAiResponses.decode_request(root(), {}, context_, request);
  }
  Status Response(ChatResponse& response) {
    return kOpenAiResponses.decode_response(root(), {}, context_, response);
  }
  ApiError Error() {
    ApiError error;
    EXPECT_TRUE(kOpenAiResponses.decode_error(root(), {}, context_, error));
    return error;
  }
  /// The response written as one of another protocol.
  std::string Foreign(ChatResponse response) {
    response.protocol = "elsewhere";
    response.style = 0;
    Writer writer(output_, &document_);
    EXPECT_TRUE(kOpenAiResponses.encode_response(response, context_, writer));
    return output_.ToString();
  }

 private:
  static std::string Quoted(std::string_view json) {
    std::string text(json);
    for (char& c : text) c = c == '\'' ? '"' : c;
    return text;
  }

  PaddedText text_;
  Limits limits_;
  Document document_;
  Document scratch_;
  Accounting accounting_;
  Arena arena_;
  std::string buffer_;
  Output output_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
};

TEST(ResponsesRequest, RefusesAWrongStructureAndSaysWhere) {
  struct Row {
    std::string_view json;
    std::string_view pointer;
  };
  for (const Row& row : {
           Row{"[]", ""},
           Row{"{'model':1,'input':'x'}", "/model"},
           Row{"{'input':7}", "/input"},
           Row{"{'input':{}}", "/input"},
           Row{"{'input':['hi']}", "/input/0"},
           Row{"{'input':[{}]}", "/input/0"},
           Row{"{'input':[{'content':'hi'}]}", "/input/0"},
           Row{"{'input':[{'role':'king','content':'hi'}]}", "/input/0/role"},
           Row{"{'input':[{'role':7,'content':'hi'}]}", "/input/0/role"},
           Row{"{'input':[{'type':'message','content':'hi'}]}", "/input/0"},
           Row{"{'input':[{'role':'user','content':['hi']}]}", "/input/0/content/0"},
           Row{"{'input':[{'role':'user','content':7}]}", "/input/0/content"},
           Row{"{'input':[{'role':'user','content':{}}]}", "/input/0/content"},
       }) {
    Input input(row.json);
    ChatRequest request;
    Status status = input.Request(request);
    ASSERT_FALSE(status) << row.json;
    EXPECT_EQ(status.error().pointer, row.pointer) << row.json;
  }
}

TEST(ResponsesRequest, MayHaveNoInput) {
  Input input("{'model':'m','previous_response_id':'r'}");
  ChatRequest request;
  EXPECT_TRUE(input.Request(request));
  EXPECT_TRUE(request.messages.empty());
}

TEST(ResponsesRequest, ItemsOfATurnAreOneMessage) {
  Input input(
      "{'input':[{'role':'user','content':'a'},{'type':'reasoning','summary':[]},"
      "{'type':'function_call','call_id':'c','name':'f','arguments':'{}'},"
      "{'role':'assistant','content':'b'},{'type':'web_search_call','id':'w'},"
      "{'type':'function_call_output','call_id':'c','output':'x'},"
      "{'role':'assistant','content':'d'}]}");
  ChatRequest request;
  ASSERT_TRUE(input.Request(request));
  ASSERT_EQ(request.messages.size(), 4u);
  EXPECT_TRUE(request.messages[1].role.Is(Role::kAssistant));
  EXPECT_EQ(request.messages[1].parts.size(), 3u);
  EXPECT_TRUE(request.messages[2].role.Is(Role::kTool));
  EXPECT_EQ(request.messages[3].parts.size(), 1u);
}

TEST(ResponsesRequest, ACallWithoutAnIdGetsOne) {
  Input input(
      "{'input':[{'type':'function_call','name':'f','arguments':'{}'},"
      "{'type':'function_call','id':'fc_1','name':'f','arguments':'{}'}]}");
  ChatRequest request;
  ASSERT_TRUE(input.Request(request));
  const List<Part>& parts = request.messages[0].parts;
  EXPECT_EQ(std::get<ToolCallPart>(parts[0].variant()).id.Decode(), "call_0");
  EXPECT_EQ(std::get<ToolCallPart>(parts[1].variant()).id.Decode(), "fc_1");
}

TEST(ResponsesResponse, RefusesAWrongStructure) {
  for (std::string_view json : {"[]", "{'object':'response'}", "{'output':{}}", "{'output':[1]}",
                                "{'output':[{'role':'king','content':[]}]}"}) {
    Input input(json);
    ChatResponse response;
    EXPECT_FALSE(input.Response(response)) << json;
  }
}

TEST(ResponsesResponse, AMissingIdIsMadeOfTheInput) {
  ChatResponse response;
  response.model = Text::Plain("m");
  auto id = [&](std::string_view json) {
    Input input(json);
    std::string written = input.Foreign(response);
    return written.substr(7, 21);
  };
  std::string one = id("{'a':1}");
  EXPECT_TRUE(one.starts_with("resp_"));
  EXPECT_EQ(one.find_first_not_of("0123456789abcdef", 5), one.npos);
  EXPECT_EQ(one, id("{'a':1}"));
  EXPECT_NE(one, id("{'a':2}"));
  EXPECT_NE(one, id("{'a':1,'b':'longer than eight bytes'}"));
}

TEST(ResponsesError, CodesOfFailedResponses) {
  struct Row {
    std::string_view code;
    ApiErrorKind kind;
  };
  for (const Row& row : {
           Row{"'server_error'", ApiErrorKind::kApi},
           Row{"'rate_limit_exceeded'", ApiErrorKind::kRateLimit},
           Row{"'insufficient_quota'", ApiErrorKind::kBilling},
           Row{"'vector_store_timeout'", ApiErrorKind::kTimeout},
           Row{"'slow_down'", ApiErrorKind::kOverloaded},
           Row{"'invalid_prompt'", ApiErrorKind::kInvalidRequest},
           Row{"'model_not_found'", ApiErrorKind::kNotFound},
           Row{"null", ApiErrorKind::kApi},
           Row{"7", ApiErrorKind::kApi},
       }) {
    Input input("{'object':'response','status':'failed','output':[],'error':{'code':" +
                std::string(row.code) + ",'message':'x'}}");
    EXPECT_TRUE(kOpenAiResponses.is_error_body(input.root()));
    EXPECT_EQ(input.Error().kind, row.kind) << row.code;
  }
}

TEST(ResponsesRecognition, WhatItIs) {
  struct Row {
    std::string_view json;
    Certainty certainty;
    MessageKind kind;
  };
  for (const Row& row : {
           Row{"{'input':[{'role':'user','content':'x'}]}", Certainty::kSure,
               MessageKind::kRequest},
           Row{"{'model':'m','input':'x'}", Certainty::kLikely, MessageKind::kRequest},
           Row{"{'model':'m','previous_response_id':'r'}", Certainty::kLikely,
               MessageKind::kRequest},
           Row{"{'model':'m','input':['x']}", Certainty::kPossible, MessageKind::kRequest},
           Row{"{'object':'response','output':[]}", Certainty::kSure, MessageKind::kResponse},
           Row{"{'type':'response.created'}", Certainty::kSure, MessageKind::kStream},
           Row{"{'model':'m','messages':[],'input':'x'}", Certainty::kNone, MessageKind::kRequest},
       }) {
    Input input(row.json);
    Recognition recognition = kOpenAiResponses.recognise(input.root(), "");
    EXPECT_EQ(recognition.certainty, row.certainty) << row.json;
    if (row.certainty != Certainty::kNone) {
      EXPECT_EQ(recognition.kind, row.kind) << row.json;
    }
  }
}

}  // namespace
}  // namespace aiproxy
