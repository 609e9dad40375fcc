#include "CSHA256.h"

// One message is bound by how long a round takes, with the processor's own instructions for it too; of sixteen messages the
// rounds run at once, a lane of the vectors each.

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define LANES ODOMETER_SHA256_LANES
#define TARGET __attribute__((target("avx512f,avx512bw")))

// FIPS 180-4, section 4.2.2.
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// FIPS 180-4, section 5.3.3.
static const uint32_t start[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

bool odometer_sha256_has_lanes(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

// Makes of sixteen words of each lane a vector of all lanes for each word.
TARGET static inline void transpose(__m512i m[16]) {
    __m512i t[16], u[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(m[i], m[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(m[i], m[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        u[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int k = 0; k < 4; k++) {
        const __m512i a = _mm512_shuffle_i32x4(u[k], u[4 + k], 0x88), b = _mm512_shuffle_i32x4(u[k], u[4 + k], 0xdd);
        const __m512i c = _mm512_shuffle_i32x4(u[8 + k], u[12 + k], 0x88);
        const __m512i d = _mm512_shuffle_i32x4(u[8 + k], u[12 + k], 0xdd);
        m[k] = _mm512_shuffle_i32x4(a, c, 0x88);
        m[4 + k] = _mm512_shuffle_i32x4(b, d, 0x88);
        m[8 + k] = _mm512_shuffle_i32x4(a, c, 0xdd);
        m[12 + k] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}

// The functions of FIPS 180-4, section 4.1.2; a ternary operation is named by its table of truth.
#define ADD(a, b) _mm512_add_epi32(a, b)
#define XOR(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0x96)
#define CHOICE(e, f, g) _mm512_ternarylogic_epi32(e, f, g, 0xca)
#define MAJORITY(a, b, c) _mm512_ternarylogic_epi32(a, b, c, 0xe8)
#define TURN(x, i, j, k) XOR(_mm512_ror_epi32(x, i), _mm512_ror_epi32(x, j), _mm512_ror_epi32(x, k))
#define SHIFT(x, i, j, k) XOR(_mm512_ror_epi32(x, i), _mm512_ror_epi32(x, j), _mm512_srli_epi32(x, k))

#define ROUND(a, b, c, d, e, f, g, h, i) do { \
    const __m512i word = ADD(w[i], _mm512_set1_epi32((int)constants[first + i])); \
    const __m512i x = ADD(ADD(ADD(h, word), TURN(e, 6, 11, 25)), CHOICE(e, f, g)); \
    d = ADD(d, x); \
    h = ADD(x, ADD(TURN(a, 2, 13, 22), MAJORITY(a, b, c))); \
} while (0)

#define WORD(i) \
    w[i] = ADD(ADD(w[i], SHIFT(w[(i + 1) % 16], 7, 18, 3)), \
        ADD(w[(i + 9) % 16], SHIFT(w[(i + 14) % 16], 17, 19, 10)))

#define EIGHT(i) \
    ROUND(a, b, c, d, e, f, g, h, i); ROUND(h, a, b, c, d, e, f, g, i + 1); \
    ROUND(g, h, a, b, c, d, e, f, i + 2); ROUND(f, g, h, a, b, c, d, e, i + 3); \
    ROUND(e, f, g, h, a, b, c, d, i + 4); ROUND(d, e, f, g, h, a, b, c, i + 5); \
    ROUND(c, d, e, f, g, h, a, b, i + 6); ROUND(b, c, d, e, f, g, h, a, i + 7)

// So many blocks of each lane; `state` has a vector of all lanes for each of its words.
TARGET static void compress(__m512i state[8], const uint8_t *text[LANES], const size_t step[LANES], size_t blocks) {
    const __m512i order = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL));
    __m512i s[8];
    memcpy(s, state, sizeof s);
    for (; blocks > 0; blocks--) {
        __m512i w[16];
        for (int i = 0; i < LANES; i++) {
            w[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(text[i]), order);
            text[i] += step[i];
        }
        transpose(w);
        __m512i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
        int first = 0;
        EIGHT(0);
        EIGHT(8);
        for (first = 16; first < 64; first += 16) {
            WORD(0); WORD(1); WORD(2); WORD(3); WORD(4); WORD(5); WORD(6); WORD(7);
            EIGHT(0);
            WORD(8); WORD(9); WORD(10); WORD(11); WORD(12); WORD(13); WORD(14); WORD(15);
            EIGHT(8);
        }
        s[0] = ADD(s[0], a);
        s[1] = ADD(s[1], b);
        s[2] = ADD(s[2], c);
        s[3] = ADD(s[3], d);
        s[4] = ADD(s[4], e);
        s[5] = ADD(s[5], f);
        s[6] = ADD(s[6], g);
        s[7] = ADD(s[7], h);
    }
    memcpy(state, s, sizeof s);
}

// What follows the whole blocks of a message: its rest, the bit 1, zeros, and its length in bits. Returns its bytes.
static size_t pad(const uint8_t *text, size_t length, uint8_t last[128]) {
    const size_t rest = length % 64, size = rest < 56 ? 64 : 128;
    memset(last, 0, 128);
    if (rest > 0) memcpy(last, text + length - rest, rest);
    last[rest] = 0x80;
    for (int i = 0; i < 8; i++) last[size - 1 - i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
    return size;
}

TARGET void odometer_sha256_lanes(
    const uint8_t *const text[LANES], const size_t length[LANES], uint8_t digests[LANES * 32]) {
    uint8_t last[LANES][128];
    const uint8_t *next[LANES];
    size_t step[LANES], left[LANES], padding[LANES];
    for (int i = 0; i < LANES; i++) {
        next[i] = text[i];
        step[i] = 64;
        left[i] = length[i] / 64;
        padding[i] = pad(text[i], length[i], last[i]) / 64;
    }
    __m512i state[8];
    for (int i = 0; i < 8; i++) state[i] = _mm512_set1_epi32((int)start[i]);
    for (;;) {
        size_t blocks = SIZE_MAX;
        for (int i = 0; i < LANES; i++) {
            if (left[i] == 0 && padding[i] > 0) {
                next[i] = last[i];
                left[i] = padding[i];
                padding[i] = 0;
            }
            if (left[i] > 0 && left[i] < blocks) blocks = left[i];
        }
        if (blocks == SIZE_MAX) return;
        compress(state, next, step, blocks);
        for (int i = 0; i < LANES; i++) {
            if (left[i] == 0) continue;
            left[i] -= blocks;
            if (left[i] > 0 || padding[i] > 0) continue;
            // The lane is done; what it still takes part in is thrown away.
            for (int word = 0; word < 8; word++) {
                const uint32_t value = ((const uint32_t *)&state[word])[i];
                for (int byte = 0; byte < 4; byte++) digests[32 * i + 4 * word + byte] = (uint8_t)(value >> (24 - 8 * byte));
            }
            next[i] = last[i];
            step[i] = 0;
        }
    }
}
#else
bool odometer_sha256_has_lanes(void) { return false; }

void odometer_sha256_lanes(
    const uint8_t *const text[ODOMETER_SHA256_LANES], const size_t length[ODOMETER_SHA256_LANES],
    uint8_t digests[ODOMETER_SHA256_LANES * 32]) {
    (void)text, (void)length, (void)digests;
    __builtin_trap();
}
#endif
