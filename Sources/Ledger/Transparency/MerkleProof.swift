import UsageModel

/// Checks proofs as whoever is given one does (RFC 9162, sections 2.1.3.2 and 2.1.4.2).
enum MerkleProof {
    /// The root that an inclusion proof leads to; `nil` when the proof has the wrong length.
    static func root(
        of leaf: Digest256, at index: UInt64, in size: UInt64, path: [Digest256]
    ) -> Digest256? {
        guard index < size else { return nil }
        var (node, last) = (index, size - 1)
        var root = leaf
        for hash in path {
            if last == 0 { return nil }
            if node & 1 == 1 || node == last {
                root = MerkleHash.node(hash, root)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                root = MerkleHash.node(root, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 ? root : nil
    }

    /// Whether a proof shows that the old tree is the beginning of the new one.
    static func isConsistent(
        old: (size: UInt64, root: Digest256), new: (size: UInt64, root: Digest256), path: [Digest256]
    ) -> Bool {
        guard old.size <= new.size else { return false }
        if old.size == 0 { return path.isEmpty && old.root == MerkleHash.empty }
        if old.size == new.size { return path.isEmpty && old.root == new.root }
        // Where the old tree is one complete subtree, its root is the first hash of the way.
        var hashes = old.size.nonzeroBitCount == 1 ? [old.root] + path : path
        guard !hashes.isEmpty else { return false }
        let seed = hashes.removeFirst()
        var (node, last) = (old.size - 1, new.size - 1)
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var (first, second) = (seed, seed)
        for hash in hashes {
            if last == 0 { return false }
            if node & 1 == 1 || node == last {
                first = MerkleHash.node(hash, first)
                second = MerkleHash.node(hash, second)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                second = MerkleHash.node(second, hash)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && first == old.root && second == new.root
    }
}
