// The core in process, without files and start-up: parsing beside simdjson's and nlohmann's DOM,
// requests of OpenAI translated, and our ways of writing.
//
//   workload lines 2000 > lines.ndjson; workload agent > agent.json; workload image 4 > image.json
//   json_bench lines.ndjson agent.json image.json [--benchmark_...]
//
// Of a file that ends in .ndjson each line is a document.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/exchange.h"
#include "core/json/document.h"
#include "core/json/value.h"
#include "core/json/writer.h"
#include "core/protocols/registry.h"

namespace {

using aiproxy::Document;
using aiproxy::DocumentExchange;
using aiproxy::ExchangeOptions;
using aiproxy::Output;
using aiproxy::PaddedText;

using Texts = std::vector<PaddedText>;

/// Runs f(text) for each text in turn; it returns false when something went wrong.
template <class F>
void ForEachText(benchmark::State& state, const Texts& texts, F f) {
  std::int64_t bytes = 0;
  for (auto _ : state) {
    for (const PaddedText& text : texts) {
      if (!f(text.view())) return state.SkipWithError("refused");
      bytes += static_cast<std::int64_t>(text.view().size());
    }
  }
  state.SetBytesProcessed(bytes);
}

void ParseOurs(benchmark::State& state, const Texts& texts) {
  Document document;
  ForEachText(state, texts, [&](std::string_view text) {
    bool parsed = document.Parse(text).has_value();
    benchmark::DoNotOptimize(document.size());
    return parsed;
  });
}

void ParseSimdjson(benchmark::State& state, const Texts& texts) {
  simdjson::dom::parser parser;
  ForEachText(state, texts, [&](std::string_view text) {
    simdjson::dom::element element;
    bool parsed = parser.parse(text.data(), text.size(), false).get(element) == simdjson::SUCCESS;
    benchmark::DoNotOptimize(element);
    return parsed;
  });
}

void ParseNlohmann(benchmark::State& state, const Texts& texts) {
  ForEachText(state, texts, [](std::string_view text) {
    benchmark::DoNotOptimize(nlohmann::json::parse(text));
    return true;
  });
}

/// Findings are settled, and nobody is told.
void Translate(benchmark::State& state, const Texts& texts, const ExchangeOptions& options) {
  DocumentExchange exchange(options, nullptr);
  Output out;
  ForEachText(state, texts, [&](std::string_view text) {
    out.Clear();
    bool translated = exchange.Translate(text, out).has_value();
    benchmark::DoNotOptimize(out.size());
    return translated;
  });
}

ExchangeOptions FromOpenAi(std::string_view to) {
  ExchangeOptions options;
  options.from = aiproxy::FindProtocol("openai-chat");
  options.to = aiproxy::FindProtocol(to);
  options.kind = aiproxy::MessageKind::kRequest;
  return options;
}

/// The same protocol: the bytes go through, and one value is spliced in.
void ReplaceModel(benchmark::State& state, const Texts& texts) {
  ExchangeOptions options = FromOpenAi("openai-chat");
  options.model = "another-model";
  Translate(state, texts, options);
}

void ToAnthropic(benchmark::State& state, const Texts& texts) {
  Translate(state, texts, FromOpenAi("anthropic-messages"));
}

void Indent(benchmark::State& state, const Texts& texts) {
  Output out;
  ForEachText(state, texts, [&](std::string_view text) {
    out.Clear();
    aiproxy::AppendIndented(text, 2, out);
    benchmark::DoNotOptimize(out.size());
    return true;
  });
}

void Squeeze(benchmark::State& state, const Texts& texts) {
  Output out;
  ForEachText(state, texts, [&](std::string_view text) {
    out.Clear();
    aiproxy::AppendSqueezed(text, out);
    benchmark::DoNotOptimize(out.size());
    return true;
  });
}

/// As the arguments of a tool call are written: the whole text as the content of a string.
void JsonInString(benchmark::State& state, const Texts& texts) {
  Output out;
  ForEachText(state, texts, [&](std::string_view text) {
    out.Clear();
    aiproxy::Writer writer(out);
    writer.BeginString();
    writer.AppendJson({text, aiproxy::kNoNode});
    writer.EndString();
    benchmark::DoNotOptimize(out.size());
    return true;
  });
}

void Escape(benchmark::State& state, const Texts& texts) {
  Output out;
  ForEachText(state, texts, [&](std::string_view text) {
    out.Clear();
    aiproxy::Writer(out).String(text);
    benchmark::DoNotOptimize(out.size());
    return true;
  });
}

Texts Split(const std::string& name, const std::string& content) {
  Texts texts;
  if (!name.ends_with(".ndjson")) {
    texts.emplace_back(content);
    return texts;
  }
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) texts.emplace_back(line);
  return texts;
}

std::string BaseName(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::vector<Texts> inputs(static_cast<std::size_t>(argc));
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read '%s'\n", argv[i]);
      return 2;
    }
    Texts& texts = inputs[static_cast<std::size_t>(i)];
    texts = Split(argv[i], {std::istreambuf_iterator<char>(file), {}});
    struct {
      const char* name;
      void (*run)(benchmark::State&, const Texts&);
    } const kRows[] = {{"parse/aiproxy", ParseOurs},
                       {"parse/simdjson", ParseSimdjson},
                       {"parse/nlohmann", ParseNlohmann},
                       {"replace_model", ReplaceModel},
                       {"to_anthropic", ToAnthropic},
                       {"indent", Indent},
                       {"squeeze", Squeeze},
                       {"json_in_string", JsonInString},
                       {"escape", Escape}};
    for (const auto& row : kRows) {
      benchmark::RegisterBenchmark(
          (std::string(row.name) + "/" + BaseName(argv[i])).c_str(),
          [run = row.run, &texts](benchmark::State& state) { run(state, texts); });
    }
  }
  benchmark::RunSpecifiedBenchmarks();
}
