// CRC-32 as zlib and IEEE 802.3 have it: reflected 0xEDB88320, inverted before and after.
#pragma once

#include <cstdint>
#include <string_view>

namespace aiproxy {

/// The CRC of the bytes that `crc` stands for, followed by `bytes`. Crc32("123456789") is
/// 0xCBF43926; what stands in several pieces is passed on: Crc32(b, Crc32(a)).
std::uint32_t Crc32(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace aiproxy
