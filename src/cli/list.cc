#include "cli/list.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output_file.h"
#include "cli/protocol_facts.h"
#include "cli/suggest.h"
#include "core/json/writer.h"
#include "core/model/diagnostic_codes.h"
#include "core/protocols/registry.h"

namespace aiproxy {

namespace {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell; the last one is left as it is.
std::string AsTable(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - row[i].size() + 2, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

void AppendStrings(const std::vector<std::string_view>& strings, Writer& writer) {
  writer.BeginArray();
  for (const std::string_view string : strings) writer.String(string);
  writer.EndArray();
}

std::string ProtocolsAsText() {
  std::vector<Row> rows;
  for (const Protocol* protocol : AllProtocols()) {
    std::string aliases;
    for (const std::string_view alias : protocol->aliases) {
      if (!aliases.empty()) aliases += ", ";
      aliases += alias;
    }
    rows.push_back({std::string(protocol->id), aliases, std::string(protocol->title)});
  }
  return AsTable(rows);
}

void ProtocolsAsJson(Writer& writer) {
  for (const Protocol* protocol : AllProtocols()) {
    writer.BeginObject();
    writer.Key("id");
    writer.String(protocol->id);
    writer.Key("title");
    writer.String(protocol->title);
    writer.Key("aliases");
    AppendStrings({protocol->aliases.begin(), protocol->aliases.end()}, writer);
    writer.Key("capabilities");
    AppendStrings(CapabilitiesOf(*protocol), writer);
    writer.Key("framing");
    writer.String(FramingId(protocol->framing));
    writer.Key("reads");
    AppendStrings(KindsRead(*protocol), writer);
    writer.Key("writes");
    AppendStrings(KindsWritten(*protocol), writer);
    writer.Key("docs");
    writer.String(protocol->docs_url);
    writer.EndObject();
  }
}

std::string CodesAsText() {
  std::vector<Row> rows;
  for (const DiagnosticCode* code : AllDiagnosticCodes()) {
    rows.push_back({std::string(code->id), std::string(code->slug),
                    std::string(Name(code->severity)), std::string(Name(code->loss))});
  }
  return AsTable(rows);
}

void CodesAsJson(Writer& writer) {
  for (const DiagnosticCode* code : AllDiagnosticCodes()) {
    writer.BeginObject();
    writer.Key("id");
    writer.String(code->id);
    writer.Key("slug");
    writer.String(code->slug);
    writer.Key("severity");
    writer.String(Name(code->severity));
    writer.Key("loss");
    if (code->loss == Loss::kNone)
      writer.Null();
    else
      writer.String(Name(code->loss));
    writer.EndObject();
  }
}

constexpr std::array kCapabilities{Capability::kChat, Capability::kCountTokens,
                                   Capability::kCompletions};

std::string CapabilitiesAsText() {
  std::vector<Row> rows;
  for (const Capability capability : kCapabilities) {
    rows.push_back({std::string(Name(capability)), std::string(Title(capability))});
  }
  return AsTable(rows);
}

void CapabilitiesAsJson(Writer& writer) {
  for (const Capability capability : kCapabilities) {
    writer.BeginObject();
    writer.Key("id");
    writer.String(Name(capability));
    writer.Key("title");
    writer.String(Title(capability));
    writer.EndObject();
  }
}

/// One thing that can be listed. No providers are known yet: their list is empty.
struct Listing {
  std::string_view name;
  std::string (*text)();
  void (*json)(Writer&);
};

constexpr std::array<Listing, 4> kListings = {{
    {"protocols", ProtocolsAsText, ProtocolsAsJson},
    {"providers", [] { return std::string(); }, [](Writer&) {}},
    {"capabilities", CapabilitiesAsText, CapabilitiesAsJson},
    {"codes", CodesAsText, CodesAsJson},
}};

Result<const Listing*> ListingNamed(const CommandLine& line) {
  std::vector<std::string_view> names;
  names.reserve(kListings.size());
  for (const Listing& listing : kListings) names.push_back(listing.name);
  if (!line.argument) return UsageError("what to list is missing (expected " + OneOf(names) + ")");
  for (const Listing& listing : kListings) {
    if (listing.name == *line.argument) return &listing;
  }
  return UsageError("there is no list of '" + *line.argument + "'" +
                    DidYouMean(*line.argument, names) + " (expected " + OneOf(names) + ")");
}

Result<bool> WantsJson(const CommandLine& line) {
  static constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};
  const std::string* format = line.Find("--format");
  if (format == nullptr || *format == "text") return false;
  if (*format == "json") return true;
  return UsageError("unknown value '" + *format + "' of --format" + DidYouMean(*format, kFormats) +
                    " (expected " + OneOf(kFormats) + ")");
}

/// Indented, because people read it as well.
std::string AsJson(const Listing& listing) {
  Output objects;
  Writer writer(objects);
  writer.BeginArray();
  listing.json(writer);
  writer.EndArray();
  Output indented;
  AppendIndented(objects.ToString(), 2, indented);
  return indented.ToString() + '\n';
}

}  // namespace

ExitCode RunList(const CommandLine& line) {
  auto listing = ListingNamed(line);
  auto json = WantsJson(line);
  if (!listing || !json) {
    ShowUsageError(line.command->name, listing ? json.error() : listing.error(), line.color);
    return ExitCode::kUsage;
  }
  OutputFile output;
  output.Use(STDOUT_FILENO, "<stdout>");
  Status status = output.Write(*json ? AsJson(**listing) : (*listing)->text());
  return status ? ExitCode::kDone : ShowFailure(status.error(), line.color);
}

}  // namespace aiproxy
