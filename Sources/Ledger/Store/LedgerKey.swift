import UsageModel

/// The 16 secret bytes that events' identities are made with. With others no repeated event would be found, and its usage
/// would be counted twice.
///
/// The file `key` holds them and 4 bytes more: the CRC-32C of the ledger's id followed by the key, so that neither a broken
/// key nor that of another ledger is taken. A ledger that was made before has the 16 bytes alone.
struct LedgerKey: Sendable, Hashable {
    static let size = 16
    let bytes: [UInt8]

    /// Draws a key for a ledger that is being made. One that lies there already is kept: an earlier making was interrupted,
    /// or its segments are to be restored.
    static func make(for ledger: LedgerID, in directory: LedgerDirectory) throws(LedgerError) -> LedgerKey {
        let kept = try directory.contents(of: directory.key)?.prefix(size)
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let key = LedgerKey(bytes: kept.flatMap { $0.count == size ? Array($0) : nil } ?? bytes)
        try directory.createAtomically("key", in: directory.path, bytes: key.encoded(for: ledger), mode: 0o600)
        return key
    }

    /// Reads the key of a ledger.
    /// - Throws: damage, where it is missing, broken or that of another ledger.
    static func read(_ ledger: LedgerID, in directory: LedgerDirectory) throws(LedgerError) -> LedgerKey {
        func damage(_ message: String) -> LedgerError {
            .damaged(segment: "key", offset: 0, message: message, advice: "restore it from a copy")
        }
        guard let stored = try directory.contents(of: directory.key) else {
            throw damage("it is missing, and without it no repeated event is found")
        }
        guard stored.count == size || stored.count == size + 4 else {
            throw damage("it has \(stored.count) bytes, not \(size + 4)")
        }
        let key = LedgerKey(bytes: Array(stored.prefix(size)))
        guard stored.count == size || stored == key.encoded(for: ledger) else {
            throw damage("it is broken, or that of another ledger: its checksum is wrong")
        }
        return key
    }

    private func encoded(for ledger: LedgerID) -> [UInt8] {
        var writer = ByteWriter(capacity: LedgerKey.size + 4)
        writer.raw(bytes)
        writer.integer(CRC32C.checksum(ledger.bytes + bytes))
        return writer.bytes
    }
}
