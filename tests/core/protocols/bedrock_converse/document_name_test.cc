#include "core/protocols/bedrock_converse/document_name.h"

#include <gtest/gtest.h>

#include <string>

namespace aiproxy::bedrock_converse {
namespace {

class DocumentNameTest : public testing::Test {
 protected:
  DocumentNameTest() {
    EXPECT_TRUE(document_.Parse(text_.view()));
    accounting_.Begin(document_, kId);
  }

  std::string Take(std::string_view name) {
    return std::string(names_.Take(Text::Plain(name), context_).bytes);
  }

  PaddedText text_{"{}"};
  Document document_;
  Document scratch_;
  Arena arena_;
  Accounting accounting_;
  std::string buffer_;
  Limits limits_;
  CodecContext context_{accounting_, arena_, scratch_, buffer_, limits_, {}};
  DocumentNames names_;
};

TEST_F(DocumentNameTest, LosesItsExtensionInSilence) {
  EXPECT_EQ(Take("Q3 report.pdf"), "Q3 report");
  EXPECT_TRUE(accounting_.findings().empty());
}

TEST_F(DocumentNameTest, KeepsTheAlphabetOfTheApi) {
  EXPECT_EQ(Take("John's  report.v1.pdf"), "Johns reportv1");
  EXPECT_EQ(Take("a\xE3\x80\x80"
                 "b (1) [x]-y.md"),
            "a b (1) [x]-y");
  EXPECT_EQ(Take("\xE3\x83\x86.xlsx"), "document");
  EXPECT_EQ(Take(std::string(300, 'x')), std::string(200, 'x'));
  EXPECT_EQ(accounting_.findings().size(), 4u);
}

TEST_F(DocumentNameTest, IsUsedOnce) {
  EXPECT_EQ(Take("a.csv"), "a");
  EXPECT_EQ(Take("a.md"), "a (2)");
  EXPECT_EQ(Take("a"), "a (3)");
  EXPECT_EQ(accounting_.findings().size(), 2u);
}

TEST_F(DocumentNameTest, IsMadeUpWithoutAFileName) {
  EXPECT_EQ(std::string(names_.Take({}, context_).bytes), "document");
  EXPECT_EQ(std::string(names_.Take({}, context_).bytes), "document (2)");
  EXPECT_TRUE(accounting_.findings().empty());
}

}  // namespace
}  // namespace aiproxy::bedrock_converse
