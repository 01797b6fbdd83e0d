// The rules of the tree that a compiler does not check: who may include whom, what each folder must
// hold, which lists must agree. It reads the sources as text; every failure names the file and what
// was expected.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLines = 600;
constexpr std::size_t kMaxMainLines = 100;

fs::path Root() {
  const char* from_environment = std::getenv("AIPROXY_SOURCE_ROOT");
  return from_environment != nullptr ? from_environment : ".";
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool IsUnder(std::string_view path, std::string_view folder) {
  return path.substr(0, folder.size()) == folder &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool IsHeader(std::string_view path) { return EndsWith(path, ".h"); }

std::string FolderOf(const std::string& path) { return fs::path(path).parent_path().string(); }

/// Every file below `folder` (relative to the root), as paths relative to the root, sorted.
std::vector<std::string> FilesUnder(const std::string& folder) {
  std::vector<std::string> files;
  if (!fs::is_directory(Root() / folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(Root() / folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(Root()).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> SourcesUnder(const std::string& folder) {
  std::vector<std::string> files = FilesUnder(folder);
  std::erase_if(files,
                [](const std::string& file) { return !IsHeader(file) && !EndsWith(file, ".cc"); });
  return files;
}

std::vector<std::string> FoldersIn(const std::string& folder) {
  std::vector<std::string> folders;
  if (!fs::is_directory(Root() / folder)) return folders;
  for (const auto& entry : fs::directory_iterator(Root() / folder)) {
    if (entry.is_directory()) folders.push_back(entry.path().filename().string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

struct Include {
  std::string file;    // relative to the root
  std::size_t line;    // 1-based
  std::string header;  // as it is written, without quotes or brackets
  bool quoted;

  [[nodiscard]] std::string Where() const { return file + ":" + std::to_string(line); }
};

std::vector<Include> IncludesOf(const std::string& file) {
  std::vector<Include> includes;
  const std::vector<std::string> lines = Lines(Read(Root() / file));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t hash = lines[i].find_first_not_of(" \t");
    if (hash == std::string::npos || lines[i][hash] != '#') continue;
    if (lines[i].find("include", hash) == std::string::npos) continue;
    const std::size_t open = lines[i].find_first_of("\"<", hash);
    if (open == std::string::npos) continue;
    const bool quoted = lines[i][open] == '"';
    const std::size_t close = lines[i].find(quoted ? '"' : '>', open + 1);
    if (close == std::string::npos) continue;
    includes.push_back({file, i + 1, lines[i].substr(open + 1, close - open - 1), quoted});
  }
  return includes;
}

std::vector<Include> AllIncludes() {
  std::vector<Include> all;
  for (const std::string& file : SourcesUnder("src")) {
    for (Include& include : IncludesOf(file)) all.push_back(std::move(include));
  }
  return all;
}

/// `openai_chat` the folder is `openai-chat` the protocol.
std::string WithDashes(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

// --- the arrows ---------------------------------------------------------------------------------

/// The folders (relative to src/) that a file may include from, besides its own and files that
/// stand directly in core/. The first row whose folder holds the file counts.
struct Arrow {
  std::string_view folder;
  std::vector<std::string_view> targets;
};

const std::vector<Arrow>& Arrows() {
  static const std::vector<Arrow> arrows = {
      {"core/json", {}},
      {"core/model", {"core/json"}},
      {"core/stream", {"core/json", "core/model"}},
      {"core/protocols", {"core/json", "core/model", "core/stream"}},
      {"core/config", {"core/json", "core/model"}},
      {"core/exchange", {"core/json", "core/model", "core/stream", "core/protocols"}},
      {"core/fixture", {"core"}},
      {"core", {}},
      {"providers", {"core"}},
      {"proxy", {"core", "providers"}},
      {"cli", {"core", "providers", "proxy"}},
  };
  return arrows;
}

/// The folder whose files may include each other freely: a protocol's own folder, else the row's.
std::string OwnFolder(const std::string& file, std::string_view row) {
  if (row != "core/protocols") return std::string(row);
  return FolderOf(file);
}

bool MayInclude(const std::string& file, const std::string& header) {
  for (const Arrow& arrow : Arrows()) {
    if (!IsUnder(file, arrow.folder)) continue;
    // The registry is the visible list of the protocols: the one file that sees them all.
    if (file == "core/protocols/registry.cc" && IsUnder(header, "core/protocols")) return true;
    // What a protocol is made of stands in core/protocols itself; the registry's header is for
    // those outside.
    if (arrow.folder == "core/protocols" && FolderOf(header) == "core/protocols" &&
        header != "core/protocols/registry.h") {
      return true;
    }
    const std::string own = OwnFolder(file, arrow.folder);
    if (own == "core" || own == "core/protocols" ? FolderOf(header) == own : IsUnder(header, own)) {
      return true;
    }
    if (IsUnder(file, "core") && FolderOf(header) == "core") return true;
    return std::any_of(arrow.targets.begin(), arrow.targets.end(),
                       [&](std::string_view target) { return IsUnder(header, target); });
  }
  return false;
}

TEST(Structure, IncludesFollowTheArrows) {
  for (const Include& include : AllIncludes()) {
    if (!include.quoted) continue;
    const std::string file = include.file.substr(std::string("src/").size());
    EXPECT_TRUE(MayInclude(file, include.header))
        << include.Where() << ": must not include \"" << include.header << "\"";
  }
}

TEST(Structure, OurHeadersAreIncludedByTheirFullPath) {
  for (const Include& include : AllIncludes()) {
    if (!include.quoted) continue;
    EXPECT_TRUE(fs::exists(Root() / "src" / include.header))
        << include.Where() << ": expected a path below src/, got \"" << include.header << "\"";
  }
}

/// The neutral form is the exception: it is the model, printed, and no protocol among others.
TEST(Structure, ProtocolsAreReachedOnlyThroughTheRegistry) {
  for (const Include& include : AllIncludes()) {
    if (IsUnder(include.file, "src/core/protocols")) continue;
    if (!include.quoted || !IsUnder(include.header, "core/protocols")) continue;
    if (IsUnder(include.header, "core/protocols/neutral")) continue;
    EXPECT_EQ(FolderOf(include.header), "core/protocols")
        << include.Where() << ": only the registry knows a protocol's own headers";
  }
}

// --- third-party and system headers -------------------------------------------------------------

/// A header (or a folder of headers, ending in '/') and the paths below src/ that may include it.
struct Fence {
  std::string_view header;
  std::vector<std::string_view> allowed;
};

bool Matches(std::string_view header, std::string_view pattern) {
  return EndsWith(pattern, "/") ? header.substr(0, pattern.size()) == pattern : header == pattern;
}

TEST(Structure, ThirdPartyHeadersStayWhereTheyBelong) {
  const std::vector<Fence> fences = {
      {"CLI/", {"src/cli/options.cc"}},  // 8 s to compile
      {"nlohmann/json_fwd.hpp",
       {"src/core/fixture", "src/core/config", "src/cli", "src/providers", "src/proxy"}},
      {"nlohmann/",
       {"src/core/fixture", "src/core/config", "src/cli", "src/providers", "src/proxy"}},
      {"yaml-cpp/", {"src/core/config"}},
      {"boost/", {"src/proxy"}},
      {"openssl/", {"src/proxy"}},
      {"sys/socket.h", {"src/proxy"}},
      {"sys/un.h", {"src/proxy"}},
      {"sys/epoll.h", {"src/proxy"}},
      {"netinet/", {"src/proxy"}},
      {"arpa/", {"src/proxy"}},
      {"netdb.h", {"src/proxy"}},
      {"gtest/", {}},
      {"gmock/", {}},
      {"simdjson.h", {}},  // an oracle of the fuzzers and a yardstick of the benchmark
      {"httplib.h", {}},   // a peer of the tests
      {"regex", {}},       // 3 s a file, and it overflows the stack on long input
      {"format", {}},      // the next four are not in g++ 12 and clang 14 both
      {"expected", {}},
      {"print", {}},
      {"generator", {}},
  };
  for (const Include& include : AllIncludes()) {
    for (const Fence& fence : fences) {
      if (!Matches(include.header, fence.header)) continue;
      const bool allowed =
          std::any_of(fence.allowed.begin(), fence.allowed.end(),
                      [&](std::string_view folder) { return IsUnder(include.file, folder); });
      EXPECT_TRUE(allowed) << include.Where() << ": <" << include.header
                           << "> does not belong here";
      break;
    }
  }
}

TEST(Structure, HeadersDoNotPullInHeavyLibraries) {
  for (const Include& include : AllIncludes()) {
    if (!IsHeader(include.file)) continue;
    const bool heavy = Matches(include.header, "nlohmann/") || Matches(include.header, "CLI/") ||
                       Matches(include.header, "yaml-cpp/");
    EXPECT_TRUE(!heavy || include.header == "nlohmann/json_fwd.hpp")
        << include.Where() << ": <" << include.header << "> in a header is compiled by everybody";
  }
}

/// The core is handed bytes and gives bytes: no files, sockets, clock, environment or random
/// numbers.
TEST(Structure, CoreIsPure) {
  const std::set<std::string, std::less<>> impure_headers = {
      "fstream", "filesystem", "iostream", "unistd.h",  "fcntl.h",    "sys/stat.h", "sys/mman.h",
      "poll.h",  "dirent.h",   "ctime",    "time.h",    "random",     "thread",     "mutex",
      "future",  "csignal",    "signal.h", "sys/uio.h", "sys/time.h", "sys/wait.h"};
  const std::array<std::string_view, 8> impure_calls = {
      "getenv(",   "system_clock", "steady_clock", "std::time(",
      "std::rand", "fopen(",       "std::cout",    "std::cerr"};
  for (const std::string& file : SourcesUnder("src/core")) {
    for (const Include& include : IncludesOf(file)) {
      EXPECT_FALSE(impure_headers.contains(include.header))
          << include.Where() << ": core is pure and must not include <" << include.header << ">";
    }
    const std::string text = Read(Root() / file);
    for (const std::string_view call : impure_calls) {
      EXPECT_EQ(text.find(call), std::string::npos)
          << file << ": core is pure and must not use '" << call << "'";
    }
  }
}

// --- files --------------------------------------------------------------------------------------

TEST(Structure, FilesAreOfReadableSize) {
  for (const std::string& file : SourcesUnder("src")) {
    const std::size_t limit = file == "src/cli/main.cc" ? kMaxMainLines : kMaxLines + 1;
    EXPECT_LT(Lines(Read(Root() / file)).size(), limit) << file << ": does it do two things?";
  }
}

/// A header's first line says what it is for; a source without a header of its own says it itself.
TEST(Structure, FilesSayWhatTheyAreFor) {
  for (const std::string& file : SourcesUnder("src")) {
    if (!IsHeader(file)) {
      const fs::path header = fs::path(file).replace_extension(".h");
      if (fs::exists(Root() / header)) continue;
    }
    const std::vector<std::string> lines = Lines(Read(Root() / file));
    ASSERT_FALSE(lines.empty()) << file << ": is empty";
    const bool comment = lines[0].rfind("//", 0) == 0;
    const auto words = std::count(lines[0].begin(), lines[0].end(), ' ');
    EXPECT_TRUE(comment && words >= 3)
        << file << ":1: expected a comment that says what the file is for, got '" << lines[0]
        << "'";
  }
}

TEST(Structure, HeadersAreGuarded) {
  for (const std::string& file : SourcesUnder("src")) {
    if (!IsHeader(file)) continue;
    const std::string text = Read(Root() / file);
    EXPECT_TRUE(text.find("#pragma once") != std::string::npos ||
                text.find("#ifndef AIPROXY_") != std::string::npos)
        << file << ": expected '#pragma once' or an AIPROXY_ include guard";
  }
}

TEST(Structure, NamesAreSnakeCaseAndSayWhatIsInside) {
  const std::set<std::string, std::less<>> grab_bags = {"util",   "utils", "helper", "helpers",
                                                        "common", "misc",  "stuff"};
  for (const std::string& root : {std::string("src"), std::string("tests")}) {
    for (const std::string& file : SourcesUnder(root)) {
      for (const fs::path& part : fs::path(file)) {
        const std::string name = part.stem().string();
        const bool snake_case = std::all_of(name.begin(), name.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
        EXPECT_TRUE(snake_case) << file << ": '" << name << "' is not snake_case";
        std::istringstream words(name);
        for (std::string word; std::getline(words, word, '_');) {
          EXPECT_FALSE(grab_bags.contains(word)) << file << ": '" << word << "' names nothing";
        }
      }
    }
  }
}

// --- lists that must agree ----------------------------------------------------------------------

/// The .cc files that the meson.build files name, relative to the root.
std::set<std::string> SourcesInBuildFiles() {
  std::set<std::string> named;
  std::vector<std::string> build_files = {"meson.build"};
  for (const std::string& folder :
       {std::string("src"), std::string("tests"), std::string("bench")}) {
    for (const std::string& file : FilesUnder(folder)) {
      if (fs::path(file).filename() == "meson.build") build_files.push_back(file);
    }
  }
  for (const std::string& build_file : build_files) {
    for (const std::string& line : Lines(Read(Root() / build_file))) {
      const std::string code = line.substr(0, line.find('#'));
      for (std::size_t open = code.find('\''); open != std::string::npos;) {
        const std::size_t close = code.find('\'', open + 1);
        if (close == std::string::npos) break;
        const std::string name = code.substr(open + 1, close - open - 1);
        if (EndsWith(name, ".cc"))
          named.insert((fs::path(build_file).parent_path() / name).lexically_normal().string());
        open = code.find('\'', close + 1);
      }
    }
  }
  return named;
}

TEST(Structure, EverySourceIsBuilt) {
  const std::set<std::string> named = SourcesInBuildFiles();
  for (const std::string& root : {std::string("src"), std::string("tests")}) {
    for (const std::string& file : SourcesUnder(root)) {
      if (IsHeader(file) || IsUnder(file, "tests/fuzz")) continue;
      EXPECT_TRUE(named.contains(file)) << file << ": expected a line in its folder's meson.build";
    }
  }
}

TEST(Structure, FuzzersAreListedAndHaveSeeds) {
  const std::string listed = Read(Root() / "tests/fuzz/meson.build");
  for (const std::string& file : SourcesUnder("tests/fuzz")) {
    if (!EndsWith(file, "_fuzz.cc")) continue;
    const std::string stem = fs::path(file).stem().string();
    const std::string name = stem.substr(0, stem.size() - std::string("_fuzz").size());
    EXPECT_NE(listed.find("['" + name + "'"), std::string::npos)
        << file << ": expected a row in tests/fuzz/meson.build";
    EXPECT_FALSE(FilesUnder("tests/fuzz/corpus/" + name).empty())
        << file << ": expected seeds in corpus/" << name;
  }
}

/// tests/core/json/document_test.cc tests src/core/json/document.{h,cc}.
TEST(Structure, UnitTestsStandAtThePathOfTheirSource) {
  for (const std::string& root :
       {std::string("tests/core"), std::string("tests/providers"), std::string("tests/proxy")}) {
    for (const std::string& file : SourcesUnder(root)) {
      if (!EndsWith(file, "_test.cc")) continue;
      const std::string source =
          "src/" + file.substr(std::string("tests/").size(),
                               file.size() - std::string("tests/_test.cc").size());
      // A second file about the same source: document_conformance_test.cc.
      const std::string first = source.substr(0, source.rfind('_'));
      auto exists = [](const std::string& name) {
        return fs::exists(Root() / (name + ".h")) || fs::exists(Root() / (name + ".cc"));
      };
      EXPECT_TRUE(exists(source) || exists(first))
          << file << ": there is neither " << source << ".h nor .cc";
    }
  }
}

TEST(Structure, EveryProtocolHasFixtures) {
  std::set<std::string> protocols;
  for (const std::string& folder : FoldersIn("src/core/protocols")) {
    if (SourcesUnder("src/core/protocols/" + folder).empty()) continue;
    if (folder != "neutral") protocols.insert(WithDashes(folder));
  }
  std::set<std::string> fixtures;
  for (const std::string& folder : FoldersIn("fixtures/protocols")) fixtures.insert(folder);
  for (const std::string& id : protocols) {
    EXPECT_TRUE(fixtures.contains(id))
        << "protocol '" << id << "': expected cases in fixtures/protocols/" << id;
  }
  for (const std::string& id : fixtures) {
    EXPECT_TRUE(protocols.contains(id))
        << "fixtures/protocols/" << id << ": there is no such protocol";
  }
}

TEST(Structure, EveryCaseIsWhole) {
  const std::set<std::string> inputs = {"request.json",           "response.json", "stream.sse",
                                        "stream.aws-eventstream", "stream.json",   "error.json"};
  for (const std::string& protocol : FoldersIn("fixtures/protocols")) {
    for (const std::string& name : FoldersIn("fixtures/protocols/" + protocol)) {
      const std::string folder = "fixtures/protocols/" + protocol + "/" + name;
      EXPECT_TRUE(fs::exists(Root() / folder / "case.json")) << folder << ": has no case.json";
      EXPECT_TRUE(fs::exists(Root() / folder / "golden/neutral.report.txt"))
          << folder << ": has no golden/neutral.report.txt; "
          << "./dev update writes it";
      std::size_t found = 0;
      for (const auto& entry : fs::directory_iterator(Root() / folder)) {
        const std::string file = entry.path().filename().string();
        if (file == "case.json" || file == "golden") continue;
        if (file == "stream.jsonl") {
          EXPECT_TRUE(fs::exists(Root() / folder / "stream.aws-eventstream"))
              << folder << "/stream.jsonl: describes a binary stream that is not there";
          continue;
        }
        EXPECT_TRUE(inputs.contains(file))
            << folder << "/" << file << ": is not an input that a case can have";
        ++found;
      }
      EXPECT_GT(found, 0U) << folder << ": has no input";
    }
  }
}

// --- diagnostics --------------------------------------------------------------------------------

/// The text between the first pair of quotes at or after `position`, which moves behind it.
std::string NextLiteral(const std::string& text, std::size_t& position) {
  const std::size_t open = text.find('"', position);
  const std::size_t close = open == std::string::npos ? open : text.find('"', open + 1);
  if (close == std::string::npos) return {};
  position = close + 1;
  return text.substr(open + 1, close - open - 1);
}

/// Code to slug, from definitions such as `kFieldDropped{"AIP201", "field-dropped", ...`.
std::multimap<std::string, std::string> DiagnosticCodes() {
  std::multimap<std::string, std::string> codes;
  const std::string text = Read(Root() / "src/core/model/diagnostic_codes.h");
  for (std::size_t at = text.find("\"AIP"); at != std::string::npos; at = text.find("\"AIP", at)) {
    const std::string code = NextLiteral(text, at);
    codes.emplace(code, NextLiteral(text, at));
  }
  return codes;
}

TEST(Structure, DiagnosticCodesAreUnique) {
  std::set<std::string> codes;
  std::set<std::string> slugs;
  for (const auto& [code, slug] : DiagnosticCodes()) {
    EXPECT_TRUE(codes.insert(code).second) << code << " is defined twice";
    EXPECT_TRUE(slugs.insert(slug).second) << slug << " is the slug of two codes";
  }
  EXPECT_FALSE(codes.empty())
      << "src/core/model/diagnostic_codes.h: expected definitions with \"AIPnnn\", \"slug\"";
}

TEST(Structure, EveryDiagnosticIsDocumented) {
  std::set<std::string> headings;
  for (const std::string& line : Lines(Read(Root() / "docs/diagnostics.md"))) {
    if (line.rfind("## AIP", 0) == 0) headings.insert(line.substr(3));
  }
  std::set<std::string> defined;
  for (const auto& [code, slug] : DiagnosticCodes()) defined.insert(code + " " + slug);
  for (const std::string& name : defined) {
    EXPECT_TRUE(headings.contains(name))
        << "docs/diagnostics.md: expected a section '## " << name << "'";
  }
  for (const std::string& heading : headings) {
    EXPECT_TRUE(defined.contains(heading))
        << "docs/diagnostics.md: '## " << heading << "' is no code of ours";
  }
}

TEST(Structure, EveryDiagnosticIsShownByAFixture) {
  std::string shown;
  for (const std::string& file : FilesUnder("fixtures")) {
    const bool report = EndsWith(file, ".report.txt");
    // What lists or explains all codes shows none.
    const bool shows_all =
        IsUnder(file, "fixtures/cli/list") || IsUnder(file, "fixtures/cli/explain");
    const bool transcript = IsUnder(file, "fixtures/cli") && EndsWith(file, ".txt") && !shows_all;
    if (report || transcript) shown += Read(Root() / file);
  }
  for (const auto& [code, slug] : DiagnosticCodes()) {
    EXPECT_NE(shown.find(code), std::string::npos)
        << code << " " << slug << ": no golden report and no transcript in fixtures/cli shows it";
  }
}

}  // namespace
