import UsageModel

/// Gives each byte string that it meets a number, from 0 on, and knows the bytes by the number.
struct NameTable: Sendable {
    private var table = ByteTable()
    /// Where each name begins in the table's keys, and the end of the last.
    private var ends: [Int] = [0]

    var count: Int { ends.count - 1 }

    var estimatedBytes: Int { table.estimatedBytes + ends.count * MemoryLayout<Int>.stride }

    /// The number of a name, a new one when it was not there.
    @inline(__always)
    mutating func number(of name: RawSpan) -> UInt32 {
        let number = table.value(of: name, orAdd: UInt32(truncatingIfNeeded: count))
        if number == count { ends.append(table.keys.count) }
        return number
    }

    subscript(number: Int) -> ArraySlice<UInt8> { table.keys[ends[number]..<ends[number + 1]] }

    /// Forgets all names and keeps the memory.
    mutating func removeAll() {
        table.removeAll()
        ends.removeAll(keepingCapacity: true)
        ends.append(0)
    }
}
