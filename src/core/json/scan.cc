#include "core/json/scan.h"

#if defined(__SSE2__)
#include <tmmintrin.h>
#endif

namespace aiproxy::scan {

#if defined(__SSE2__)

namespace {

// J. Keiser, D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2020),
// https://arxiv.org/abs/2010.03090: two neighbouring bytes are wrong together when the entries of
// their three half-bytes share a bit. Each bit is one way to be wrong.
enum Wrong : unsigned char {
  kTooShort = 1 << 0,      // a lead byte without what must follow
  kTooLong = 1 << 1,       // a continuation after ASCII
  kOverlong3 = 1 << 2,     // E0 80..9F
  kTooLarge = 1 << 3,      // F4 90.., F5 and above
  kSurrogate = 1 << 4,     // ED A0..
  kOverlong2 = 1 << 5,     // C0, C1
  kTooLarge1000 = 1 << 6,  // F5 80..8F and above
  kOverlong4 = 1 << 6,     // F0 80..8F
  kTwoContinuations = 1 << 7,
  kCarry = kTooShort | kTooLong | kTwoContinuations,  // said by the other half-bytes alone
};

alignas(16) constexpr unsigned char kFirstHigh[16] = {
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTooLong,
    kTwoContinuations,
    kTwoContinuations,
    kTwoContinuations,
    kTwoContinuations,
    kTooShort | kOverlong2,
    kTooShort,
    kTooShort | kOverlong3 | kSurrogate,
    kTooShort | kTooLarge | kTooLarge1000 | kOverlong4};

constexpr unsigned char kLarge = kCarry | kTooLarge | kTooLarge1000;
alignas(16) constexpr unsigned char kFirstLow[16] = {kCarry | kOverlong3 | kOverlong2 | kOverlong4,
                                                     kCarry | kOverlong2,
                                                     kCarry,
                                                     kCarry,
                                                     kCarry | kTooLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge,
                                                     kLarge | kSurrogate,
                                                     kLarge,
                                                     kLarge};

constexpr unsigned char kContinuation = kTooLong | kOverlong2 | kTwoContinuations;
alignas(16) constexpr unsigned char kSecondHigh[16] = {
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort,
    kContinuation | kOverlong3 | kTooLarge1000 | kOverlong4,
    kContinuation | kOverlong3 | kTooLarge,
    kContinuation | kSurrogate | kTooLarge,
    kContinuation | kSurrogate | kTooLarge,
    kTooShort,
    kTooShort,
    kTooShort,
    kTooShort};

// Loaded from 16 - n on: a mask of the first n bytes.
alignas(16) constexpr unsigned char kMask[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                 255, 255, 255, 255, 255, 255, 255, 255};

[[gnu::target("ssse3")]] inline __m128i Load(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}

[[gnu::target("ssse3")]] bool IsUtf8Ssse3(const char* p, const char* end) {
  const __m128i nibble = _mm_set1_epi8(0x0f);
  const __m128i first_high = Load(kFirstHigh);
  const __m128i first_low = Load(kFirstLow);
  const __m128i second_high = Load(kSecondHigh);
  __m128i previous = _mm_setzero_si128();
  __m128i error = _mm_setzero_si128();
  // One block more than the text has, so that a character cut by the end meets a NUL.
  for (bool last = false; !last; p += 16) {
    __m128i block = Load(p);
    if (end - p < 16) {
      block = _mm_and_si128(block, Load(kMask + 16 - (end - p)));
      last = true;
    }
    if (_mm_movemask_epi8(_mm_or_si128(block, previous)) == 0) continue;
    __m128i before1 = _mm_alignr_epi8(block, previous, 15);
    __m128i before2 = _mm_alignr_epi8(block, previous, 14);
    __m128i before3 = _mm_alignr_epi8(block, previous, 13);
    __m128i wrong = _mm_and_si128(
        _mm_and_si128(
            _mm_shuffle_epi8(first_high, _mm_and_si128(_mm_srli_epi16(before1, 4), nibble)),
            _mm_shuffle_epi8(first_low, _mm_and_si128(before1, nibble))),
        _mm_shuffle_epi8(second_high, _mm_and_si128(_mm_srli_epi16(block, 4), nibble)));
    // Two continuations in a row are right where a lead of three or four stands before them.
    __m128i third = _mm_subs_epu8(before2, _mm_set1_epi8(0xE0 - 0x80));
    __m128i fourth = _mm_subs_epu8(before3, _mm_set1_epi8(0xF0 - 0x80));
    __m128i must =
        _mm_and_si128(_mm_or_si128(third, fourth), _mm_set1_epi8(static_cast<char>(0x80)));
    error = _mm_or_si128(error, _mm_xor_si128(must, wrong));
    previous = block;
  }
  return _mm_movemask_epi8(_mm_cmpeq_epi8(error, _mm_setzero_si128())) == 0xffff;
}

}  // namespace

bool IsPaddedUtf8(const char* p, const char* end) {
  if (__builtin_cpu_supports("ssse3")) return IsUtf8Ssse3(p, end);
  return InvalidUtf8(p, end) == end;
}

#else

bool IsPaddedUtf8(const char* p, const char* end) { return InvalidUtf8(p, end) == end; }

#endif

}  // namespace aiproxy::scan
