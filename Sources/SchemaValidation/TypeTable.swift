import UsageModel

/// Finds an event type by its bytes, for each record: what the meters want of it and which schema its data has.
///
/// Few types are usual, and they are compared one after the other, by words; many are looked up in open addressing over
/// XXH3-64, at most half full.
struct TypeTable: ~Copyable {
    struct Entry {
        /// Where its name stands in `names`.
        fileprivate var first: Int
        fileprivate var length: Int
        /// The name's first eight bytes, the first one lowest, and its last eight.
        fileprivate var head: UInt64
        fileprivate var last: UInt64
        /// The index in the plan's types, or `EventBatch.noType`.
        var plan: UInt16
        /// The index in the schema set's `byType`, or -1.
        var schema: Int
    }

    /// More are looked up by their hash.
    private static let few = 8

    private var entries = ScratchStack<Entry>()
    private var names = ScratchStack<UInt8>()
    private var slots = ScratchStack<Int32>()

    init(plan: ExtractionPlan, schemas: SchemaSet) {
        for (index, type) in plan.types.enumerated() { add(type.type.bytes, plan: UInt16(index)) }
        for (index, schema) in schemas.byType.enumerated() {
            let name = schema.type.bytes
            var known = unsafe name.withUnsafeBufferPointer { unsafe find($0) }
            if known < 0 {
                known = entries.count
                add(name, plan: EventBatch.noType)
            }
            precondition(entries[known].schema < 0, "one schema a type")
            entries[known].schema = index
        }
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        for _ in 0..<size { slots.append(-1) }
        for index in 0..<entries.count {
            var slot = unsafe Int(truncatingIfNeeded: ContentHash.of(name(of: entries[index])))
            while slots[slot & (size - 1)] >= 0 { slot &+= 1 }
            slots[slot & (size - 1)] = Int32(index)
        }
    }

    /// How many types there are.
    var count: Int { entries.count }

    subscript(index: Int) -> Entry {
        @inline(__always) get { entries[index] }
    }

    /// The entry's index; -1 when neither a meter nor a schema names the type. O(length) expected.
    @inline(__always)
    func find(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        if entries.count > TypeTable.few, slots.count > 0 { return unsafe findByHash(name) }
        let head = unsafe JSONName.word(name, from: 0, length: name.count)
        let last = name.count > 8 ? unsafe JSONName.word(name, from: name.count &- 8, length: 8) : head
        for index in 0..<entries.count {
            let entry = entries[index]
            guard entry.length == name.count, entry.head == head, entry.last == last else { continue }
            if unsafe name.count <= 16 || Bytes.equal(self.name(of: entry), name) { return index }
        }
        return -1
    }

    private func findByHash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        var slot = unsafe Int(truncatingIfNeeded: ContentHash.of(name))
        while true {
            let index = Int(slots[slot & (slots.count &- 1)])
            if index < 0 { return -1 }
            if unsafe Bytes.equal(self.name(of: entries[index]), name) { return index }
            slot &+= 1
        }
    }

    private func name(of entry: Entry) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: names.elements(entry.first, count: entry.length), count: entry.length)
    }

    private mutating func add(_ name: [UInt8], plan: UInt16) {
        let first = names.count
        for byte in name { names.append(byte) }
        entries.append(
            Entry(
                first: first, length: name.count, head: JSONName.word(name), last: JSONName.word(name.suffix(8)),
                plan: plan, schema: -1))
    }
}
