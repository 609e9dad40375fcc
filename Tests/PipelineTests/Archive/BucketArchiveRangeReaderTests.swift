import MemoryS3
import S3Reader
import Synchronization
import Testing
import UsageModel

@testable import Ledger
@testable import Pipeline

@Suite("Archives in buckets")
struct BucketArchiveRangeReaderTests {
    private static let ledger = LedgerID(bytes: [UInt8](repeating: 7, count: 16))

    /// A range of a commit; `version` tells its bytes from those of another attempt.
    private static func batch(_ commit: UInt64, version: Int = 0) -> RecordBatch {
        let text = Array("record \(commit) \(version)\n".utf8)
        return RecordBatch(
            partition: Partition(source: "s", id: "p", descriptor: []),
            range: PositionRange(start: .byte(commit * 100), end: .byte(commit * 100 + 99)),
            bytes: text + [UInt8](repeating: 0, count: RecordBatch.padding),
            records: [RecordBatch.Record(start: 0, length: UInt32(text.count - 1))])
    }

    private static func put(_ batch: RecordBatch, _ seq: UInt64, epoch: UInt64 = 1, into store: MemoryS3) throws {
        let piece = ArchivePiece(
            [try #require(ArchiveBlock(batch))], named: ArchivePieceName(seq: seq, epoch: epoch),
            at: Timestamp(nanoseconds: 0), in: ledger)
        store.put("kept/\(piece.name)", piece.bytes)
    }

    private static func reader(_ store: MemoryS3) -> BucketArchiveRangeReader {
        BucketArchiveRangeReader(S3Bucket(name: "usage", client: store.client), prefix: "kept/", of: ledger)
    }

    private static func range(_ batch: RecordBatch, _ commit: UInt64) -> CommittedRange {
        var range = CommittedRange(partition: batch.partition, range: batch.range, records: 1)
        range.commit = commit
        return range
    }

    @Test("Of thousands of objects each commit's is found, with few requests, in order or not", arguments: [1_000, 50])
    func many(pageLimit: Int) async throws {
        let store = MemoryS3()
        store.state.withLock { $0.pageLimit = pageLimit }
        // Some commits have nothing that is kept, and documents stand between some.
        var generator = SystemRandomNumberGenerator()
        var commits: [UInt64] = []
        var seq: UInt64 = 1
        while commits.count < 1_500 {
            let isBehindDocument = Int.random(in: 0..<5, using: &generator) == 0
            try Self.put(Self.batch(seq + (isBehindDocument ? 1 : 0)), seq, into: store)
            commits.append(seq + (isBehindDocument ? 1 : 0))
            seq += (isBehindDocument ? 2 : 1) + UInt64(Int.random(in: 0..<3, using: &generator))
        }
        store.put("kept/readme", "none of ours")
        var reader = Self.reader(store)
        for commit in commits {
            let batch = try await reader.read(Self.range(Self.batch(commit), commit))
            #expect(batch.bytes == Self.batch(commit).bytes)
        }
        let (lists, gets) = store.state.withLock { ($0.lists.count, $0.gets.count) }
        #expect(gets == commits.count)
        #expect(lists < (pageLimit == 50 ? 400 : 40))
        for commit in commits.shuffled().prefix(50) {
            var fresh = Self.reader(store)
            #expect(try await fresh.read(Self.range(Self.batch(commit), commit)).bytes == Self.batch(commit).bytes)
        }
    }

    @Test("What a crash left is passed over for what the next writer put")
    func leftOver() async throws {
        let store = MemoryS3()
        try Self.put(Self.batch(4), 4, epoch: 1, into: store)
        try Self.put(Self.batch(5, version: 1), 5, epoch: 1, into: store)
        try Self.put(Self.batch(5, version: 2), 5, epoch: 2, into: store)
        // A document came between.
        try Self.put(Self.batch(7, version: 3), 6, epoch: 2, into: store)
        var reader = Self.reader(store)
        for (commit, version) in [(4, 0), (5, 2), (7, 3)] as [(UInt64, Int)] {
            let batch = Self.batch(commit, version: version)
            #expect(try await reader.read(Self.range(batch, commit)).bytes == batch.bytes)
        }
    }

    @Test("A ledger that was put back to an earlier state finds what it wrote since among what it wrote before")
    func putBack() async throws {
        let store = MemoryS3()
        for seq in 1...9 as ClosedRange<UInt64> {
            try Self.put(Self.batch(seq, version: 1), seq, epoch: 3, into: store)
        }
        // Back to 5, and a document is commit 6, which the writer did not know when it put the object.
        try Self.put(Self.batch(70), 6, epoch: 2, into: store)
        var reader = Self.reader(store)
        #expect(try await reader.read(Self.range(Self.batch(70), 7)).bytes == Self.batch(70).bytes)
    }

    @Test("What is not there is gone, what is broken is changed, and what cannot be asked has failed")
    func troubles() async throws {
        let store = MemoryS3()
        func error(_ commit: UInt64) async -> RangeError? {
            var reader = Self.reader(store)
            do throws(RangeError) {
                _ = try await reader.read(Self.range(Self.batch(commit), commit))
                return nil
            } catch { return error }
        }
        guard case .gone? = await error(3) else {
            Issue.record("nothing is there")
            return
        }
        for seq in 1...5 as ClosedRange<UInt64> { try Self.put(Self.batch(seq), seq, into: store) }
        #expect(await error(3) == nil)
        let key = "kept/\(ArchivePieceName(seq: 3, epoch: 1))"
        var bytes = try #require(store.state.withLock { $0.objects[ByteString(key)]?.bytes })
        bytes[bytes.count - 1] ^= 4
        store.put(key, bytes)
        guard case .changed(let detail)? = await error(3) else {
            Issue.record("it is broken")
            return
        }
        #expect(detail.contains(key))
        store.remove(key)
        guard case .gone? = await error(3) else {
            Issue.record("it was removed")
            return
        }
        #expect(await error(4) == nil)
        store.deny("kept/\(ArchivePieceName(seq: 4, epoch: 1))")
        guard case .failed? = await error(4) else {
            Issue.record("it is denied")
            return
        }
    }

    @Test("A name is read as it is written, and nothing else is one")
    func names() {
        let name = ArchivePieceName(seq: 12, epoch: 3)
        #expect(name.description == "00000000000000000012-00000000000000000003.archive")
        #expect(ArchivePieceName(name.description) == name)
        for text in [
            "", "12-3.archive", "00000000000000000012.archive", "00000000000000000012-00000000000000000003.archiv",
            "00000000000000000012-00000000000000000003-4.archive", "+0000000000000000012-00000000000000000003.archive",
        ] {
            #expect(ArchivePieceName(text) == nil, "\(text)")
        }
    }
}
