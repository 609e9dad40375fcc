import UsageModel

/// The blocks of one file or object of an archive, read one by one.
///
/// Nothing is vouched for but what checksums can tell: whether the bytes are those that were read shows their digest, which
/// the ledger has.
struct ArchivedBlocks {
    let bytes: any StoredBytes
    let ledger: LedgerID
    /// As messages have it.
    let name: String

    /// The batch of a range.
    /// - Parameters:
    ///   - key: the range's, and its bytes.
    ///   - offset: where its block begins.
    func batch(
        of range: CommittedRange, _ key: (value: ArchiveKey, bytes: [UInt8]), at offset: UInt64
    ) throws(LedgerError) -> Result<RecordBatch, RangeError> {
        func changed(_ message: String) -> RangeError { .changed("\(name) at byte \(offset): \(message)") }
        let beginning = try bytes.read(at: offset, count: ArchiveBlockHeader.size + key.bytes.count)
        let header: ArchiveBlockHeader
        do throws(CodecError) {
            header = try ArchiveBlockHeader.decode(Array(beginning.prefix(ArchiveBlockHeader.size)), in: ledger)
        } catch { return .failure(changed(error.message)) }
        guard Int(header.keyLength) == key.bytes.count,
            beginning.dropFirst(ArchiveBlockHeader.size).elementsEqual(key.bytes)
        else { return .failure(changed("the block is of another range")) }
        let stored = try bytes.read(at: offset + UInt64(beginning.count), count: Int(header.storedLength))
        guard stored.count == Int(header.storedLength), CRC32C.checksum(stored) == header.checksum else {
            return .failure(changed("the checksum of the block's contents is wrong"))
        }
        let contents =
            switch header.codec {
            case .none: stored
            case .lz4: LZ4Block.decompress(stored, count: Int(header.length))
            }
        guard let contents else { return .failure(changed("the block does not decompress")) }
        do throws(CodecError) {
            let source = range.partition.source
            let batch = try RecordBatch.decode(archived: contents, source: source, of: key.value)
            guard batch.records.count == Int(header.records), UInt64(batch.records.count) == range.records else {
                throw CodecError(offset: 0, message: "it has \(batch.records.count) records, not \(range.records)")
            }
            return .success(batch)
        } catch { return .failure(changed("the block is whole, and is none of this range: \(error.message)")) }
    }
}
