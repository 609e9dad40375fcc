import Foundation
public import UsageModel

/// A signed statement of what a log holds: its size and root (https://c2sp.org/tlog-checkpoint). Who keeps one can be
/// shown later that nothing of it was changed.
public struct LogCheckpoint: Sendable, Hashable {
    /// The name of the log.
    public let origin: String
    /// The leaves: how many statements the log holds.
    public let size: UInt64
    /// The root of the Merkle tree over them (RFC 6962).
    public let root: Digest256
    /// The checkpoint's bytes: three lines, a blank one, and the signature.
    public let note: [UInt8]

    var tree: SignedTree { SignedTree(size: size, root: root) }

    /// Signs a new one.
    init(_ tree: SignedTree, by signer: NoteSigner) throws(LedgerError) {
        origin = signer.name
        size = tree.size
        root = tree.root
        note = try signer.sign(Array("\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n".utf8))
    }

    /// Reads one that has to be signed by the key, and to be of the log with the key's name.
    /// - Throws: what is wrong with it.
    public init(_ note: [UInt8], signedBy key: NoteVerifier) throws(NoteError) {
        let signed = try SignedNote(note)
        let lines = signed.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // The text ends with a line feed, so its last piece is empty.
        guard lines.count >= 4, !lines.dropLast().contains(""), let size = UInt64(lines[1]), String(size) == lines[1],
            let root = Data(base64Encoded: lines[2]), root.count == 32, root.base64EncodedString() == lines[2]
        else { throw NoteError("it is no checkpoint: an origin, a size and a root are not there") }
        guard lines[0].utf8.elementsEqual(key.name.utf8) else {
            throw NoteError("it is a checkpoint of \(lines[0]), not of \(key.name)")
        }
        guard signed.isSigned(by: key) else { throw NoteError("it is not signed by the key \(key)") }
        origin = lines[0]
        self.size = size
        self.root = Digest256(bytes: Array(root))
        self.note = note
    }
}
