#include "core/json/output.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace aiproxy {
namespace {

std::vector<std::string> Pieces(const Output& out) {
  std::vector<std::string> pieces;
  out.ForEachPiece([&](std::string_view piece) { pieces.emplace_back(piece); });
  return pieces;
}

class OutputTest : public testing::Test {
 protected:
  const std::string big_ = std::string(Output::kByReference, 'B');
  const std::string other_ = std::string(Output::kByReference + 5, 'C');
  Output out_;
};

TEST_F(OutputTest, CopiesSmallPieces) {
  EXPECT_EQ(out_.size(), 0u);
  EXPECT_TRUE(Pieces(out_).empty());
  out_.Append("ab");
  out_.Append('c');
  out_.Append(std::string_view());
  out_.AppendStable("de");
  EXPECT_EQ(out_.size(), 5u);
  EXPECT_FALSE(out_.has_references());
  EXPECT_EQ(Pieces(out_), std::vector<std::string>{"abcde"});
}

TEST_F(OutputTest, NothingIntoNothing) {
  out_.Append(std::string_view());
  out_.AppendStable({});
  EXPECT_EQ(out_.ToString(), "");
}

TEST_F(OutputTest, RefersToLargeSpans) {
  out_.AppendStable(big_);
  out_.Append("a");
  out_.AppendStable(other_);
  out_.AppendStable(big_);
  out_.Append("z");
  EXPECT_TRUE(out_.has_references());
  EXPECT_EQ(Pieces(out_), (std::vector<std::string>{big_, "a", other_, big_, "z"}));
  EXPECT_EQ(out_.size(), big_.size() * 2 + other_.size() + 2);
  EXPECT_EQ(out_.ToString(), big_ + "a" + other_ + big_ + "z");
  out_.ForEachPiece([&](std::string_view piece) {
    if (piece.size() == other_.size()) {
      EXPECT_EQ(piece.data(), other_.data());
    }
  });
}

TEST_F(OutputTest, OneByteLessIsCopied) {
  out_.AppendStable(std::string_view(big_).substr(1));
  EXPECT_FALSE(out_.has_references());
}

TEST_F(OutputTest, GrowsByWhatIsAppended) {
  std::string expected;
  for (int i = 0; i < 20000; ++i) {
    std::string piece = std::to_string(i);
    out_.Append(piece);
    expected += piece;
  }
  out_.Append(big_ + big_ + big_);
  expected += big_ + big_ + big_;
  EXPECT_EQ(out_.ToString(), expected);
}

TEST_F(OutputTest, ReserveAndAdvance) {
  char* to = out_.Reserve(3);
  to[0] = 'x';
  to[1] = 'y';
  out_.Advance(2);
  EXPECT_EQ(out_.ToString(), "xy");
}

TEST_F(OutputTest, Clear) {
  out_.Append("a");
  out_.AppendStable(big_);
  out_.Clear();
  EXPECT_EQ(out_.size(), 0u);
  EXPECT_FALSE(out_.has_references());
  out_.Append("b");
  EXPECT_EQ(out_.ToString(), "b");
}

TEST_F(OutputTest, ClearAfterMuchAndAfterLittle) {
  const std::string much(2 * Output::kMostKept, 'x');
  out_.Append(much);
  const char* memory = out_.Reserve(0) - out_.size();
  out_.Clear();
  EXPECT_EQ(out_.Reserve(0), memory) << "what was used lately is kept";
  out_.Append("little");
  out_.Clear();
  out_.Append("more");
  EXPECT_EQ(out_.ToString(), "more");
}

// Back to every point between two pieces, whatever the pieces were.
TEST_F(OutputTest, TruncateToEveryPoint) {
  const std::string_view small = "abc";
  for (unsigned shape = 0; shape < 64; ++shape) {
    auto piece = [&](unsigned i) { return (shape >> i & 1) != 0 ? std::string_view(big_) : small; };
    std::vector<std::size_t> points{0};
    for (unsigned i = 0; i < 6; ++i) points.push_back(points.back() + piece(i).size());
    for (unsigned keep = 0; keep <= 6; ++keep) {
      out_.Clear();
      std::string expected;
      for (unsigned i = 0; i < 6; ++i) {
        out_.AppendStable(piece(i));
        if (i < keep) expected += piece(i);
      }
      out_.Truncate(points[keep]);
      ASSERT_EQ(out_.size(), points[keep]) << shape << " " << keep;
      ASSERT_EQ(out_.ToString(), expected) << shape << " " << keep;
      out_.Append("tail");
      ASSERT_EQ(out_.ToString(), expected + "tail") << shape << " " << keep;
    }
  }
}

TEST_F(OutputTest, TruncateInsideCopiedBytes) {
  out_.AppendStable(big_);
  out_.Append("abcdef");
  out_.Truncate(big_.size() + 2);
  EXPECT_EQ(out_.ToString(), big_ + "ab");
  out_.Truncate(1000000);
  EXPECT_EQ(out_.ToString(), big_ + "ab");
}

}  // namespace
}  // namespace aiproxy
