import UsageModel

/// Parses the records of a slab one after the other, one JSON text a record.
///
/// simdjson's stage 1 runs over stretches of whole lines, because a call for each line costs more than the line. A
/// stretch that it takes has for each line the same index as the line alone: a newline inside a string is an error, so
/// no state crosses a line's end. A stretch that it refuses is done line by line, so that each gets its own outcome.
struct JSONStretches: ~Copyable {
    /// How many bytes of lines are indexed in one call, if the lines are not longer: text and index stay in the
    /// second-level cache.
    private static let length = 32_768

    private var indexer = JSONIndexer()
    /// The record that was parsed last.
    private(set) var tape = JSONTape()
    /// The first record behind the stretch that was indexed last.
    private var next = 0
    /// Where that stretch begins and ends in the slab.
    private var origin = 0
    private var end = 0
    private var isIndexed = false
    private var cursor = 0

    /// Takes up another slab.
    mutating func begin() {
        next = 0
        end = 0
    }

    /// Parses a record. The records of a slab lie in it in ascending order, and are parsed in this order.
    @inline(__always)
    mutating func parse(
        _ number: Int, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(JSONFault) {
        if number == next { unsafe index(records, from: number, in: slab) }
        let start = Int(records[number].start)
        let text = unsafe UnsafeBufferPointer(rebasing: slab[start..<start + Int(records[number].length)])
        guard isIndexed else {
            try unsafe tape.parse(text, with: &indexer)
            return
        }
        let structurals = unsafe indexer.structurals
        let base = start - origin
        // A record with a fault leaves the cursor somewhere in it.
        while unsafe Int(structurals[cursor]) < base { cursor += 1 }
        try unsafe tape.parse(text, structurals: structurals, cursor: &cursor, base: base)
    }

    private mutating func index(
        _ records: [RecordBatch.Record], from first: Int, in slab: UnsafeBufferPointer<UInt8>
    ) {
        let start = Int(records[first].start)
        precondition(start >= end, "records ascend")
        end = start + Int(records[first].length)
        precondition(end <= slab.count, "records lie in the slab")
        next = first + 1
        while next < records.count {
            let from = Int(records[next].start)
            let to = from + Int(records[next].length)
            // Only a line feed in between keeps two records apart in one index.
            guard from > end, to <= slab.count, to - start <= JSONStretches.length, unsafe slab[from - 1] == 0x0A
            else { break }
            end = to
            next += 1
        }
        origin = start
        cursor = 0
        isIndexed = unsafe indexer.index(UnsafeBufferPointer(rebasing: slab[start..<end])) == .indexed
    }
}
