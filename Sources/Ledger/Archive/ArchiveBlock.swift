public import UsageModel

/// One range of a source, packed for the archive. Packing needs no disk, so it is done where batches are decoded.
public struct ArchiveBlock: Sendable {
    let key: [UInt8]
    let codec: FrameHeader.Codec
    let records: UInt32
    /// Of the contents, unpacked.
    let length: UInt32
    let stored: [UInt8]
    private let keyChecksum: UInt32
    private let checksum: UInt32

    /// Packs a batch; `nil` for one without bytes and records, which is made again from its range alone. O(bytes).
    public init?(_ batch: RecordBatch) {
        if batch.contentCount == 0, batch.records.isEmpty, batch.oversized == nil { return nil }
        let contents = batch.encodedForArchive()
        precondition(contents.count <= FrameHeader.maximumPayload, "a block is at most 1 GiB")
        let packed = LZ4Block.compress(contents)
        key = ArchiveKey(batch.partition, batch.range).encoded()
        precondition(key.count <= ArchiveKey.maximumSize, "a partition's name is below 1 MiB")
        codec = packed == nil ? .none : .lz4
        records = UInt32(batch.records.count)
        length = UInt32(contents.count)
        stored = packed ?? contents
        keyChecksum = CRC32C.checksum(key)
        checksum = CRC32C.checksum(stored)
    }

    /// The bytes in front of the contents.
    func beginning(at time: Timestamp, in ledger: LedgerID) -> [UInt8] {
        let header = ArchiveBlockHeader(
            codec: codec, time: time, records: records, keyLength: UInt32(key.count), length: length,
            storedLength: UInt32(stored.count), keyChecksum: keyChecksum, checksum: checksum)
        return header.encoded(in: ledger) + key
    }
}
