// Any JSON as a schema: what is written for Google parses, is bounded, and has no keyword that the
// API refuses; and every leaf of the input is marked or reported.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "account.h"
#include "core/json/document.h"
#include "core/json/output.h"
#include "core/model/schema/schema.h"

namespace {

using namespace aiproxy;
using Json = nlohmann::json;

void Require(bool holds) {
  if (!holds) std::abort();
}

/// In schema positions: names of properties and example values are data.
void CheckOpenApi(const Json& schema) {
  static const std::set<std::string> kAllowed{
      "type",          "title",         "description", "default",         "example",   "format",
      "enum",          "items",         "properties",  "required",        "nullable",  "pattern",
      "minimum",       "maximum",       "minItems",    "maxItems",        "minLength", "maxLength",
      "minProperties", "maxProperties", "anyOf",       "propertyOrdering"};
  Require(schema.is_object());
  for (const auto& [key, value] : schema.items()) {
    Require(kAllowed.contains(key));
    if (key == "properties") {
      for (const auto& property : value) CheckOpenApi(property);
    } else if (key == "items") {
      CheckOpenApi(value);
    } else if (key == "anyOf") {
      for (const auto& variant : value) CheckOpenApi(variant);
    }
  }
  Require(schema.contains("type") != schema.contains("anyOf"));
}

std::string Written(Document& document, const GoogleSchemaOptions* options, bool with_node) {
  Document scratch;
  Arena arena;
  std::string buffer;
  Limits limits;
  Accounting accounting;
  CodecContext context{accounting, arena, scratch, buffer, limits, {}};
  accounting.Begin(document, "fuzzed");
  Raw raw = Raw::Of(Value(document, 0));
  if (!with_node) {
    accounting.Use(0);
    raw.node = kNoNode;
  }
  Output out;
  Writer writer(out, &document);
  if (options != nullptr)
    WriteGoogleSchema(raw, *options, context, writer);
  else
    WriteJsonSchema(raw, kNoNode, context, writer);
  accounting.Settle();
  fuzz::CheckAccount(document, accounting);
  return out.ToString();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  PaddedText text(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!Json::accept(text.view())) return 0;  // it refuses numbers past a double
  for (int way = 0; way < 5; ++way) {
    Document document;
    if (!document.Parse(text.view())) return 0;
    GoogleSchemaOptions options;
    options.is_parameters = way == 1;
    options.level = way == 2 ? SchemaLevel::kJsonSubset : SchemaLevel::kOpenApi;
    std::string written = Written(document, way == 4 ? nullptr : &options, way != 3);
    Require(written.size() < 64 * size + (1u << 20));
    Json json = Json::parse(written, nullptr, false);
    Require(!json.is_discarded());
    if (way < 2 || way == 3) CheckOpenApi(json);
  }
  return 0;
}
