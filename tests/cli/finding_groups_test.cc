#include "cli/finding_groups.h"

#include <gtest/gtest.h>

#include <string>

namespace aiproxy {
namespace {

TEST(FindingGroups, CountsByCodeAndPointer) {
  FindingGroups groups;
  groups.Add({&kFieldDropped, "/a", "first", 7, 1});
  groups.Add({&kWrongType, "/a", "other", 8, 1});
  ASSERT_NE(groups.Find(kFieldDropped, "/a"), nullptr);
  ++groups.Find(kFieldDropped, "/a")->count;
  EXPECT_EQ(groups.Find(kFieldDropped, "/b"), nullptr);
  ASSERT_EQ(groups.groups().size(), 2U);
  EXPECT_EQ(groups.groups()[0].count, 2U);
  EXPECT_EQ(groups.groups()[0].first, 7U);
}

TEST(FindingGroups, MergesWhatCameLater) {
  FindingGroups groups;
  groups.Add({&kFieldDropped, "/a", "first", 1, 3});
  FindingGroups later;
  later.Add({&kFieldDropped, "/b", "new", 10, 1});
  later.Add({&kFieldDropped, "/a", "again", 11, 2});
  groups.Merge(later);
  ASSERT_EQ(groups.groups().size(), 2U);
  EXPECT_EQ(groups.groups()[0].count, 5U);
  EXPECT_EQ(groups.groups()[0].first, 1U);
  EXPECT_EQ(groups.groups()[1].pointer, "/b");
}

TEST(FindingGroups, IsBounded) {
  FindingGroups groups;
  for (int i = 0; i < 5000; ++i) groups.Add({&kFieldDropped, "/" + std::to_string(i), "m", 1, 1});
  EXPECT_TRUE(groups.full());
  EXPECT_EQ(groups.groups().size(), FindingGroups::kMostGroups);
  EXPECT_EQ(groups.further(), 5000U - FindingGroups::kMostGroups);
  groups.Clear();
  EXPECT_EQ(groups.Find(kFieldDropped, "/1"), nullptr);
  EXPECT_EQ(groups.further(), 0U);
}

}  // namespace
}  // namespace aiproxy
