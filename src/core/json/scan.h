// The byte loops of the JSON layer: ends of strings, white space, UTF-8. SSE2, with a portable
// form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace aiproxy::scan {

/// The first byte at or after `p` that ends a plain run inside a string: a quote, a backslash or a
/// control character. `non_ascii` becomes true when a byte before it is not ASCII. Reads up to 15
/// bytes past that byte: the caller's text is padded and ends in NUL.
inline const char* PlainRunEnd(const char* p, bool& non_ascii) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  __m128i before = _mm_setzero_si128();  // all bytes of the blocks before this one, or-ed
  for (;; p += 16) {
    __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(chunk, control), chunk));
    auto stop = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (stop != 0) {
      auto here = static_cast<unsigned>(_mm_movemask_epi8(chunk)) & (stop - 1) & ~stop;
      non_ascii |= (here | static_cast<unsigned>(_mm_movemask_epi8(before))) != 0;
      return p + __builtin_ctz(stop);
    }
    before = _mm_or_si128(before, chunk);
  }
#else
  bool high = false;
  for (;; ++p) {
    auto c = static_cast<unsigned char>(*p);
    if (c == '"' || c == '\\' || c < 0x20) {
      non_ascii |= high;
      return p;
    }
    high |= c >= 0x80;
  }
#endif
}

/// The first byte of [p, end) that a JSON string holds only escaped: a quote, a backslash or a
/// control character; `end` when there is none.
inline const char* CleanRunEnd(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  for (; end - p >= 16; p += 16) {
    __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(chunk, control), chunk));
    auto stop = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (stop != 0) return p + __builtin_ctz(stop);
  }
#endif
  while (p < end && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20) ++p;
  return p;
}

/// Where the text stops being valid UTF-8 (no overlong forms, no surrogates, up to U+10FFFF), or
/// `end`.
inline const char* InvalidUtf8(const char* p, const char* end) {
  auto follows = [end](const char* at) {
    return at < end && (static_cast<unsigned char>(*at) & 0xC0) == 0x80;
  };
  while (p < end) {
    std::uint64_t word = 0;
    while (p + 8 <= end && (std::memcpy(&word, p, 8), (word & 0x8080808080808080u) == 0)) p += 8;
    if (p == end) break;
    auto c = static_cast<unsigned char>(*p);
    if (c < 0x80) {
      ++p;
    } else if (c >= 0xC2 && c <= 0xDF) {
      if (!follows(p + 1)) return p;
      p += 2;
    } else if ((c & 0xF0) == 0xE0) {
      if (!follows(p + 1) || !follows(p + 2)) return p;
      auto second = static_cast<unsigned char>(p[1]);
      if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F)) return p;
      p += 3;
    } else if (c >= 0xF0 && c <= 0xF4) {
      if (!follows(p + 1) || !follows(p + 2) || !follows(p + 3)) return p;
      auto second = static_cast<unsigned char>(p[1]);
      if ((c == 0xF0 && second < 0x90) || (c == 0xF4 && second > 0x8F)) return p;
      p += 4;
    } else {
      return p;
    }
  }
  return end;
}

/// Whether the text is valid UTF-8, as InvalidUtf8 sees it. Reads up to 15 bytes past the end.
bool IsPaddedUtf8(const char* p, const char* end);

}  // namespace aiproxy::scan
