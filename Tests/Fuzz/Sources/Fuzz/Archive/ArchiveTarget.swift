import UsageModel

@testable import Ledger

/// The archive's binary forms: no bytes make a reader trap, what is decoded is encoded to the same bytes, and a broken archive
/// gives a range that was put there, or nothing.
enum ArchiveTarget {
    private static let ledger = LedgerID(bytes: Array(0..<16))

    static func run(_ input: FuzzInput) {
        var input = input
        switch input.byte() % 6 {
        case 0: contents(&input)
        case 1: key(input.rest())
        case 2: blockHeader(&input)
        case 3: fileHeader(&input)
        case 4: anything(input.rest())
        default: broken(&input)
        }
    }

    private static func contents(_ input: inout FuzzInput) {
        let isShard = input.byte() & 1 == 1
        let range =
            isShard
            ? PositionRange(start: .shard(.horizon), end: .shard(.end)) : PositionRange(start: .byte(5), end: .byte(9))
        let bytes = input.rest()
        let key = ArchiveKey(Partition(source: "s", id: "p", descriptor: []), range)
        guard let batch = try? RecordBatch.decode(archived: bytes, source: "s", of: key) else { return }
        claim(batch.encodedForArchive() == bytes, "contents come back as other bytes")
        for (number, record) in batch.records.enumerated() {
            claim(Int(record.start) + Int(record.length) <= batch.contentCount, "a record lies outside its batch")
            _ = batch.position(ofRecord: number)
        }
    }

    private static func key(_ bytes: [UInt8]) {
        guard let key = try? ArchiveKey.decode(bytes) else { return }
        claim(key.encoded() == bytes, "a key comes back as other bytes")
    }

    private static func blockHeader(_ input: inout FuzzInput) {
        let isForged = input.byte() & 1 == 1
        var forged = ForgedBytes(Array(input.rest().prefix(ArchiveBlockHeader.size)))
        if isForged, forged.bytes.count == ArchiveBlockHeader.size {
            forged.put(CRC32C.checksum(ledger.bytes + forged.bytes[..<44]), at: 44)
        }
        guard let header = try? ArchiveBlockHeader.decode(forged.bytes, in: ledger) else { return }
        claim(header.encoded(in: ledger) == forged.bytes, "a block's header comes back as other bytes")
    }

    private static func fileHeader(_ input: inout FuzzInput) {
        let isForged = input.byte() & 1 == 1
        var forged = ForgedBytes(Array(input.rest().prefix(ArchiveFileHeader.size)))
        if isForged, forged.bytes.count == ArchiveFileHeader.size {
            forged.put(CRC32C.checksum(Array(forged.bytes[..<60])), at: 60)
        }
        guard let header = try? ArchiveFileHeader.decode(forged.bytes) else { return }
        claim(header.encoded() == forged.bytes, "a file's header comes back as other bytes")
    }

    private static func anything(_ bytes: [UInt8]) {
        guard let piece = try? ArchivedPiece(bytes, named: "fuzz", of: ledger) else { return }
        _ = try? piece.batch(of: committed(batch(0, of: [])))
    }

    /// An object of a few batches, which is broken at some places.
    private static func broken(_ input: inout FuzzInput) {
        let batches = (0..<3).map { batch(UInt64($0), of: input.take(input.number(below: 64))) }
        var bytes = ArchivePiece(
            batches.compactMap { ArchiveBlock($0) }, named: ArchivePieceName(seq: 1, epoch: 1),
            at: Timestamp(nanoseconds: 0), in: ledger
        ).bytes
        while !input.isEmpty {
            let (kind, place) = (input.byte(), input.number(below: bytes.count + 1))
            switch kind % 3 {
            case 0: bytes.insert(contentsOf: input.take(input.number(below: 100)), at: place)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + input.number(below: 100)))
            default: if place < bytes.count { bytes[place] ^= input.byte() }
            }
        }
        guard let piece = try? ArchivedPiece(bytes, named: "fuzz", of: ledger) else { return }
        for batch in batches {
            guard let found = try? piece.batch(of: committed(batch)) else { continue }
            // Checksums can be forged; what the bytes are the ledger's digest says.
            claim(found.range == batch.range && found.records.count == 1, "a broken archive gives another range")
        }
    }

    private static func batch(_ number: UInt64, of text: [UInt8]) -> RecordBatch {
        RecordBatch(
            partition: Partition(source: "s", id: "p", descriptor: [1]),
            range: PositionRange(start: .byte(number * 100), end: .byte(number * 100 + 99)),
            bytes: text + [UInt8](repeating: 0, count: RecordBatch.padding),
            records: [RecordBatch.Record(start: 0, length: UInt32(text.count))])
    }

    private static func committed(_ batch: RecordBatch) -> CommittedRange {
        CommittedRange(partition: batch.partition, range: batch.range, records: 1)
    }
}
