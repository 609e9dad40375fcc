import Foundation
public import UsageModel

/// Shows that a statement is in the tree of a checkpoint, to whoever has the log's public key.
public struct InclusionProof: Sendable, Hashable {
    public let statement: TenantStatement
    /// The number of its leaf, from 0.
    public let index: UInt64
    /// From the leaf's neighbour up to the root's child (RFC 6962, section 2.1.1).
    public let path: [Digest256]
    public let checkpoint: LogCheckpoint

    /// The proof in the form of https://c2sp.org/tlog-proof, with the salt as its extra data.
    public var text: [UInt8] {
        var lines = ["c2sp.org/tlog-proof@v1", "extra \(Data(statement.salt).base64EncodedString())", "index \(index)"]
        lines += path.map { Data($0.bytes).base64EncodedString() }
        return Array(lines.map { $0 + "\n" }.joined().utf8) + [0x0A] + checkpoint.note
    }
}
