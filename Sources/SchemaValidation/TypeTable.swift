import UsageModel

/// Finds an event type by its bytes, for each record: what the meters want of it and which schema its data has.
///
/// Open addressing over XXH3-64, at most half full.
struct TypeTable {
    struct Entry {
        var name: [UInt8]
        /// The index in the plan's types, or `EventBatch.noType`.
        var plan: UInt16
        /// The index in the schema set's `byType`, or -1.
        var schema: Int
    }

    static let unknown = Entry(name: [], plan: EventBatch.noType, schema: -1)

    let entries: [Entry]
    private let slots: [Int32]

    init(plan: ExtractionPlan, schemas: SchemaSet) {
        var entries: [Entry] = []
        for (index, type) in plan.types.enumerated() {
            entries.append(Entry(name: type.type.bytes, plan: UInt16(index), schema: -1))
        }
        for (index, schema) in schemas.byType.enumerated() {
            if let known = entries.firstIndex(where: { $0.name == schema.type.bytes }) {
                precondition(entries[known].schema < 0, "one schema a type")
                entries[known].schema = index
            } else {
                entries.append(Entry(name: schema.type.bytes, plan: EventBatch.noType, schema: index))
            }
        }
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (index, entry) in entries.enumerated() {
            var slot = unsafe entry.name.withUnsafeBufferPointer { Int(truncatingIfNeeded: unsafe ContentHash.of($0)) }
            while slots[slot & (size - 1)] >= 0 { slot &+= 1 }
            slots[slot & (size - 1)] = Int32(index)
        }
        self.entries = entries
        self.slots = slots
    }

    /// The entry's index; -1 when neither a meter nor a schema names the type. O(length) expected.
    @inline(__always)
    func find(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        var slot = unsafe Int(truncatingIfNeeded: ContentHash.of(name))
        while true {
            let index = Int(slots[slot & (slots.count &- 1)])
            if index < 0 { return -1 }
            if unsafe entries[index].name.withUnsafeBufferPointer({ unsafe Bytes.equal($0, name) }) { return index }
            slot &+= 1
        }
    }
}
