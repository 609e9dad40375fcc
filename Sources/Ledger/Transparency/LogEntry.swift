import Crypto
import UsageModel

/// What the log says of a statement: SHA-256 of a secret salt and the statement. Who has neither learns nothing from it.
struct LogEntry: Sendable, Hashable {
    static let size = 32
    let bytes: [UInt8]

    init(salt: [UInt8], statement: [UInt8]) {
        precondition(salt.count == LogKey.saltSize, "a salt has 32 bytes")
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: statement)
        bytes = Array(hash.finalize())
    }

    /// Entries of a bundle, each behind its length; `nil` when that is not what the bytes are.
    static func decode(bundle: [UInt8]) -> [[UInt8]]? {
        let step = size + 2
        guard bundle.count.isMultiple(of: step) else { return nil }
        var entries: [[UInt8]] = []
        for start in stride(from: 0, to: bundle.count, by: step) {
            guard bundle[start] == 0, bundle[start + 1] == UInt8(size) else { return nil }
            entries.append(Array(bundle[start + 2..<start + step]))
        }
        return entries
    }

    /// The entry as a bundle has it: a big-endian length of two bytes, and the bytes.
    var bundled: [UInt8] { [0, UInt8(LogEntry.size)] + bytes }

    var leaf: Digest256 { MerkleHash.leaf(bytes) }
}
