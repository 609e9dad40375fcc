public import UsageModel

/// Reads again from the archive what was committed of any source.
///
/// It vouches for nothing: whether the bytes are those that were read shows their digest, which the ledger has. The checksums
/// tell of damage before that, with its place. Reading blocks.
public struct ArchiveRangeReader: RangeReader {
    private let ranges: ArchivedRanges
    /// The file that was read last.
    private var open: (number: UInt64, file: any DiskFile)?

    public init(_ ranges: ArchivedRanges) {
        self.ranges = ranges
    }

    public mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        if ArchiveRangeReader.isEmpty(range) {
            return RecordBatch(
                partition: range.partition, range: range.range,
                bytes: [UInt8](repeating: 0, count: RecordBatch.padding), records: [])
        }
        let key = ArchiveKey(range.partition, range.range)
        let bytes = key.encoded()
        let index: ArchiveIndex
        do throws(LedgerError) { index = try ranges.index() } catch { throw .failed(error.description) }
        guard let place = index.place(of: bytes) else { throw .gone(index.whyNot) }
        let name = ranges.directory.path + "/" + ArchiveDirectory.name(place.file)
        let found: Result<(header: ArchiveBlockHeader, contents: [UInt8]), RangeError>
        do throws(LedgerError) {
            found = try block(at: place, bytes, in: name)
        } catch {
            // The writer may have removed it since its blocks were looked at.
            if open == nil, !ranges.directory.disk.exists(ranges.directory.path(of: place.file)) {
                throw .gone("\(name) is gone: the archive is kept shorter")
            }
            throw .failed(error.description)
        }
        let block = try found.get()
        do throws(CodecError) {
            let batch = try RecordBatch.decode(archived: block.contents, source: range.partition.source, of: key)
            guard batch.records.count == Int(block.header.records), UInt64(batch.records.count) == range.records else {
                throw CodecError(offset: 0, message: "it has \(batch.records.count) records")
            }
            return batch
        } catch {
            throw .changed(
                "\(name) at byte \(place.offset): the block is whole, but is none of these \(range.records) records: "
                    + error.message)
        }
    }

    /// Whether a range has no bytes, so that it is in no archive: nothing, or what a shard had that was no record.
    private static func isEmpty(_ range: CommittedRange) -> Bool {
        if range.records > 0 { return false }
        if case .shard = range.range.start { return true }
        return range.range.start == range.range.end
    }

    /// A block's header and contents, or what is wrong with them.
    private mutating func block(
        at place: ArchiveIndex.Place, _ key: [UInt8], in name: String
    ) throws(LedgerError) -> Result<(header: ArchiveBlockHeader, contents: [UInt8]), RangeError> {
        let file = try file(place.file)
        func changed(_ message: String) -> RangeError { .changed("\(name) at byte \(place.offset): \(message)") }
        let beginning = try file.read(at: place.offset, count: ArchiveBlockHeader.size + key.count)
        let header: ArchiveBlockHeader
        do throws(CodecError) {
            header = try ArchiveBlockHeader.decode(
                Array(beginning.prefix(ArchiveBlockHeader.size)), in: ranges.ledger)
        } catch { return .failure(changed(error.message)) }
        guard Int(header.keyLength) == key.count, beginning.dropFirst(ArchiveBlockHeader.size).elementsEqual(key) else {
            return .failure(changed("the block is of another range"))
        }
        let stored = try file.read(
            at: place.offset + UInt64(beginning.count), count: Int(header.storedLength))
        guard stored.count == Int(header.storedLength), CRC32C.checksum(stored) == header.checksum else {
            return .failure(changed("the checksum of the block's contents is wrong"))
        }
        let contents =
            switch header.codec {
            case .none: stored
            case .lz4: LZ4Block.decompress(stored, count: Int(header.length))
            }
        guard let contents else { return .failure(changed("the block does not decompress")) }
        return .success((header, contents))
    }

    private mutating func file(_ number: UInt64) throws(LedgerError) -> any DiskFile {
        if let open, open.number == number { return open.file }
        open = nil
        let file = try ranges.directory.disk.open(ranges.directory.path(of: number), .reading)
        open = (number, file)
        return file
    }
}
