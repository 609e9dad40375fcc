#ifndef CSHA256_H
#define CSHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many messages are hashed side by side.
#define ODOMETER_SHA256_LANES 16

/// Whether the processor has the vectors of 512 bits (AVX-512 F and BW) that side by side takes.
bool odometer_sha256_has_lanes(void);

/// SHA-256 (FIPS 180-4) of sixteen messages, each of its own length; those that are not needed have none. The digests
/// stand one behind the other. The time is that of the longest message. Only for a processor that has lanes.
void odometer_sha256_lanes(
    const uint8_t *const text[ODOMETER_SHA256_LANES], const size_t length[ODOMETER_SHA256_LANES],
    uint8_t digests[ODOMETER_SHA256_LANES * 32]);

#endif
