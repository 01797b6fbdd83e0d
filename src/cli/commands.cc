#include "cli/commands.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace aiproxy {

namespace {

constexpr std::array<OptionSpec, 2> kGlobalOptions = {{
    {"--help", "", "print help, of a command after its name"},
    {"--color", "WHEN", "color diagnostics: auto (a terminal reads them), always, never"},
}};

constexpr std::array<OptionSpec, 21> kTranslateOptions = {{
    {"--to", "PROTOCOL", "the protocol to write (required); 'aiproxy list protocols' has them"},
    {"--from", "PROTOCOL", "the protocol that is read; auto (default) looks at the content"},
    {"--kind", "KIND", "what is read: auto (default), request, response, stream, error"},
    {"--capability", "NAME",
     "what the message is for: auto (default), chat, count-tokens, completions"},
    {"--model", "NAME", "replace the model"},
    {"--stream", "", "set the request's streaming flag"},
    {"--no-stream", "", "clear the request's streaming flag"},
    {"--path", "PATH",
     "the URL path that the message belongs to, where it says what the body does not"},
    {"--emit", "WHAT",
     "write the body (default), an envelope (method, path, headers, body), or http"},
    {"--platform", "NAME",
     "write a request for its vendor, or for a cloud that serves it: vendor, bedrock, vertex"},
    {"--framing", "NAME",
     "frame the written stream as sse, json-array, aws-event-stream or aws-invoke-stream"},
    {"--round-trip", "PROTOCOL",
     "instead of --to: there and back; print what is not the same then"},
    {"--aggregate", "", "turn a stream into one response"},
    {"--unroll", "", "turn a response into a stream"},
    {"--lines", "", "read and write NDJSON: one document a line"},
    {"--keep-going", "", "with --lines: a bad line becomes {\"error\":...}, and the others go on"},
    {"--jobs", "N", "with --lines: translate with N threads; the order is kept (default 1)"},
    {"--indent", "N", "indent by N spaces, 0 is compact (default: 2 on a terminal, else compact)"},
    {"--on-loss", "POLICY",
     "allow (default), refuse, or refuse=KIND,... of dropped, degraded, invented"},
    {"--report", "FORMAT", "tell what was lost as text (default), as json, or none"},
    {"--report-file", "FILE", "write the report to FILE instead of standard error"},
}};

constexpr std::array<OptionSpec, 1> kListOptions = {{
    {"--format", "FORMAT", "text (default) or json: an array of objects, each with an 'id'"},
}};

constexpr std::array<CommandSpec, 3> kCommands = {{
    {.name = "translate",
     .summary = "carry requests, responses, errors and streams from one protocol to another",
     .usage = "--to PROTOCOL [OPTION...] [FILE]",
     .about = "Reads a JSON document, NDJSON lines or a stream, and writes the same in another "
              "protocol.\n"
              "What cannot be carried over is reported on standard error, one line each.",
     .argument = "FILE",
     .argument_help = "the input; - or none is standard input",
     .options = kTranslateOptions,
     .examples =
         "  aiproxy translate --to claude request.json\n"
         "  curl -sN $URL -d @request.json | aiproxy translate --to openai\n"
         "  aiproxy translate --to claude --on-loss refuse request.json || echo 'would lose "
         "something'\n"
         "  aiproxy translate --to openai --lines --jobs 2 <requests.ndjson >translated.ndjson\n"
         "  aiproxy translate --to openai --aggregate stream.sse\n"},
    {.name = "list",
     .summary = "list protocols, providers, capabilities or diagnostic codes",
     .usage = "protocols|providers|capabilities|codes [--format text|json]",
     .about = "Prints what this version of aiproxy knows.",
     .argument = "WHAT",
     .argument_help = "protocols, providers, capabilities or codes",
     .options = kListOptions,
     .examples = "  aiproxy list protocols\n"
                 "  aiproxy list codes --format json\n"},
    {.name = "explain",
     .summary = "explain a diagnostic code or a protocol",
     .usage = "CODE|PROTOCOL",
     .about = "Prints what a diagnostic means and what to do about it, or what a protocol is.",
     .argument = "NAME",
     .argument_help = "a code (AIP201) or its slug (field-dropped), or a protocol's id or alias",
     .options = {},
     .examples = "  aiproxy explain AIP201\n"
                 "  aiproxy explain claude\n"},
}};

void AppendRow(std::string_view left, std::string_view right, std::size_t width, std::string& out) {
  out += "  ";
  out += left;
  out.append(left.size() < width ? width - left.size() : 0, ' ');
  out += "  ";
  out += right;
  out += '\n';
}

std::string Synopsis(const OptionSpec& option) {
  std::string out(option.name);
  if (!option.value.empty()) out += " " + std::string(option.value);
  return out;
}

void AppendOptions(std::span<const OptionSpec> options, std::size_t width, std::string& out) {
  for (const OptionSpec& option : options) AppendRow(Synopsis(option), option.help, width, out);
}

std::string ProgramHelp() {
  std::string out =
      "usage: aiproxy [--version] [--help] [--color auto|always|never] COMMAND ...\n\n"
      "Carries LLM API messages from one wire protocol to another, offline.\n\ncommands:\n";
  constexpr std::size_t kWidth = 12;
  for (const CommandSpec& command : kCommands)
    AppendRow(command.name, command.summary, kWidth, out);
  out += "\noptions:\n";
  AppendRow("--version", "print the version", kWidth, out);
  AppendOptions(kGlobalOptions, kWidth, out);
  out +=
      "\nexamples:\n"
      "  aiproxy translate --to claude request.json\n"
      "  aiproxy list protocols\n"
      "  aiproxy translate --help\n";
  return out;
}

}  // namespace

std::span<const CommandSpec> AllCommands() { return kCommands; }

const CommandSpec* FindCommand(std::string_view name) {
  const auto* const found =
      std::find_if(kCommands.begin(), kCommands.end(),
                   [name](const CommandSpec& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : &*found;
}

std::span<const OptionSpec> GlobalOptions() { return kGlobalOptions; }

std::string HelpText(const CommandSpec* command) {
  if (command == nullptr) return ProgramHelp();
  std::size_t width = 0;
  for (const OptionSpec& option : command->options)
    width = std::max(width, Synopsis(option).size());
  width = std::max(width, Synopsis(kGlobalOptions[1]).size());
  std::string out = "usage: aiproxy " + std::string(command->name) + " ";
  out += command->usage;
  out += "\n\n";
  out += command->about;
  out += "\n\n";
  AppendRow(command->argument, command->argument_help, width, out);
  out += "\noptions:\n";
  AppendOptions(command->options, width, out);
  AppendOptions(kGlobalOptions, width, out);
  out += "\nexamples:\n";
  out += command->examples;
  return out;
}

}  // namespace aiproxy
