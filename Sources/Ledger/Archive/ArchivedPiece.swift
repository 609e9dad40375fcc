public import UsageModel

/// An object of an archive in a bucket, fetched.
public struct ArchivedPiece: Sendable {
    private let bytes: HeldBytes
    private let ledger: LedgerID
    private let name: String
    private var places: [[UInt8]: UInt64] = [:]
    private var faults: [ArchiveScan.Fault]

    /// Looks at its blocks. O(blocks).
    /// - Parameter name: as messages have it.
    public init(_ bytes: [UInt8], named name: String, of ledger: LedgerID) throws(LedgerError) {
        self.bytes = HeldBytes(bytes: bytes)
        (self.ledger, self.name) = (ledger, name)
        var scan = try ArchiveScan(self.bytes, of: ledger)
        while let block = try scan.next() { places[block.key] = block.offset }
        faults = scan.faults
    }

    /// The batch of a range.
    /// - Throws: ``RangeError/gone(_:)`` where it has none.
    public func batch(of range: CommittedRange) throws(RangeError) -> RecordBatch {
        let key = ArchiveKey(range.partition, range.range)
        let encoded = key.encoded()
        guard let offset = places[encoded] else {
            let fault = faults.first.map { "; from byte \($0.offset) it is broken: \($0.message)" } ?? ""
            throw .gone("\(name) does not have it\(fault)")
        }
        let blocks = ArchivedBlocks(bytes: bytes, ledger: ledger, name: name)
        let found: Result<RecordBatch, RangeError>
        do throws(LedgerError) {
            found = try blocks.batch(of: range, (key, encoded), at: offset)
        } catch { throw .failed(error.description) }
        return try found.get()
    }
}

/// Bytes that are in memory.
private struct HeldBytes: StoredBytes {
    let bytes: [UInt8]

    func size() -> UInt64 { UInt64(bytes.count) }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        let start = Int(min(offset, UInt64(bytes.count)))
        return Array(bytes[start..<min(bytes.count, start + count)])
    }
}
