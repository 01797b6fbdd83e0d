// Names of documents as the API accepts them: a small alphabet, and each once in a request.
#pragma once

#include <string_view>

#include "core/protocols/bedrock_converse/wire.h"

namespace aiproxy::bedrock_converse {

/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
class DocumentNames {
 public:
  /// The name for a document of that file name (which may be absent); a change beyond the
  /// extension is reported.
  Text Take(const Text& file_name, CodecContext& context);

 private:
  bool IsTaken(std::string_view name) const;

  List<std::string_view> taken_;
};

}  // namespace aiproxy::bedrock_converse
