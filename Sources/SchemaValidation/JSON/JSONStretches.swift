import UsageModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Parses the records of a slab one after the other, one JSON text a record.
///
/// A record of a shape that came before is not indexed at all. For the others simdjson's stage 1 runs over stretches of
/// whole lines where they stand side by side, because a call for each line costs more than the line. A stretch that it takes
/// has for each line the same index as the line alone: a newline inside a string is an error, so no state crosses a line's
/// end. A stretch that it refuses is done again in shorter ones, so that the lines around a bad one cost little more, and a
/// line that it refuses has its own outcome.
struct JSONStretches: ~Copyable {
    /// How many bytes of lines are indexed in one call at most, if the lines are not longer: text and index stay in the
    /// second-level cache.
    private static let length = 32_768
    /// The same behind a record that needed no index: two or three lines.
    private static let shortest = 512

    private var indexer = JSONIndexer()
    private var shapes: ShapeTrie
    /// The record that was parsed last.
    private(set) var tape = JSONTape()
    /// The shape of that record, a small number; -1 when it has none that is known. Valid in one ``generation``.
    private(set) var shape = -1
    /// Whether the record was put on the tape by its shape. Then no backslash stands in it, and thirty-two bytes behind it can
    /// be read.
    private(set) var isKnown = false
    /// The first record behind the stretch that was indexed last.
    private var next = 0
    /// Where that stretch begins and ends in the slab.
    private var origin = 0
    private var end = 0
    private var isIndexed = false
    /// How long the next stretch is at most: longer where all records need one, shorter behind one that was refused.
    private var limit = shortest
    private var cursor = 0

    /// - Parameter constants: for ``ShapeTrie``.
    init(constants: [ShapeConstant] = []) {
        shapes = ShapeTrie(constants: constants)
    }

    /// Whether a node is a constant of the present record's shape, which it has.
    func isConstant(_ node: Int) -> Bool { shapes.isConstant(node, in: shape) }

    /// Changes when the numbers of shapes begin to mean others.
    var generation: Int { shapes.generation }

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
        try unsafe parseValues(number, of: records, in: slab)
        addNames()
    }

    /// Puts on the tape what ``parseValues(_:of:in:)`` left out: all but scalar values. It may be called again.
    @inline(__always)
    func addNames() {
        if isKnown { tape.name(shape, of: shapes) }
    }

    /// The same, but only scalar values, and no constants, may be on the tape of a record whose shape is known.
    @inline(__always)
    mutating func parseValues(
        _ number: Int, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(JSONFault) {
        let start = Int(records[number].start)
        let text = unsafe UnsafeBufferPointer(rebasing: slab[start..<start + Int(records[number].length)])
        // Up to thirty-two bytes are looked at at once, so that there must be room for them behind the record.
        let hasRoom = start + text.count + 32 <= slab.count
        shape = hasRoom ? unsafe tape.match(text, shapes: shapes) : -1
        isKnown = shape >= 0
        if isKnown { return }
        if number >= next { unsafe index(records, from: number, in: slab) }
        try unsafe parse(text, at: start)
        if hasRoom, unsafe !hasBackslash(text) { unsafe learn(text) }
    }

    /// Parses a record of the stretch that is indexed.
    @inline(never)
    private mutating func parse(_ text: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONFault) {
        guard isIndexed else {
            try unsafe tape.parse(text, with: &indexer)
            return
        }
        let structurals = unsafe indexer.structurals
        let base = start - origin
        // Records that needed no index were passed over, and one with a fault leaves the cursor somewhere in it.
        while unsafe Int(structurals[cursor]) < base { cursor += 1 }
        try unsafe tape.parse(text, structurals: structurals, cursor: &cursor, base: base)
    }

    /// Learns the shape of the record that was parsed.
    @inline(never)
    private mutating func learn(_ text: UnsafeBufferPointer<UInt8>) {
        shapes.miss()
        guard shapes.isLearning else { return }
        shape = unsafe shapes.learn(tape.buffer, text) ?? -1
    }

    @inline(__always)
    private func hasBackslash(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let bytes = text.baseAddress else { return false }
        return unsafe memchr(bytes, 0x5C, text.count) != nil
    }

    /// Indexes the next stretch; where its first record is refused, that record alone.
    private mutating func index(
        _ records: [RecordBatch.Record], from first: Int, in slab: UnsafeBufferPointer<UInt8>
    ) {
        let start = Int(records[first].start)
        precondition(start >= end, "records ascend")
        if first > next { limit = JSONStretches.shortest }
        origin = start
        cursor = 0
        while true {
            unsafe extend(over: records, from: first, in: slab)
            let stretch = unsafe UnsafeBufferPointer(rebasing: slab[start..<end])
            isIndexed = unsafe indexer.index(stretch) == .indexed
            if isIndexed || next == first + 1 {
                limit = min(max(1, limit) * 2, JSONStretches.length)
                return
            }
            limit = (end - start) / 2
        }
    }

    /// Puts the end of the stretch behind the last record that it may have.
    private mutating func extend(
        over records: [RecordBatch.Record], from first: Int, in slab: UnsafeBufferPointer<UInt8>
    ) {
        let start = Int(records[first].start)
        end = start + Int(records[first].length)
        precondition(end <= slab.count, "records lie in the slab")
        next = first + 1
        while next < records.count {
            let from = Int(records[next].start)
            let to = from + Int(records[next].length)
            // Only a line feed in between keeps two records apart in one index.
            guard from > end, to <= slab.count, to - start <= limit, unsafe slab[from - 1] == 0x0A else { break }
            end = to
            next += 1
        }
    }
}
