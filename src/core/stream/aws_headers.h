// The headers of one message of application/vnd.amazon.eventstream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aiproxy {

struct AwsHeader {
  enum Type : std::uint8_t {
    kTrue,
    kFalse,
    kByte,
    kShort,
    kInteger,
    kLong,
    kBytes,
    kString,
    kTimestamp,  // milliseconds since 1970
    kUuid,
  };

  std::string_view name;
  Type type = kString;
  std::string_view value;  // the bytes on the wire, without a length; numbers are big endian
};

/// Reads one header after the other. A name may come twice.
class AwsHeaderReader {
 public:
  /// `bytes`: all headers of a message.
  explicit AwsHeaderReader(std::string_view bytes) : rest_(bytes) {}

  /// False at the end, and when something is wrong.
  bool Next(AwsHeader& header);
  /// What is wrong, or "".
  const std::string& problem() const { return problem_; }

 private:
  bool Stop(std::string problem);
  bool Take(std::size_t count, std::string_view& into);

  std::string_view rest_;
  std::string problem_;
};

}  // namespace aiproxy
