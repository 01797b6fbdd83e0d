// JSON Schema -> the few keywords of it that Google's responseJsonSchema takes.
#pragma once

#include "core/json/writer.h"
#include "core/model/schema/merged_schema.h"

namespace aiproxy {

void WriteJsonSubset(SchemaSource& source, Writer& writer);

}  // namespace aiproxy
