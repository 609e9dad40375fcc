#include "CSimdjson.h"

#include <simdjson.h>

#include <memory>
#include <new>

struct odometer_json_indexer {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
};

extern "C" odometer_json_indexer *odometer_json_indexer_create(size_t capacity) {
    auto *indexer = new (std::nothrow) odometer_json_indexer;
    if (indexer == nullptr) return nullptr;
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, simdjson::DEFAULT_MAX_DEPTH, indexer->implementation);
    if (error != simdjson::SUCCESS) {
        delete indexer;
        return nullptr;
    }
    return indexer;
}

extern "C" void odometer_json_indexer_destroy(odometer_json_indexer *indexer) { delete indexer; }

extern "C" odometer_json_status odometer_json_index(
    odometer_json_indexer *indexer, const uint8_t *text, size_t length) {
    // Lengths of 0 are refused by some of simdjson's implementations and not by others.
    if (length == 0) return ODOMETER_JSON_EMPTY;
    switch (indexer->implementation->stage1(text, length, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: return ODOMETER_JSON_OK;
    case simdjson::EMPTY: return ODOMETER_JSON_EMPTY;
    case simdjson::UTF8_ERROR: return ODOMETER_JSON_BAD_UTF8;
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC: return ODOMETER_JSON_CAPACITY;
    default: return ODOMETER_JSON_BAD_STRING;
    }
}

extern "C" bool odometer_is_utf8(const uint8_t *text, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(text), length);
}

extern "C" const uint32_t *odometer_json_structurals(const odometer_json_indexer *indexer) {
    return indexer->implementation->structural_indexes.get();
}

extern "C" size_t odometer_json_structural_count(const odometer_json_indexer *indexer) {
    return indexer->implementation->n_structural_indexes;
}
