/// The hash keys of a shard's records, from one to another.
///
/// It is kept in words of 64 bits: swiftc 6.3.1 makes tasks that crash of values with `UInt128` in them, whose
/// alignment is 16.
struct HashKeyRange: Sendable, Hashable {
    private let first: (high: UInt64, low: UInt64)
    private let last: (high: UInt64, low: UInt64)

    static let all = HashKeyRange(0...UInt128.max)

    init(_ range: ClosedRange<UInt128>) {
        first = HashKeyRange.words(range.lowerBound)
        last = HashKeyRange.words(range.upperBound)
    }

    func contains(_ key: UInt128) -> Bool {
        let key = HashKeyRange.words(key)
        return key >= first && key <= last
    }

    private static func words(_ key: UInt128) -> (high: UInt64, low: UInt64) {
        (UInt64(truncatingIfNeeded: key >> 64), UInt64(truncatingIfNeeded: key))
    }

    static func == (left: HashKeyRange, right: HashKeyRange) -> Bool {
        left.first == right.first && left.last == right.last
    }

    func hash(into hasher: inout Hasher) {
        for word in [first.high, first.low, last.high, last.low] { hasher.combine(word) }
    }
}
