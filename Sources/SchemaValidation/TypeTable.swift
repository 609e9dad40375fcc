import UsageModel

/// Finds an event type by its bytes, for each record: what the meters want of it and which schema its data has.
///
/// Open addressing over the words of ``KeyHash``, at most half full.
struct TypeTable: ~Copyable {
    struct Entry {
        /// Where its name stands in `names`.
        fileprivate var first: Int
        fileprivate var key: KeyHash
        /// The index in the plan's types, or `EventBatch.noType`.
        var plan: UInt16
        /// The index in the schema set's `byType`, or -1.
        var schema: Int
    }

    /// 2⁶⁴ over the golden ratio, which spreads what it multiplies (Knuth, TAOCP 3, section 6.4).
    private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var entries = ScratchStack<Entry>()
    private var names = ScratchStack<UInt8>()
    private var slots = ScratchStack<Int32>()

    init(plan: ExtractionPlan, schemas: SchemaSet) {
        var size = 8
        while size < (plan.types.count + schemas.byType.count) * 2 { size *= 2 }
        for _ in 0..<size { slots.append(-1) }
        for (index, type) in plan.types.enumerated() { _ = add(type.type.bytes, plan: UInt16(index)) }
        for (index, schema) in schemas.byType.enumerated() {
            let name = schema.type.bytes
            let known = unsafe name.withUnsafeBufferPointer { unsafe find($0) }
            let entry = known < 0 ? add(name, plan: EventBatch.noType) : known
            precondition(entries[entry].schema < 0, "one schema a type")
            entries[entry].schema = index
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
        let key = unsafe KeyHash(name, start: 0, count: name.count)
        var slot = home(of: key)
        while true {
            let index = Int(slots[slot])
            if index < 0 { return -1 }
            let entry = entries[index]
            if unsafe entry.key == key && (key.count <= 16 || Bytes.equal(self.name(of: entry), name)) { return index }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
    }

    @inline(__always)
    private func home(of key: KeyHash) -> Int {
        Int(key.slot(multiplier: TypeTable.multiplier, mask: UInt32(truncatingIfNeeded: slots.count &- 1)))
    }

    private func name(of entry: Entry) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: names.elements(entry.first, count: entry.key.count), count: entry.key.count)
    }

    /// - Returns: the entry's index.
    private mutating func add(_ name: [UInt8], plan: UInt16) -> Int {
        let key = KeyHash(name)
        var slot = home(of: key)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(entries.count)
        entries.append(Entry(first: names.count, key: key, plan: plan, schema: -1))
        for byte in name { names.append(byte) }
        return entries.count - 1
    }
}
