public import UsageModel

/// Reads again from the archive what was committed of any source; see ``ArchivedBlocks``. Reading blocks.
public struct ArchiveRangeReader: RangeReader {
    private let ranges: ArchivedRanges
    /// The file that was read last.
    private var open: (number: UInt64, blocks: ArchivedBlocks)?

    public init(_ ranges: ArchivedRanges) {
        self.ranges = ranges
    }

    public mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        if let batch = RecordBatch(withoutBytes: range) { return batch }
        let key = ArchiveKey(range.partition, range.range)
        let bytes = key.encoded()
        let index: ArchiveIndex
        do throws(LedgerError) { index = try ranges.index() } catch { throw .failed(error.description) }
        guard let place = index.place(of: bytes) else { throw .gone(index.whyNot) }
        let found: Result<RecordBatch, RangeError>
        do throws(LedgerError) {
            found = try blocks(of: place.file).batch(of: range, (key, bytes), at: place.offset)
        } catch {
            // The writer may have removed it since its blocks were looked at.
            let path = ranges.directory.path(of: place.file)
            if open == nil, !ranges.directory.disk.exists(path) {
                throw .gone("\(path) is gone: the archive is kept shorter")
            }
            throw .failed(error.description)
        }
        return try found.get()
    }

    private mutating func blocks(of number: UInt64) throws(LedgerError) -> ArchivedBlocks {
        if let open, open.number == number { return open.blocks }
        open = nil
        let path = ranges.directory.path(of: number)
        let blocks = ArchivedBlocks(
            bytes: try ranges.directory.disk.open(path, .reading), ledger: ranges.ledger, name: path)
        open = (number, blocks)
        return blocks
    }
}

extension RecordBatch {
    /// The batch of a range that has no bytes, and is in no archive: of nothing, or of what a shard had that was no record.
    /// `nil` for all others.
    public init?(withoutBytes range: CommittedRange) {
        if range.records > 0 { return nil }
        if case .byte = range.range.start, range.range.start != range.range.end { return nil }
        self.init(
            partition: range.partition, range: range.range, bytes: [UInt8](repeating: 0, count: RecordBatch.padding),
            records: [])
    }
}
