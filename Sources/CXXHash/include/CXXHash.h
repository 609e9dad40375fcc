#ifndef CXXHASH_H
#define CXXHASH_H

#include <stddef.h>
#include <stdint.h>

/// XXH3-64 (xxHash 0.8, seed 0), with AVX2 where the processor has it; the hash is the same.
uint64_t odometer_xxh3_64(const void *_Nullable text, size_t length);

#endif
