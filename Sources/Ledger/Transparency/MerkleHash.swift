import UsageModel

/// The hashes of a Merkle tree (RFC 6962, section 2.1). A first byte keeps leaves and nodes apart, so that no node can
/// pass for a leaf.
enum MerkleHash {
    /// The root of a tree without leaves.
    static let empty = Digest256(sha256: [])

    static func leaf(_ entry: [UInt8]) -> Digest256 {
        Digest256(sha256: [0] + entry)
    }

    static func node(_ left: Digest256, _ right: Digest256) -> Digest256 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(65)
        bytes.append(1)
        bytes += left.bytes
        bytes += right.bytes
        return Digest256(sha256: bytes)
    }

    /// The root over hashes of one height; their count is a power of two.
    static func root(over hashes: ArraySlice<Digest256>) -> Digest256 {
        precondition(hashes.count.nonzeroBitCount == 1, "a complete subtree has a power of two of hashes")
        var row = Array(hashes)
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { node(row[$0], row[$0 + 1]) }
        }
        return row[0]
    }
}
