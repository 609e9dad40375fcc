#ifndef CSIPHASH_H
#define CSIPHASH_H

#include <stdint.h>

/// How many messages are hashed side by side.
#define ODOMETER_SIPHASH_LANES 8
/// How many words of eight bytes a message may have, the last one with its length included.
#define ODOMETER_SIPHASH_WORDS 8

/// SipHash-2-4 with 128 bits of output of eight messages, with the widest vectors that the processor has.
///
/// - `state`: the four words that the key makes.
/// - `words`: of each message `ODOMETER_SIPHASH_WORDS`, of which as many as `counts` says count, from 1 on. The last of them holds
///   the bytes that fill no word, and as its highest byte the message's length.
/// - `digests`: two words of each.
void odometer_siphash128_lanes(
    const uint64_t state[4], const uint64_t words[ODOMETER_SIPHASH_LANES * ODOMETER_SIPHASH_WORDS],
    const uint64_t counts[ODOMETER_SIPHASH_LANES], uint64_t digests[ODOMETER_SIPHASH_LANES * 2]);

#endif
