#include "CSipHash.h"

#include <string.h>

// A round waits for the one before it, so that one message leaves most of a processor idle; of eight messages the rounds run
// at once, a lane of the vectors each. Compilers make of these vectors what the processor has.

#define LANES ODOMETER_SIPHASH_LANES
#define WORDS ODOMETER_SIPHASH_WORDS

typedef uint64_t lanes __attribute__((vector_size(LANES * 8)));

#define TURN(x, n) ((x) << (n) | (x) >> (64 - (n)))

#define ROUND do { \
    v0 += v1; v1 = TURN(v1, 13); v1 ^= v0; v0 = TURN(v0, 32); \
    v2 += v3; v3 = TURN(v3, 16); v3 ^= v2; \
    v0 += v3; v3 = TURN(v3, 21); v3 ^= v0; \
    v2 += v1; v1 = TURN(v1, 17); v1 ^= v2; v2 = TURN(v2, 32); \
} while (0)

#define ALL(x) ((lanes){x, x, x, x, x, x, x, x})

static inline __attribute__((always_inline)) void hash(
    const uint64_t state[4], const uint64_t *words, const uint64_t counts[LANES], uint64_t *digests) {
    lanes v0 = ALL(state[0]), v1 = ALL(state[1]), v2 = ALL(state[2]), v3 = ALL(state[3]);
    lanes count;
    memcpy(&count, counts, sizeof count);
    uint64_t most = 0;
    for (int lane = 0; lane < LANES; lane++) most = counts[lane] > most ? counts[lane] : most;
    for (uint64_t i = 0; i < most; i++) {
        lanes word;
        for (int lane = 0; lane < LANES; lane++) word[lane] = words[lane * WORDS + i];
        const lanes u0 = v0, u1 = v1, u2 = v2, u3 = v3;
        v3 ^= word;
        ROUND;
        ROUND;
        v0 ^= word;
        // A lane whose message has ended keeps what it has.
        const lanes goes = (lanes)(count > ALL(i));
        v0 = (v0 & goes) | (u0 & ~goes);
        v1 = (v1 & goes) | (u1 & ~goes);
        v2 = (v2 & goes) | (u2 & ~goes);
        v3 = (v3 & goes) | (u3 & ~goes);
    }
    v2 ^= ALL(0xee);
    for (int i = 0; i < 4; i++) ROUND;
    const lanes first = v0 ^ v1 ^ v2 ^ v3;
    v1 ^= ALL(0xdd);
    for (int i = 0; i < 4; i++) ROUND;
    const lanes second = v0 ^ v1 ^ v2 ^ v3;
    for (int lane = 0; lane < LANES; lane++) {
        digests[2 * lane] = first[lane];
        digests[2 * lane + 1] = second[lane];
    }
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void hash_avx512(
    const uint64_t state[4], const uint64_t *words, const uint64_t *counts, uint64_t *digests) {
    hash(state, words, counts, digests);
}

__attribute__((target("avx2"))) static void hash_avx2(
    const uint64_t state[4], const uint64_t *words, const uint64_t *counts, uint64_t *digests) {
    hash(state, words, counts, digests);
}

void odometer_siphash128_lanes(
    const uint64_t state[4], const uint64_t words[LANES * WORDS], const uint64_t counts[LANES],
    uint64_t digests[LANES * 2]) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) return hash_avx512(state, words, counts, digests);
    if (__builtin_cpu_supports("avx2")) return hash_avx2(state, words, counts, digests);
    hash(state, words, counts, digests);
}
#else
void odometer_siphash128_lanes(
    const uint64_t state[4], const uint64_t words[LANES * WORDS], const uint64_t counts[LANES],
    uint64_t digests[LANES * 2]) {
    hash(state, words, counts, digests);
}
#endif
