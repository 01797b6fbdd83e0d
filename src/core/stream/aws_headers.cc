#include "core/stream/aws_headers.h"

#include <array>
#include <cstddef>
#include <utility>

namespace aiproxy {

namespace {

constexpr std::size_t kHasLength = 0xFF;  // two bytes in front of the value say how long it is
constexpr std::array<std::size_t, 10> kValueBytes{0, 0, 1, 2, 4, 8, kHasLength, kHasLength, 8, 16};

std::size_t Byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

bool AwsHeaderReader::Stop(std::string problem) {
  problem_ = std::move(problem);
  rest_ = {};
  return false;
}

bool AwsHeaderReader::Take(std::size_t count, std::string_view& into) {
  if (rest_.size() < count) return false;
  into = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return true;
}

bool AwsHeaderReader::Next(AwsHeader& header) {
  if (rest_.empty()) return false;
  std::string_view piece;
  std::size_t name_bytes = Byte(rest_.front());
  rest_.remove_prefix(1);
  if (name_bytes == 0) return Stop("a header without a name");
  if (!Take(name_bytes, header.name)) return Stop("a header whose name is cut off");
  if (!Take(1, piece)) return Stop("a header without a type");
  std::size_t type = Byte(piece.front());
  if (type >= kValueBytes.size())
    return Stop("a header of the unknown type " + std::to_string(type));
  std::size_t value_bytes = kValueBytes[type];
  if (value_bytes == kHasLength) {
    if (!Take(2, piece)) return Stop("a header whose length is cut off");
    value_bytes = Byte(piece[0]) << 8 | Byte(piece[1]);
  }
  if (!Take(value_bytes, header.value)) return Stop("a header whose value is cut off");
  header.type = static_cast<AwsHeader::Type>(type);
  return true;
}

}  // namespace aiproxy
