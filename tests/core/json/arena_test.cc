#include "core/json/arena.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace aiproxy {
namespace {

TEST(ArenaTest, CopiesStayAndAreForgotten) {
  Arena arena;
  for (int round = 0; round < 3; ++round) {
    std::string_view small = arena.Copy("small");
    std::string big(100000, 'x');
    std::string_view large = arena.Copy(big);
    List<int> list;
    for (int i = 0; i < 20000; ++i) list.push_back(arena, i);
    for (int i = 0; i < 1000; ++i) arena.Copy("filler");
    EXPECT_EQ(small, "small");
    EXPECT_EQ(large, big);
    ASSERT_EQ(list.size(), 20000u);
    for (int i = 0; i < 20000; ++i) ASSERT_EQ(list[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(list.back(), 19999);
    list.pop_back();
    EXPECT_EQ(list.size(), 19999u);
    EXPECT_EQ(arena.Copy("").size(), 0u);
    arena.Reset();
  }
}

TEST(ArenaTest, Alignment) {
  Arena arena;
  for (int i = 0; i < 3000; ++i) {
    arena.Allocate(static_cast<std::size_t>(i % 7) + 1, 1);
    auto at = reinterpret_cast<std::uintptr_t>(arena.Allocate(24, 8));
    EXPECT_EQ(at % 8, 0u);
  }
}

TEST(ArenaTest, OneBlockIsEnoughTheNextTime) {
  Arena arena;
  auto fill = [&arena] {
    arena.Reset();
    List<std::array<char, 200>> list;
    for (int i = 0; i < 500; ++i) {
      list.push_back(arena, {});
      arena.Copy("between the elements");
    }
  };
  fill();
  fill();
  const std::size_t held = arena.held();
  EXPECT_LE(held, Arena::kMostKept);
  for (int i = 0; i < 5; ++i) fill();
  EXPECT_EQ(arena.held(), held);
}

TEST(ArenaTest, HugeMemoryIsGivenBack) {
  Arena arena;
  for (int i = 0; i < 100; ++i) arena.Allocate(1 << 20);
  EXPECT_GE(arena.held(), std::size_t{100} << 20);
  arena.Reset();
  EXPECT_EQ(arena.held(), Arena::kMostKept);
  arena.Reset();
  EXPECT_EQ(arena.held(), Arena::kMostKept);
}

TEST(ArenaTest, TheLastListGrowsWhereItIs) {
  Arena arena;
  List<int> list;
  list.push_back(arena, 1);
  const int* data = list.begin();
  const List<int> before = list;
  for (int i = 2; i < 100; ++i) list.push_back(arena, i);
  EXPECT_EQ(list.begin(), data);
  arena.Copy("in the way");
  while (list.begin() == data) list.push_back(arena, 0);
  EXPECT_EQ(list[98], 99);
  ASSERT_EQ(before.size(), 1u);
  EXPECT_EQ(before[0], 1);
}

}  // namespace
}  // namespace aiproxy
