#include "core/model/aws_errors.h"

#include <gtest/gtest.h>

namespace aiproxy {
namespace {

TEST(AwsErrors, NamesAreCutToWhatIdentifiesThem) {
  EXPECT_EQ(AwsErrorName("ThrottlingException"), "ThrottlingException");
  EXPECT_EQ(AwsErrorName("ThrottlingException:http://internal.amazon.com/coral/x/"),
            "ThrottlingException");
  EXPECT_EQ(AwsErrorName("com.amazon.coral.service#AccessDeniedException,x"),
            "AccessDeniedException");
  EXPECT_EQ(AwsErrorName(""), "");
}

TEST(AwsErrors, FoundByEitherSpelling) {
  ASSERT_NE(FindAwsError("throttlingException"), nullptr);
  EXPECT_EQ(FindAwsError("throttlingException"), FindAwsError("ThrottlingException"));
  EXPECT_EQ(FindAwsError("ThrottlingException")->kind, ApiErrorKind::kRateLimit);
  EXPECT_EQ(FindAwsError("modelTimeoutException")->status, 408);
  EXPECT_EQ(FindAwsError("SomethingNew"), nullptr);
  EXPECT_EQ(FindAwsError(""), nullptr);
  EXPECT_EQ(FindAwsError("throttlingexception"), nullptr);
}

TEST(AwsErrors, EveryKindHasAnErrorAndAnException) {
  for (int kind = 0; kind <= static_cast<int>(ApiErrorKind::kOverloaded); ++kind) {
    auto one = static_cast<ApiErrorKind>(kind);
    EXPECT_NE(FindAwsError(AwsErrorOf(one).name), nullptr);
    for (AwsStream stream : {AwsStream::kConverse, AwsStream::kInvoke})
      EXPECT_NE(FindAwsError(AwsExceptionOf(one, stream)), nullptr) << kind;
  }
  EXPECT_EQ(AwsErrorOf(ApiErrorKind::kTooLarge).name, "ValidationException");
  EXPECT_EQ(AwsErrorOf(ApiErrorKind::kApi).name, "InternalServerException");
  EXPECT_EQ(AwsExceptionOf(ApiErrorKind::kTimeout, AwsStream::kConverse),
            "modelStreamErrorException");
  EXPECT_EQ(AwsExceptionOf(ApiErrorKind::kTimeout, AwsStream::kInvoke), "modelTimeoutException");
}

}  // namespace
}  // namespace aiproxy
