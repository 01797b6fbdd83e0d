// Any JSON as a schema: what is written for Google and for Claude parses, is bounded, and has no
// keyword that the API refuses; and every leaf of the input is marked or reported.
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

/// Every object is closed, wherever a schema stands.
void CheckClosed(const Json& schema) {
  static const std::set<std::string> kAllowed{
      "type",  "title",       "description", "default", "required", "$ref",
      "enum",  "const",       "anyOf",       "allOf",   "items",    "properties",
      "$defs", "definitions", "format",      "pattern", "minItems", "additionalProperties"};
  if (!schema.is_object()) return;
  bool object = schema.contains("type") && schema["type"] == "object";
  Require(!object || schema.contains("additionalProperties"));
  for (const auto& [key, value] : schema.items()) {
    Require(kAllowed.contains(key));
    if (key == "additionalProperties") Require(value == false);
    if (key == "items") CheckClosed(value);
    bool schemas = key == "properties" || key == "$defs" || key == "definitions";
    bool list = key == "anyOf" || key == "allOf";
    if ((schemas && value.is_object()) || (list && value.is_array())) {
      for (const auto& one : value) CheckClosed(one);
    }
  }
}

enum class Way { kGoogle, kParameters, kSubset, kWithoutNode, kBack, kClosed, kClosedGoogle };

std::string Written(Document& document, Way way) {
  Document scratch;
  Arena arena;
  std::string buffer;
  Limits limits;
  Accounting accounting;
  CodecContext context{accounting, arena, scratch, buffer, limits, {}};
  accounting.Begin(document, "fuzzed");
  Raw raw = Raw::Of(Value(document, 0));
  if (way == Way::kWithoutNode) {
    accounting.Use(0);
    raw.node = kNoNode;
  }
  Output out;
  Writer writer(out, &document);
  GoogleSchemaOptions options;
  options.is_parameters = way == Way::kParameters;
  options.level = way == Way::kSubset ? SchemaLevel::kJsonSubset : SchemaLevel::kOpenApi;
  if (way == Way::kBack)
    WriteJsonSchema(raw, kNoNode, context, writer);
  else if (way == Way::kClosed)
    WriteClosedSchema(raw, SchemaDialect::kJsonSchema, kNoNode, context, writer);
  else if (way == Way::kClosedGoogle)
    WriteClosedSchema(raw, SchemaDialect::kGoogle, kNoNode, context, writer);
  else
    WriteGoogleSchema(raw, options, context, writer);
  accounting.Settle();
  fuzz::CheckAccount(document, accounting);
  return out.ToString();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  PaddedText text(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!Json::accept(text.view())) return 0;  // it refuses numbers past a double
  for (Way way : {Way::kGoogle, Way::kParameters, Way::kSubset, Way::kWithoutNode, Way::kBack,
                  Way::kClosed, Way::kClosedGoogle}) {
    Document document;
    if (!document.Parse(text.view())) return 0;
    std::string written = Written(document, way);
    Require(written.size() < 64 * size + (1u << 20));
    Json json = Json::parse(written, nullptr, false);
    Require(!json.is_discarded());
    if (way == Way::kGoogle || way == Way::kParameters || way == Way::kWithoutNode)
      CheckOpenApi(json);
    if (way == Way::kClosed || way == Way::kClosedGoogle) CheckClosed(json);
  }
  return 0;
}
