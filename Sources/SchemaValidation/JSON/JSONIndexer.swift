import CSimdjson

/// Finds the structural characters of JSON text: simdjson's stage 1 (Langdale and Lemire, "Parsing gigabytes of JSON
/// per second", VLDB Journal 28, 2019).
///
/// It grows with the texts that it is given. One belongs to one thread at a time.
@safe
struct JSONIndexer: ~Copyable {
    enum Outcome {
        case indexed
        /// A string that never closes, a control character in a string, or bytes that are not UTF-8.
        case refused
    }

    private var indexer: OpaquePointer?
    private var capacity = 0

    init() {}

    deinit {
        if let indexer = unsafe indexer { unsafe odometer_json_indexer_destroy(indexer) }
    }

    /// Indexes a text of less than 4 GiB; the result lies in ``structurals``. More than 2 GB/s.
    mutating func index(_ text: UnsafeBufferPointer<UInt8>) -> Outcome {
        guard let base = text.baseAddress, text.count > 0 else { return .refused }
        if text.count > capacity { grow(to: text.count) }
        guard let indexer = unsafe indexer else { return .refused }
        let status = unsafe odometer_json_index(indexer, base, text.count)
        precondition(status != ODOMETER_JSON_CAPACITY, "out of memory")
        return status == ODOMETER_JSON_OK ? .indexed : .refused
    }

    /// The offsets of `{ } [ ] : ,`, of opening quotes and of the first byte of other scalars, ascending, and after
    /// them one entry that is the text's length. Valid until the next text is indexed.
    var structurals: UnsafeBufferPointer<UInt32> {
        guard let indexer = unsafe indexer else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeBufferPointer(
            start: odometer_json_structurals(indexer), count: odometer_json_structural_count(indexer) + 1)
    }

    private mutating func grow(to count: Int) {
        if let old = unsafe indexer { unsafe odometer_json_indexer_destroy(old) }
        capacity = max(count + count / 2, 65_536)
        unsafe indexer = odometer_json_indexer_create(capacity)
        precondition(unsafe indexer != nil, "out of memory")
    }
}
