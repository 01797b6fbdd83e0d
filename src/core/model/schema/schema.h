// JSON Schema as Google's API takes it, and the way back.
//
// https://ai.google.dev/api/caching#Schema (the subset of OpenAPI),
// https://ai.google.dev/gemini-api/docs/structured-output#json_schema_support (of JSON Schema).
#pragma once

#include <cstdint>

#include "core/json/text.h"
#include "core/json/writer.h"
#include "core/model/context.h"

namespace aiproxy {

/// What a member of Google's API understands of a schema.
enum class SchemaLevel : std::uint8_t {
  kOpenApi,     // `parameters`, `responseSchema`: no references, one type, no tuples
  kJsonSubset,  // `responseJsonSchema`: references, type lists and tuples, but few keywords
};

struct GoogleSchemaOptions {
  SchemaLevel level = SchemaLevel::kOpenApi;
  bool is_parameters = false;  // of a function: the root must be an object
  NodeId owner = kNoNode;      // where changes of a schema without a node are reported
};

/// Writes a JSON Schema (drafts 4 to 2020-12) as the next value. Every change is reported at its
/// place in the input, once, however often a reference leads there. What is written is bounded:
/// 64 levels, 10,000 schemas; past that, `{"type":"object"}` stands for the rest.
void WriteGoogleSchema(const Raw& schema, const GoogleSchemaOptions& options, CodecContext& context,
                       Writer& writer);

/// Writes a schema of Google's as JSON Schema: types in lower case, `nullable` as a type. Both
/// spellings of the members (minItems, min_items) are read.
void WriteJsonSchema(const Raw& schema, NodeId owner, CodecContext& context, Writer& writer);

/// The same whatever the dialect: JSON Schema stays as it is.
inline void WriteStandardSchema(const Raw& schema, SchemaDialect dialect, NodeId owner,
                                CodecContext& context, Writer& writer) {
  if (dialect == SchemaDialect::kGoogle)
    WriteJsonSchema(schema, owner, context, writer);
  else
    writer.Value(schema);
}

/// Writes a schema as the API of Claude, also on Bedrock, keeps to it: for structured output and
/// for strict tools. Objects are closed, `oneOf` is `anyOf`, and keywords that the API answers with
/// an error are left out. Every change is reported. A schema that leads back into itself is refused
/// there and stays as it is.
/// https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
void WriteClosedSchema(const Raw& schema, SchemaDialect dialect, NodeId owner,
                       CodecContext& context, Writer& writer);

/// Whether it is the schema of an object about which nothing is said: no properties, and no
/// keyword that could bring some in.
bool IsEmptyObjectSchema(const Raw& schema, CodecContext& context);

/// Whether OpenAI takes the JSON Schema as a strict one: every object names all its properties as
/// required and allows no others. Otherwise the API answers with an error.
/// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
bool KeepsStrictRules(const Raw& schema, CodecContext& context);

}  // namespace aiproxy
