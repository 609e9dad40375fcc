#ifndef CCRC32C_H
#define CCRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether the processor has an instruction for CRC-32C that this program knows how to use.
bool ccrc32c_is_supported(void);

/// The state after some bytes. Only for a processor that has the instruction.
uint32_t ccrc32c_update(uint32_t state, const void *bytes, size_t count);

#endif
