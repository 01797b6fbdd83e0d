#include "cli/explain.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/explain_texts.h"
#include "cli/output_file.h"
#include "cli/protocol_facts.h"
#include "cli/protocol_names.h"
#include "cli/suggest.h"
#include "core/model/diagnostic_codes.h"
#include "core/protocols/registry.h"

namespace aiproxy {

namespace {

/// By id in any case, or by slug.
const DiagnosticCode* CodeNamed(std::string_view name) {
  std::string id(name);
  for (char& c : id) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  for (const DiagnosticCode* code : AllDiagnosticCodes()) {
    if (code->id == id || code->slug == name) return code;
  }
  return nullptr;
}

/// The section's heading without its marks, then its text.
std::string SectionOf(const DiagnosticCode& code) {
  const std::string_view document = DiagnosticsDocument();
  const std::string heading = std::string(code.id) + " " + std::string(code.slug);
  const std::size_t at = document.find("\n## " + heading + "\n");
  if (at == document.npos) return heading + "\n";
  const std::size_t begin = at + std::string_view("\n## ").size();
  const std::size_t end = document.find("\n## ", begin);
  std::string text(document.substr(begin, end == document.npos ? end : end - begin));
  text.erase(text.find_last_not_of('\n') + 1);
  return text + '\n';
}

std::string Joined(const std::vector<std::string_view>& words, std::string_view between = ", ") {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out.empty() ? "-" : out;
}

std::string_view FramingTitle(Framing framing) {
  switch (framing) {
    case Framing::kSse:
      return "server-sent events";
    case Framing::kNdjson:
      return "NDJSON, a JSON object a line";
    case Framing::kJsonArray:
      return "one JSON array";
    case Framing::kAwsEventStream:
      return "AWS event stream, binary frames";
    case Framing::kAwsInvokeStream:
      return "AWS event stream, events in base64";
  }
  return "";
}

std::string AboutProtocol(const Protocol& protocol) {
  std::string out = std::string(protocol.id) + ": " + std::string(protocol.title) + "\n\n";
  out += "aliases:  " + Joined({protocol.aliases.begin(), protocol.aliases.end()}) + "\n";
  out += "for:      " + Joined(CapabilitiesOf(protocol)) + "\n";
  out += "reads:    " + Joined(KindsRead(protocol)) + "\n";
  out += "writes:   " + Joined(KindsWritten(protocol)) + "\n";
  std::vector<std::string_view> framings;
  for (const Framing framing : FramingsOf(protocol)) framings.push_back(FramingTitle(framing));
  out += "streams:  " + Joined(framings, "; ") + "\n";
  if (!protocol.docs_url.empty()) out += "docs:     " + std::string(protocol.docs_url) + "\n";
  return out;
}

Result<std::string> Explanation(const CommandLine& line) {
  if (!line.argument)
    return UsageError("what to explain is missing (expected a code or a protocol)");
  const std::string& name = *line.argument;
  if (const DiagnosticCode* code = CodeNamed(name)) return SectionOf(*code);
  if (const Protocol* protocol = FindProtocol(name)) return AboutProtocol(*protocol);
  std::vector<std::string_view> known = ProtocolNames();
  for (const DiagnosticCode* code : AllDiagnosticCodes()) {
    known.push_back(code->id);
    known.push_back(code->slug);
  }
  return UsageError("there is no code or protocol '" + name + "'" + DidYouMean(name, known) +
                    " ('aiproxy list codes' and 'aiproxy list protocols' have them)");
}

}  // namespace

ExitCode RunExplain(const CommandLine& line) {
  auto text = Explanation(line);
  if (!text) {
    ShowUsageError(line.command->name, text.error(), line.color);
    return ExitCode::kUsage;
  }
  OutputFile output;
  output.Use(STDOUT_FILENO, "<stdout>");
  Status status = output.Write(*text);
  return status ? ExitCode::kDone : ShowFailure(status.error(), line.color);
}

}  // namespace aiproxy
