#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdint.h>

// For processors without AVX2: what every x86-64 has.
uint64_t odometer_xxh3_64_portable(const void *text, size_t length) { return XXH3_64bits(text, length); }
