import UsageModel

/// Makes entries of the carriers of an answer.
struct EntryCut {
    /// What was given out before.
    let taken: ShardPosition?
    let hashes: HashKeyRange
    /// Whether the carrier that was given out last, or in part, came again.
    private(set) var sawExpected = false

    init(taken: ShardPosition?, hashes: HashKeyRange) {
        self.taken = taken
        self.hashes = hashes
    }

    /// Takes the answer's last carrier, whose data lies in `data`. One that was given out whole is taken out again.
    mutating func cut(_ answer: inout ShardAnswer, _ data: Range<Int>) {
        let carrier = answer.carriers.count - 1
        var firstSub: UInt64 = 0
        if case .behind(let number, let sub) = taken {
            let current = answer.carriers[carrier].number
            if current == number {
                sawExpected = true
                if let sub { firstSub = sub + 1 }
            }
            if current < number || current == number && sub == nil {
                answer.carriers.removeLast()
                answer.slab.removeLast(data.count)
                return
            }
        }
        guard let aggregated = AggregatedRecord(answer.slab, in: data) else {
            add(&answer, data, carrier, ShardAnswer.Entry.plain)
            return
        }
        for (sub, element) in aggregated.elements.enumerated()
        where sub >= firstSub && hashes.contains(element.hashKey) {
            add(&answer, element.data, carrier, UInt32(sub))
        }
    }

    private func add(_ answer: inout ShardAnswer, _ data: Range<Int>, _ carrier: Int, _ sub: UInt32) {
        var length = data.count
        unsafe answer.slab.withUnsafeBufferPointer { slab in
            let bytes = unsafe UnsafeBufferPointer(rebasing: slab[data])
            if unsafe bytes.last == 0x0A {
                length -= 1
                if unsafe length > 0 && bytes[length - 1] == 0x0D { length -= 1 }
            }
            if unsafe EntryCut.isBlank(bytes) { length = 0 }
        }
        // A record of white space is none, as a line of it is none in a file.
        if length == 0 { return }
        answer.entries.append(
            ShardAnswer.Entry(
                start: UInt32(data.lowerBound), length: UInt32(length), stored: UInt32(data.count),
                carrier: UInt32(carrier), sub: sub))
    }

    private static func isBlank(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = unsafe bytes[index]
            if byte != 0x20 && byte != 0x09 && byte != 0x0D && byte != 0x0A { return false }
        }
        return true
    }
}
