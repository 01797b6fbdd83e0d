// JSON conformance: the table of suite/cases.inc, and what is too long for a table.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "core/json/document.h"

namespace aiproxy {
namespace {

using std::string_view_literals::operator""sv;

struct Case {
  std::string_view name;
  std::string_view text;
  std::string_view verdict;  // "" or "line:column message"
};

constexpr Case kCases[] = {
#include "../../core/json/suite/cases.inc"
};

/// "" when the text is accepted, else "line:column message".
std::string Verdict(std::string_view text) {
  PaddedText padded(text);
  Document document;
  Status status = document.Parse(padded.view());
  if (status) return "";
  const Error& error = status.error();
  return std::to_string(error.line) + ":" + std::to_string(error.column) + " " + error.message;
}

TEST(JsonConformance, Table) {
  ASSERT_GE(std::size(kCases), 300u);
  for (const Case& row : kCases) {
    EXPECT_EQ(Verdict(row.text), row.verdict) << row.name;
    if (row.name[0] != 'i') {
      EXPECT_EQ(row.verdict.empty(), row.name.starts_with("y_")) << row.name;
    }
  }
}

// A value stays what it is wherever it stands.
TEST(JsonConformance, TableInsideContainers) {
  for (const Case& row : kCases) {
    if (row.text.starts_with("\xEF\xBB\xBF")) continue;
    if (row.name.starts_with("y_")) {
      EXPECT_EQ(Verdict("[0," + std::string(row.text) + ",0]"), "") << row.name;
      EXPECT_EQ(Verdict("{\"a\":" + std::string(row.text) + "}"), "") << row.name;
    }
  }
}

std::string Nested(std::size_t depth, std::string_view open, std::string_view inner,
                   std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += inner;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonConformance, DepthLimit) {
  EXPECT_EQ(Verdict(Nested(128, "[", "", "]")), "");
  EXPECT_EQ(Verdict(Nested(128, "[", "1", "]")), "");
  EXPECT_EQ(Verdict(Nested(128, "{\"a\":", "1", "}")), "");
  EXPECT_EQ(Verdict(Nested(129, "[", "", "]")), "1:129 nested deeper than 128 levels");
  EXPECT_EQ(Verdict(Nested(129, "{\"a\":", "1", "}")), "1:641 nested deeper than 128 levels");
  EXPECT_EQ(Verdict(Nested(64, "[{\"a\":", "[]", "}]")), "1:385 nested deeper than 128 levels");
  EXPECT_EQ(Verdict(Nested(100000, "[", "", "]")), "1:129 nested deeper than 128 levels");
  EXPECT_EQ(Verdict(Nested(100000, "[", "", "")), "1:129 nested deeper than 128 levels");
  EXPECT_EQ(Verdict(Nested(100000, "{\"a\":", "", "")), "1:641 nested deeper than 128 levels");
  EXPECT_EQ(Verdict(Nested(100000, "]", "", "")), "1:1 expected a JSON value, got ']'");
  // Width is not depth.
  EXPECT_EQ(Verdict("[" + Nested(100000, "[],", "", "") + "[]]"), "");
}

TEST(JsonConformance, DepthLimitIsALimit) {
  PaddedText padded("[[1]]"sv);
  Document document;
  EXPECT_TRUE(document.Parse(padded.view(), {.max_depth = 2}));
  Status status = document.Parse(padded.view(), {.max_depth = 1});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
  EXPECT_EQ(status.error().column, 2u);
  // What the parser has room for bounds what may be asked for.
  PaddedText deep(Nested(Document::kDepthCapacity + 1, "[", "", "]"));
  EXPECT_FALSE(document.Parse(deep.view(), {.max_depth = 1000000}));
}

TEST(JsonConformance, NodeLimit) {
  Document document;
  auto verdict = [&](std::string_view text, std::size_t max_nodes) -> std::string {
    PaddedText padded(text);
    Status status = document.Parse(padded.view(), {.max_nodes = max_nodes});
    if (status) return {};
    EXPECT_EQ(status.error().kind, ErrorKind::kLimitExceeded);
    return std::to_string(status.error().column) + " " + status.error().message;
  };
  EXPECT_EQ(verdict("[1,2,3]", 4), "");
  EXPECT_EQ(verdict("[1,2,3]", 3), "6 more than 3 values and member names");
  EXPECT_EQ(verdict(R"({"a":{"b":null}})", 5), "");
  EXPECT_EQ(verdict(R"({"a":{"b":null}})", 4), "11 more than 4 values and member names");
  EXPECT_EQ(verdict(R"({"a":{"b":null}})", 3), "7 more than 3 values and member names");
  EXPECT_EQ(verdict(R"({"a":{"b":null}})", 2), "6 more than 2 values and member names");
  EXPECT_EQ(verdict(R"({"a":true})", 2), "6 more than 2 values and member names");
  EXPECT_EQ(verdict("[]", 1), "");
  EXPECT_EQ(verdict("[]", 0), "1 more than 0 values and member names");
  // Memory that is left from before does not raise it, and the default is one.
  std::string dense = Nested(std::size_t{5} << 20, "0,", "", "");
  EXPECT_EQ(verdict("[" + dense + "0]", std::size_t{8} << 20), "");
  EXPECT_EQ(verdict("[" + dense + "0]", 1000), "2000 more than 1000 values and member names");
  PaddedText padded("[" + dense + "0]");
  Status status = document.Parse(padded.view());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "more than 4194304 values and member names");
}

constexpr std::string_view kRealistic =
    "{\"model\":\"gpt-4o\",\r\n \"temperature\": 0.70e0, \"seed\":-12,\n"
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
    "\"caf\xC3\xA9 \xE4\xB8\xAD\xF0\x9F\x98\x80 \\\"q\\\" \\u00e9\\ud83d\\ude00\\n\"},"
    "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image\\/png;base64,iVBORw0KGgo=\"}}]},"
    "null, true,false,[],{}],\"stop\":[\"a\",\"b\"]}";

TEST(JsonConformance, TruncatedAtEveryByte) {
  ASSERT_EQ(Verdict(kRealistic), "");
  for (std::size_t size = 0; size < kRealistic.size(); ++size) {
    EXPECT_NE(Verdict(kRealistic.substr(0, size)), "") << size;
  }
}

// What stands behind the text may be anything from the second byte on.
TEST(JsonConformance, ReadsNothingBehindTheEnd) {
  for (std::size_t size = 0; size <= kRealistic.size(); ++size) {
    std::string buffer(kRealistic.substr(0, size));
    buffer += '\0';
    buffer += kRealistic.substr(size);  // as if the text went on
    buffer.append(Document::kPadding, '"');
    Document document;
    Status status = document.Parse(std::string_view(buffer).substr(0, size));
    EXPECT_EQ(status.has_value(), size == kRealistic.size()) << size;
  }
}

// One byte changed to any other: no crash, and an accepted text still has sound spans.
TEST(JsonConformance, EveryByteReplaced) {
  Document document;
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < kRealistic.size(); ++at) {
    for (int byte = 0; byte < 256; byte += 1) {
      std::string text(kRealistic);
      text[at] = static_cast<char>(byte);
      PaddedText padded(text);
      if (!document.Parse(padded.view())) continue;
      ++accepted;
      ASSERT_EQ(document.node(0).next, document.size());
      for (NodeId id = 0; id < document.size(); ++id) {
        ASSERT_LT(document.node(id).begin, document.node(id).end);
        ASSERT_LE(document.node(id).end, text.size());
      }
    }
  }
  EXPECT_GT(accepted, 1000u);
}

TEST(JsonConformance, EveryControlCharacterAtEveryPlaceOfABlock) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (int c = 0; c < 0x20; ++c) {
      std::string text = "\"" + std::string(before, 'a') + static_cast<char>(c) + "\"";
      EXPECT_NE(Verdict(text), "") << before << " " << c;
    }
    EXPECT_EQ(Verdict("\"" + std::string(before, 'a') + "\x7f\""), "");
    EXPECT_EQ(Verdict("\"" + std::string(before, '\x1f' + 1) + "\""), "");
  }
}

TEST(JsonConformance, OnlyFourKindsOfWhiteSpace) {
  for (int c = 0; c < 256; ++c) {
    bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    std::string s(1, static_cast<char>(c));
    EXPECT_EQ(Verdict("[" + s + "true]") == "", space) << c;
    EXPECT_EQ(Verdict("[true" + s + "]") == "", space) << c;
    EXPECT_EQ(Verdict("{\"a\"" + s + ":true}") == "", space) << c;
    EXPECT_EQ(Verdict("true" + s) == "", space) << c;
  }
}

TEST(JsonConformance, EveryEscape) {
  for (int c = 0; c < 256; ++c) {
    if (c == 'u') continue;
    bool known = "\"\\/bfnrt"sv.find(static_cast<char>(c)) != std::string_view::npos;
    std::string text = std::string("\"\\") + static_cast<char>(c) + "\"";
    EXPECT_EQ(Verdict(text) == "", known) << c;
  }
  for (int place = 0; place < 4; ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = "\"\\u0000\"";
      text[static_cast<std::size_t>(3 + place)] = static_cast<char>(c);
      bool hex = "0123456789abcdefABCDEF"sv.find(static_cast<char>(c)) != std::string_view::npos;
      EXPECT_EQ(Verdict(text) == "", hex) << place << " " << c;
    }
  }
}

}  // namespace
}  // namespace aiproxy
