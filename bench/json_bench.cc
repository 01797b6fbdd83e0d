// Parsing alone: our Document beside simdjson's and nlohmann's DOM, and our ways of writing.
//
//   workload small > small.json; workload agent > agent.json; workload image 4 > image.json
//   json_bench small.json agent.json image.json [--benchmark_...]
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/document.h"
#include "core/json/value.h"
#include "core/json/writer.h"

namespace {

using aiproxy::Document;
using aiproxy::Output;
using aiproxy::PaddedText;

void CountBytes(benchmark::State& state, std::string_view text) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
}

void ParseOurs(benchmark::State& state, const PaddedText& text) {
  Document document;
  for (auto _ : state) {
    if (!document.Parse(text.view())) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(document.size());
  }
  CountBytes(state, text.view());
}

void ParseSimdjson(benchmark::State& state, const PaddedText& text) {
  simdjson::dom::parser parser;
  simdjson::padded_string padded(text.view());
  for (auto _ : state) {
    simdjson::dom::element element;
    if (parser.parse(padded).get(element) != simdjson::SUCCESS)
      return state.SkipWithError("refused");
    benchmark::DoNotOptimize(element);
  }
  CountBytes(state, text.view());
}

void ParseNlohmann(benchmark::State& state, const PaddedText& text) {
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(text.view()));
  CountBytes(state, text.view());
}

void Indent(benchmark::State& state, const PaddedText& text) {
  Output out;
  for (auto _ : state) {
    out.Clear();
    aiproxy::AppendIndented(text.view(), 2, out);
    benchmark::DoNotOptimize(out.size());
  }
  CountBytes(state, text.view());
}

void Squeeze(benchmark::State& state, const PaddedText& text) {
  Output out;
  for (auto _ : state) {
    out.Clear();
    aiproxy::AppendSqueezed(text.view(), out);
    benchmark::DoNotOptimize(out.size());
  }
  CountBytes(state, text.view());
}

/// As the arguments of a tool call are written: the whole text as the content of a string.
void JsonInString(benchmark::State& state, const PaddedText& text) {
  Output out;
  for (auto _ : state) {
    out.Clear();
    aiproxy::Writer writer(out);
    writer.BeginString();
    writer.AppendJson({text.view(), aiproxy::kNoNode});
    writer.EndString();
    benchmark::DoNotOptimize(out.size());
  }
  CountBytes(state, text.view());
}

void Escape(benchmark::State& state, const PaddedText& text) {
  Output out;
  for (auto _ : state) {
    out.Clear();
    aiproxy::Writer(out).String(text.view());
    benchmark::DoNotOptimize(out.size());
  }
  CountBytes(state, text.view());
}

std::string BaseName(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::vector<PaddedText> texts(static_cast<std::size_t>(argc));
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read '%s'\n", argv[i]);
      return 2;
    }
    PaddedText& text = texts[static_cast<std::size_t>(i)];
    text.Assign(
        std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
    struct {
      const char* name;
      void (*run)(benchmark::State&, const PaddedText&);
    } const kRows[] = {{"parse/aiproxy", ParseOurs},
                       {"parse/simdjson", ParseSimdjson},
                       {"parse/nlohmann", ParseNlohmann},
                       {"indent", Indent},
                       {"squeeze", Squeeze},
                       {"json_in_string", JsonInString},
                       {"escape", Escape}};
    for (const auto& row : kRows) {
      benchmark::RegisterBenchmark(
          (std::string(row.name) + "/" + BaseName(argv[i])).c_str(),
          [run = row.run, &text](benchmark::State& state) { run(state, text); });
    }
  }
  benchmark::RunSpecifiedBenchmarks();
}
