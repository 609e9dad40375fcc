import Foundation
public import UsageModel

/// Shows that the tree of an older checkpoint is the beginning of that of a newer one: nothing of it was changed.
public struct ConsistencyProof: Sendable, Hashable {
    /// The size of the older tree.
    public let old: UInt64
    /// RFC 6962, section 2.1.2.
    public let path: [Digest256]
    public let checkpoint: LogCheckpoint

    /// The proof in the form of the body of a witness's `add-checkpoint` (https://c2sp.org/tlog-witness).
    public var text: [UInt8] {
        let lines = ["old \(old)"] + path.map { Data($0.bytes).base64EncodedString() }
        return Array(lines.map { $0 + "\n" }.joined().utf8) + [0x0A] + checkpoint.note
    }
}
