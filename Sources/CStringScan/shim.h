#ifndef CSTRINGSCAN_H
#define CSTRINGSCAN_H

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>

static inline unsigned json_string_marks16(const uint8_t *_Nonnull text) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)text);
    // As signed numbers, both control characters and bytes from 0x80 on are below the space.
    __m128i found = _mm_or_si128(
        _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    return (unsigned)_mm_movemask_epi8(found);
}
#endif

/// How many of 32 bytes stand before the first one at which a JSON string may end or wants a closer look: a quote, a
/// backslash, a control character, or a byte that is not ASCII. 32 when there is none.
///
/// It is here because Swift's vectors have no way from a comparison to the place of its first match.
static inline size_t json_string_plain32(const uint8_t *_Nonnull text) {
#if defined(__SSE2__)
    uint64_t marks = json_string_marks16(text) | (uint64_t)json_string_marks16(text + 16) << 16 | UINT64_C(1) << 32;
    return (size_t)__builtin_ctzll(marks);
#else
    size_t index = 0;
    while (index < 32 && text[index] >= 0x20 && text[index] < 0x80 && text[index] != '"' && text[index] != '\\') index++;
    return index;
#endif
}

/// How many of 16 bytes stand before the first one that is neither a digit nor a point; `/` is taken for one of them.
static inline size_t json_number_plain16(const uint8_t *_Nonnull text) {
#if defined(__SSE2__)
    __m128i place = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)text), _mm_set1_epi8('.'));
    __m128i plain = _mm_cmpeq_epi8(_mm_min_epu8(place, _mm_set1_epi8('9' - '.')), place);
    return (size_t)__builtin_ctz(~(unsigned)_mm_movemask_epi8(plain) | 0x10000);
#else
    size_t index = 0;
    while (index < 16 && text[index] >= '.' && text[index] <= '9') index++;
    return index;
#endif
}

#endif
