#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Finds the structural characters of JSON text with simdjson's stage 1 (AVX-512, AVX2 or plain, picked at run time).
/// One indexer belongs to one thread at a time.
typedef struct odometer_json_indexer odometer_json_indexer;

/// What stage 1 says of a stretch of text.
typedef enum odometer_json_status {
    ODOMETER_JSON_OK = 0,
    /// No structural character at all: only white space.
    ODOMETER_JSON_EMPTY = 1,
    /// A string that never closes, or a control character inside a string.
    ODOMETER_JSON_BAD_STRING = 2,
    /// Not UTF-8.
    ODOMETER_JSON_BAD_UTF8 = 3,
    /// Longer than the indexer's capacity, or out of memory.
    ODOMETER_JSON_CAPACITY = 4
} odometer_json_status;

/// Makes an indexer for texts of at most `capacity` bytes (below 4 GiB); NULL when memory is short.
odometer_json_indexer *_Nullable odometer_json_indexer_create(size_t capacity);
void odometer_json_indexer_destroy(odometer_json_indexer *_Nonnull indexer);

/// Indexes `length` bytes. Nothing past them is read.
odometer_json_status odometer_json_index(
    odometer_json_indexer *_Nonnull indexer, const uint8_t *_Nonnull text, size_t length);

/// Whether so many bytes are UTF-8.
bool odometer_is_utf8(const uint8_t *_Nonnull text, size_t length);

/// The offsets of `{ } [ ] : ,`, of opening quotes and of the first byte of other scalars, ascending;
/// valid until the next call on this indexer. One more entry, equal to the text's length, ends the list.
const uint32_t *_Nonnull odometer_json_structurals(const odometer_json_indexer *_Nonnull indexer);
size_t odometer_json_structural_count(const odometer_json_indexer *_Nonnull indexer);

#ifdef __cplusplus
}
#endif

#endif
