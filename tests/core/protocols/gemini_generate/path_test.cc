#include <gtest/gtest.h>

#include <string>

#include "core/protocols/gemini_generate/wire.h"

namespace aiproxy::gemini_generate {
namespace {

struct Read {
  bool ok;
  std::string model;
  std::optional<bool> stream;
};

Read ReadOf(std::string_view path) {
  RequestTarget target;
  bool ok = ReadPath(path, target).has_value();
  return {ok, target.model, target.stream};
}

std::string PathOf(std::string_view model, bool stream) {
  ChatRequest request;
  request.model = Text::Plain(model);
  if (stream) request.stream = true;
  return RequestHead(request).path;
}

TEST(PathTest, NamesModelAndAction) {
  EXPECT_EQ(ReadOf("/v1beta/models/gemini-2.5-pro:generateContent").model, "gemini-2.5-pro");
  EXPECT_FALSE(ReadOf("/v1beta/models/m:generateContent").stream.has_value());
  EXPECT_EQ(ReadOf("/v1/models/m:streamGenerateContent?alt=sse&key=k").stream, true);
}

TEST(PathTest, OfCountingIsNoneOfChat) {
  RequestTarget target;
  EXPECT_FALSE(ReadOf("/v1/models/m:countTokens").ok);
  EXPECT_TRUE(ReadCountingPath("/v1/models/m:countTokens?key=k", target));
  EXPECT_EQ(target.model, "m");
  EXPECT_FALSE(ReadCountingPath("/v1/models/m:generateContent", target));
}

TEST(PathTest, OfVertexToo) {
  EXPECT_EQ(ReadOf("/v1/projects/p/locations/l/publishers/google/models/m:generateContent").model,
            "m");
  EXPECT_EQ(ReadOf("/x/v1/publishers/google/models/a%40b%2:generateContent").model, "a@b%2");
  EXPECT_EQ(ReadOf("/v1/projects/p/locations/l/endpoints/7:generateContent").model,
            "projects/p/locations/l/endpoints/7");
  EXPECT_EQ(ReadOf("/v1beta/tunedModels/t:generateContent").model, "tunedModels/t");
}

TEST(PathTest, OthersAreErrors) {
  for (const char* path :
       {"", "/", ":generateContent", "/v1/models/:generateContent", "/v1/models/m",
        "/v1/models/m:embedContent", "/v1/messages", "/models:generateContent",
        "/v1/projects/p/locations/l/publishers/anthropic/models/m:generateContent"}) {
    EXPECT_FALSE(ReadOf(path).ok) << path;
  }
}

TEST(PathTest, IsWritten) {
  EXPECT_EQ(PathOf("m", false), "/v1beta/models/m:generateContent");
  EXPECT_EQ(PathOf("models/m", true), "/v1beta/models/m:streamGenerateContent?alt=sse");
  EXPECT_EQ(PathOf("a b/c", false), "/v1beta/models/a%20b%2Fc:generateContent");
  EXPECT_EQ(PathOf("tunedModels/t", false), "/v1beta/tunedModels/t:generateContent");
  EXPECT_EQ(PathOf("projects/p", false), "/v1beta/models/projects%2Fp:generateContent");
  EXPECT_EQ(PathOf("", false), "");
}

std::string Edited(std::string_view path, std::optional<std::string> model,
                   std::optional<bool> stream = {}) {
  return EditPath(path, model, stream);
}

TEST(PathTest, KeepsWhatIsNotEdited) {
  const std::string vertex = "/x/v1/projects/p/locations/l/publishers/google/models/";
  EXPECT_EQ(Edited(vertex + "m:generateContent?k=1", "n"), vertex + "n:generateContent?k=1");
  EXPECT_EQ(Edited(vertex + "m:generateContent", "a b"), vertex + "a%20b:generateContent");
  EXPECT_EQ(Edited(vertex + "m:generateContent?k=1", {}, true),
            vertex + "m:streamGenerateContent?k=1&alt=sse");
  EXPECT_EQ(Edited(vertex + "m:streamGenerateContent?alt=sse&k=1", "n", false),
            vertex + "n:generateContent?k=1");
  EXPECT_EQ(Edited("/v1/models/m:streamGenerateContent", "n", true),
            "/v1/models/n:streamGenerateContent");
  EXPECT_EQ(Edited("/v1/models/m:countTokens", "models/n", true), "/v1/models/n:countTokens");
}

TEST(PathTest, EditsWholeResources) {
  const std::string project = "/v1/projects/p/locations/l/";
  EXPECT_EQ(Edited(project + "endpoints/7:generateContent", "n"),
            project + "publishers/google/models/n:generateContent");
  EXPECT_EQ(Edited(project + "publishers/google/models/m:generateContent",
                   "projects/q/locations/k/endpoints/8"),
            "/v1/projects/q/locations/k/endpoints/8:generateContent");
  EXPECT_EQ(Edited("/v1beta/tunedModels/t:generateContent", "n"),
            "/v1beta/models/n:generateContent");
  EXPECT_EQ(Edited("/v1beta/models/m:generateContent", "tunedModels/t"),
            "/v1beta/tunedModels/t:generateContent");
  EXPECT_EQ(Edited("/v1/publishers/google/models/m:generateContent", "n"),
            "/v1/publishers/google/models/n:generateContent");
}

}  // namespace
}  // namespace aiproxy::gemini_generate
