import UsageModel

@testable import Ledger

/// The definitions of RFC 6962, section 2.1, word by word, over leaves in memory.
struct MerkleOracle {
    var leaves: [Digest256]
    private var known: [Range<Int>: Digest256] = [:]

    init(_ leaves: [Digest256]) {
        self.leaves = leaves
    }

    /// MTH(D[range]).
    mutating func root(_ range: Range<Int>) -> Digest256 {
        if range.isEmpty { return Digest256(sha256: []) }
        if range.count == 1 { return leaves[range.lowerBound] }
        if let root = known[range] { return root }
        let middle = range.lowerBound + MerkleOracle.split(range.count)
        let left = root(range.lowerBound..<middle)
        let right = root(middle..<range.upperBound)
        let root = Digest256(sha256: [1] + left.bytes + right.bytes)
        known[range] = root
        return root
    }

    /// PATH(index, D[range]), the index counted from the beginning of the range.
    mutating func path(_ index: Int, _ range: Range<Int>) -> [Digest256] {
        if range.count == 1 { return [] }
        let split = MerkleOracle.split(range.count)
        let (left, right) = MerkleOracle.halves(range, split)
        return index < split ? path(index, left) + [root(right)] : path(index - split, right) + [root(left)]
    }

    /// SUBPROOF(size, D[range], isWhole).
    mutating func proof(_ size: Int, _ range: Range<Int>, isWhole: Bool = true) -> [Digest256] {
        if size == range.count { return isWhole ? [] : [root(range)] }
        let split = MerkleOracle.split(range.count)
        let (left, right) = MerkleOracle.halves(range, split)
        return size <= split
            ? proof(size, left, isWhole: isWhole) + [root(right)]
            : proof(size - split, right, isWhole: false) + [root(left)]
    }

    private static func halves(_ range: Range<Int>, _ split: Int) -> (Range<Int>, Range<Int>) {
        let middle = range.lowerBound + split
        return (range.lowerBound..<middle, middle..<range.upperBound)
    }

    private static func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }
}
