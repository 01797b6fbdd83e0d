// A style is its protocol's own business: one that does not fit what it is about is no crash.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/exchange/exchange.h"
#include "core/protocols/registry.h"

namespace aiproxy {
namespace {

std::vector<std::string> PartsWith(const std::string& style) {
  const std::string end = ",\"style\":" + style + "}";
  const std::string text = R"({"part":"text","text":"t")" + end;
  const std::string media =
      R"({"part":"media","kind":"image","source":"url","url":"https://x.example/")" + end;
  return {
      text,
      media,
      R"({"part":"reasoning","text":"r","signature":"s")" + end,
      R"({"part":"tool_call","id":"c","name":"f","arguments":{"text":"{}"})" + end,
      R"({"part":"tool_result","call_id":"c","content":[)" + text + "]" + end,
      R"({"part":"tool_result","call_id":"c","content":[)" + media + "]" + end,
      R"({"part":"tool_result","call_id":"c")" + end,
      R"({"part":"opaque","protocol":"openai-chat","kind":"k","value":{"a":1})" + end,
  };
}

std::vector<std::string> MessagesWith(const std::string& style) {
  std::vector<std::string> messages;
  for (const std::string role : {"system", "user", "assistant", "tool"}) {
    const std::string begin = R"({"role":")" + role + R"(","parts":[)";
    const std::string end = R"(],"style":)" + style + "}";
    messages.push_back(begin + end);
    for (const std::string& part : PartsWith(style)) {
      messages.push_back(begin + part + end);
      messages.push_back(begin + part + "," + part + end);
    }
  }
  return messages;
}

void Translate(const Protocol& to, const std::string& json) {
  ExchangeOptions options;
  options.from = FindProtocol("neutral");
  options.to = &to;
  DocumentExchange exchange(options, nullptr);
  PaddedText text(json);
  Output out;
  if (!exchange.Translate(text.view(), out)) return;
  Document document;
  PaddedText written(out.ToString());
  EXPECT_TRUE(document.Parse(written.view())) << json << "\n" << written.view();
}

class Styles : public testing::TestWithParam<int> {};

TEST_P(Styles, ThatDoNotFitAreNoCrash) {
  const std::string style = std::to_string(GetParam());
  for (const Protocol* to : AllWires()) {
    const std::string head = R"(","protocol":")" + std::string(to->id) + R"(",)";
    for (const std::string& message : MessagesWith(style)) {
      Translate(*to, R"({"neutral":"request)" + head + R"("model":"m","messages":[)" + message +
                         R"(],"style":)" + style + "}");
      Translate(*to, R"({"neutral":"response)" + head +
                         R"("id":"i","candidates":[{"index":0,"message":)" + message +
                         R"(,"style":)" + style + R"(}],"style":)" + style + "}");
    }
  }
}

std::vector<int> AllBits() {
  std::vector<int> styles;
  for (int style = 0; style < 64; ++style) styles.push_back(style);
  for (int bit = 6; bit < 24; ++bit) {
    styles.push_back(1 << bit);
    styles.push_back((1 << bit) | 63);
  }
  return styles;
}

INSTANTIATE_TEST_SUITE_P(AllBits, Styles, testing::ValuesIn(AllBits()));

}  // namespace
}  // namespace aiproxy
