import UsageModel

/// The records of one commit as an object of its own, for an archive in a bucket.
public struct ArchivePiece: Sendable {
    public let name: ArchivePieceName
    /// As a file of an archive has them.
    public let bytes: [UInt8]

    init(_ blocks: [ArchiveBlock], named name: ArchivePieceName, at time: Timestamp, in ledger: LedgerID) {
        self.name = name
        var bytes = ArchiveFileHeader(ledger: ledger, number: name.seq, begun: time).encoded()
        bytes.reserveCapacity(blocks.reduce(bytes.count) { $0 + $1.stored.count + $1.key.count + 64 })
        for block in blocks {
            bytes += block.beginning(at: time, in: ledger)
            bytes += block.stored
        }
        self.bytes = bytes
    }
}
