// Finds the ends of lines fast; shared by the parsers of line-based framings.
#pragma once

#include <cstddef>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace aiproxy::scan {

/// The first CR or LF in [p, end), or `end`. Reads up to 63 bytes beyond: the text is padded.
inline char* LineEnd(char* p, char* end) {
#if defined(__SSE2__)
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i cr = _mm_set1_epi8('\r');
  auto ends = [&](const char* at) {
    __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return _mm_or_si128(_mm_cmpeq_epi8(chunk, lf), _mm_cmpeq_epi8(chunk, cr));
  };
  auto mask = [](__m128i found) { return static_cast<unsigned>(_mm_movemask_epi8(found)); };
  for (; p < end; p += 64) {
    __m128i a = ends(p);
    __m128i b = ends(p + 16);
    __m128i c = ends(p + 32);
    __m128i d = ends(p + 48);
    if (mask(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) == 0) continue;
    unsigned long long all =
        mask(a) | mask(b) << 16 | static_cast<unsigned long long>(mask(c) | mask(d) << 16) << 32;
    p += __builtin_ctzll(all);
    return p < end ? p : end;
  }
  return end;
#else
  while (p < end && *p != '\n' && *p != '\r') ++p;
  return p;
#endif
}

/// The first LF in [p, end), or `end`.
inline char* LineFeed(char* p, char* end) {
  void* found = std::memchr(p, '\n', static_cast<std::size_t>(end - p));
  return found == nullptr ? end : static_cast<char*>(found);
}

}  // namespace aiproxy::scan
