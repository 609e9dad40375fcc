import UsageModel

/// A text that was in force when commits were made, kept in the ledger so that they can be computed again.
struct LedgerDocument: Sendable, Hashable {
    private static let version: UInt8 = 1

    var kind: DocumentKind
    var bytes: [UInt8]
    /// SHA-256 of the bytes: by it commits name the document.
    var digest: Digest256

    init(kind: DocumentKind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
        self.digest = Digest256(sha256: bytes)
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: bytes.count + 48)
        writer.byte(LedgerDocument.version)
        writer.byte(kind.rawValue)
        writer.digest(digest)
        writer.counted(bytes)
        return writer.bytes
    }

    static func decode(_ payload: [UInt8]) throws(CodecError) -> LedgerDocument {
        var reader = ByteReader(payload)
        guard try reader.byte() == version, let kind = DocumentKind(rawValue: try reader.byte()) else {
            throw CodecError(offset: 0, message: "the document is of a kind that is not known here")
        }
        let digest = try reader.digest()
        let document = LedgerDocument(kind: kind, bytes: try reader.counted())
        try reader.end()
        guard document.digest == digest else { throw CodecError(offset: 2, message: "the document's digest is wrong") }
        return document
    }
}

/// What a document of the ledger is.
public enum DocumentKind: UInt8, Sendable, Hashable {
    case configuration = 1
    case tenants = 2
}
