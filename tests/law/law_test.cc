// Every law over every case.
#include <gtest/gtest.h>

#include "core/fixture/laws.h"
#include "fixture/case_reader.h"

namespace aiproxy {
namespace {

class LawTest : public testing::Test {
 public:
  LawTest(const Law& law, const FixtureCase& fixture) : law_(law), fixture_(fixture) {}

  void TestBody() override {
    for (const std::string& failure : law_.check(fixture_))
      ADD_FAILURE() << law_.says << "\n  " << failure;
  }

 private:
  const Law& law_;
  const FixtureCase& fixture_;
};

}  // namespace
}  // namespace aiproxy

int main(int argc, char** argv) {
  using namespace aiproxy;
  static const std::vector<FixtureCase> cases = ReadCases();
  for (const Law& law : AllLaws()) {
    for (const FixtureCase& fixture : cases) {
      std::string suite = "Law_" + std::string(law.name);
      testing::RegisterTest(
          suite.c_str(), TestName(fixture.Label()).c_str(), nullptr, nullptr, __FILE__, __LINE__,
          [&law, &fixture]() -> testing::Test* { return new LawTest(law, fixture); });
    }
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
