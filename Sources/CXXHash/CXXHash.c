#include "CXXHash.h"

#define XXH_INLINE_ALL

#if defined(__x86_64__)
// The library's own choice at run time leaves the upper halves of the vector registers dirty in its AVX-512 form, which
// slows down whatever follows. A compiler that is told the target cleans up.
#include <immintrin.h>
#define XXH_VECTOR 2 // XXH_AVX2
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include <xxhash.h>
static uint64_t hash_avx2(const void *text, size_t length) { return XXH3_64bits(text, length); }
#pragma clang attribute pop

uint64_t odometer_xxh3_64_portable(const void *text, size_t length);

static int has_avx2;

__attribute__((constructor)) static void look_at_processor(void) {
    __builtin_cpu_init();
    has_avx2 = __builtin_cpu_supports("avx2");
}

uint64_t odometer_xxh3_64(const void *text, size_t length) {
    return has_avx2 ? hash_avx2(text, length) : odometer_xxh3_64_portable(text, length);
}
#else
#include <xxhash.h>
uint64_t odometer_xxh3_64(const void *text, size_t length) { return XXH3_64bits(text, length); }
#endif
