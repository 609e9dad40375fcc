import UsageModel

@testable import Ledger

extension RecordBatch {
    /// A batch of each kind that readers give.
    static var samples: [(name: String, batch: RecordBatch)] {
        [
            ("lines", .lines(0..<3, from: 0)), ("lines in the middle", .lines(3..<6, from: 1 << 40)),
            ("many lines", .lines(0..<2_000, from: 90)), ("blank lines", .blank), ("a table", .table),
            ("too long", .tooLong), ("refused", .refused), ("a shard's records", .shard),
            ("aggregated records", .aggregated), ("the end of a shard", .shardEnd), ("records without bytes", .hollow),
        ]
    }

    /// Lines with different numbers, one range.
    static func lines(_ numbers: Range<Int>, from start: UInt64) -> RecordBatch {
        var bytes: [UInt8] = []
        var records: [Record] = []
        for number in numbers {
            let line = Array("{\"id\":\"\(number)\",\"value\":\(number &* 7919)}".utf8)
            records.append(Record(start: UInt32(bytes.count), length: UInt32(line.count)))
            bytes += line + [0x0A]
        }
        var batch = of("a.ndjson#0", .byte(start), .byte(start + UInt64(bytes.count)), bytes, records)
        batch.storedBytes = UInt64(bytes.count)
        return batch
    }

    private static var blank: RecordBatch {
        of("a.ndjson#0", .byte(7), .byte(10), [0x0A, 0x0D, 0x0A], [])
    }

    private static var table: RecordBatch {
        let bytes = Array("tenant,n\na,1\n\r\nb,2".utf8)
        var batch = of(
            "t.csv#0", .byte(0), .byte(UInt64(bytes.count)), bytes,
            [Record(start: 9, length: 3), Record(start: 15, length: 3)])
        batch.header = Array("tenant,n".utf8)
        (batch.reachesEnd, batch.isLast) = (true, true)
        return batch
    }

    private static var tooLong: RecordBatch {
        var batch = of(
            "a.ndjson#0", .byte(100), .byte(9_000_000), Array(repeating: 0x7B, count: 4_096),
            [Record(start: 3, length: 4_093)])
        batch.oversized = Oversized(length: 8_999_899, digest: Digest256(sha256: [1, 2, 3]))
        return batch
    }

    private static var refused: RecordBatch {
        var batch = of("o.gz", .byte(50), .byte(56), Array("broken".utf8), [Record(start: 0, length: 6)])
        batch.refusal = Refusal(.badEncoding, "the stream ends at byte 56, “too early”")
        batch.storedBytes = 1 << 60
        return batch
    }

    private static var shard: RecordBatch {
        var batch = of(
            "shardId-000000000001", .shard(.horizon), .shard(.behind(number(2), sub: nil)), Array("a\nb\nc\n\n".utf8),
            [Record(start: 0, length: 3), Record(start: 4, length: 1), Record(start: 6, length: 0)])
        batch.places = [.behind(number(0), sub: nil), .behind(number(1), sub: nil), .behind(number(2), sub: nil)]
        return batch
    }

    private static var aggregated: RecordBatch {
        let count = 300
        var batch = of(
            "shardId-000000000001", .shard(.behind(number(2), sub: 7)),
            .shard(.behind(number(3), sub: UInt64(7 + count))),
            Array(repeating: [0x78, 0x0A], count: count).flatMap { $0 },
            (0..<count).map { Record(start: UInt32(2 * $0), length: 1) })
        batch.places = (0..<count).map { .behind(number(3), sub: UInt64(8 + $0)) }
        return batch
    }

    private static var shardEnd: RecordBatch {
        var batch = of(
            "shardId-000000000001", .shard(.time(Timestamp(nanoseconds: -5))), .shard(.end), Array("z\n".utf8),
            [Record(start: 0, length: 1)])
        batch.places = [.behind(number(9), sub: nil)]
        (batch.reachesEnd, batch.isLast) = (true, true)
        return batch
    }

    private static var hollow: RecordBatch {
        of("t.csv#0", .byte(3), .byte(3), [], [Record(start: 0, length: 0)])
    }

    private static func of(
        _ id: String, _ start: Position, _ end: Position, _ bytes: [UInt8], _ records: [Record]
    ) -> RecordBatch {
        RecordBatch(
            partition: Partition(source: "sample", id: ByteString(id), descriptor: Array("known by \(id)".utf8)),
            range: PositionRange(start: start, end: end),
            bytes: bytes + [UInt8](repeating: 0, count: padding), records: records)
    }

    private static func number(_ low: UInt64) -> SequenceNumber { SequenceNumber(words: (1, 2, .max, low)) }

    /// The range as a commit has it.
    var committed: CommittedRange {
        CommittedRange(partition: partition, range: range, records: UInt64(records.count))
    }

    /// All that is in it.
    func isSame(as other: RecordBatch) -> Bool {
        partition == other.partition && range == other.range && bytes == other.bytes && records == other.records
            && header == other.header && oversized?.length == other.oversized?.length
            && oversized?.digest == other.oversized?.digest && refusal == other.refusal && places == other.places
            && storedBytes == other.storedBytes && reachesEnd == other.reachesEnd && isLast == other.isLast
    }
}
