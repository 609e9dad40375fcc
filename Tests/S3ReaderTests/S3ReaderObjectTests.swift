import Compression
import MemoryS3
import RecordCutting
import SourceConformance
import Synchronization
import Testing
import UsageModel

@testable import S3Reader

/// What becomes of single objects.
@Suite struct S3ReaderObjectTests {
    private func lines(_ count: Int, _ word: String = "line") -> String {
        (0..<count).map { "\(word) \($0)\n" }.joined()
    }

    @Test("Other contents under a key are read as well, and that is told")
    func overwritten() async throws {
        var harness = BucketHarness()
        harness.store.put("logs/1", "old\n")
        try await harness.drain()
        harness.store.put("logs/1", "new\n")
        try await harness.pass()
        #expect(Set(harness.lines("1")) == ["old", "new"])
        #expect(harness.reading.order.count == 2)
        #expect(harness.notices.count == 1 && harness.notices[0].contains("logs/1 was overwritten"))
    }

    @Test("The same contents put there again are nothing new")
    func samePut() async throws {
        var harness = BucketHarness()
        harness.store.put("logs/1", "same\n")
        try await harness.drain()
        harness.store.put("logs/1", "same\n")
        try await harness.pass()
        #expect(harness.lines("1") == ["same"])
        #expect(harness.notices.isEmpty)
    }

    @Test(
        "An object that is overwritten while it is read ends where it was, and the new one is read from its beginning")
    func overwrittenWhileRead() async throws {
        var harness = BucketHarness(S3ReaderOptions(batchBytes: 100, partBytes: 100, maximumRequests: 1, follows: true))
        harness.store.put("logs/1", lines(100, "old"))
        harness.store.put("logs/2", lines(2))
        let new = lines(30, "new")
        harness.store.state.withLock { state in
            state.afterGet = { number, state in
                if number == 3 { MemoryS3.put(&state, "logs/1", Array(new.utf8), 1_800_000_000_000_000_000) }
            }
        }
        try await harness.drain()
        let read = harness.lines("1")
        #expect(read.filter { $0.hasPrefix("new") } == (0..<30).map { "new \($0)" })
        let old = read.filter { $0.hasPrefix("old") }
        #expect(!old.isEmpty && old.count < 100 && old == (0..<old.count).map { "old \($0)" })
        #expect(harness.lines("2").count == 2)
        #expect(harness.notices.contains { $0.contains("overwritten while it was being read") })
        #expect(harness.troubles.isEmpty)
    }

    @Test("An object that is deleted before it was fetched is told of, and the others go on")
    func deleted() async throws {
        var harness = BucketHarness()
        for key in ["1", "2", "3"] { harness.store.put("logs/" + key, key + "\n") }
        harness.store.state.withLock { state in
            state.afterGet = { number, state in if number == 1 { state.objects["logs/2"] = nil } }
        }
        harness.reader = harness.fixture.reader(
            ledger: harness.ledger.partitions, options: S3ReaderOptions(maximumRequests: 1, follows: true))
        try await harness.drain()
        #expect(harness.lines("1") == ["1"] && harness.lines("3") == ["3"])
        #expect(harness.notices == ["logs/2 was deleted before it was read"])
        #expect(harness.troubles.isEmpty)
    }

    @Test("A large object comes in parts that are asked for at once, and in order")
    func parts() async throws {
        var harness = BucketHarness(
            S3ReaderOptions(batchBytes: 300, partBytes: 100, windowBytes: 800, maximumRequests: 32))
        harness.store.put("logs/1", lines(1_000))
        try await harness.drain()
        #expect(harness.lines("1") == (0..<1_000).map { "line \($0)" })
        let (most, gets) = harness.store.state.withLock { ($0.mostUnderway, $0.gets) }
        #expect((4...8).contains(most))
        #expect(gets.count == (lines(1_000).utf8.count + 99) / 100)
        #expect(gets.first == "logs/1 bytes=0-99")
    }

    @Test("Small objects are asked for at once")
    func smallObjects() async throws {
        var harness = BucketHarness(S3ReaderOptions(maximumRequests: 20))
        for number in 0..<200 { harness.store.put("logs/\(1_000 + number)", "\(number)\n") }
        try await harness.drain()
        #expect(harness.reading.order.count == 200)
        #expect((10...20).contains(harness.store.state.withLock { $0.mostUnderway }))
    }

    @Test("An empty object is nothing to read")
    func empty() async throws {
        var harness = BucketHarness()
        harness.store.put("logs/dir/", "")
        harness.store.put("logs/dir/1", "1\n")
        try await harness.drain()
        #expect(harness.reading.order.count == 1)
        #expect(harness.store.state.withLock { $0.gets } == ["logs/dir/1 whole"])
    }

    @Test("The end of an object ends its last line", arguments: [nil] + CompressionKind.allCases.map(Optional.some))
    func unterminated(kind: CompressionKind?) async throws {
        var harness = BucketHarness()
        let bytes = Array("a\nb\nc".utf8)
        harness.store.put("logs/1", kind.map { Compressed.bytes(bytes, $0) } ?? bytes)
        try await harness.drain()
        #expect(harness.lines("1") == ["a", "b", "c"])
        try await harness.pass()
        #expect(harness.store.state.withLock { $0.gets.count } == (bytes.count > 0 ? 1 : 0))
    }

    @Test("A damaged object is read up to the damage, the rest is refused once, and the others go on")
    func damaged() async throws {
        var harness = BucketHarness(S3ReaderOptions(partBytes: 1_000, follows: true))
        var bytes = Compressed.bytes(Array(lines(20_000).utf8), .gzip)
        for index in bytes.count / 2..<bytes.count / 2 + 50 { bytes[index] ^= 0x5A }
        harness.store.put("logs/1", bytes)
        harness.store.put("logs/2", Array(Compressed.bytes(Array(lines(500).utf8), .gzip).dropLast(20)))
        harness.store.put("logs/3", "fine\n")
        try await harness.drain()
        #expect(harness.lines("3") == ["fine"])
        #expect(harness.lines("1").count > 100)
        #expect(harness.reading.refused.count == 2)
        #expect(harness.reading.refused.allSatisfy { $0.reason == .badEncoding && $0.detail.contains("gzip") })
        let asked = harness.store.state.withLock { $0.gets.count }
        try await harness.pass()
        #expect(harness.store.state.withLock { $0.gets.count } == asked)
        #expect(harness.troubles.isEmpty)
    }

    @Test("A record that is too long stands alone, and its neighbours are read", arguments: [200, 5_000, 100_000])
    func oversized(length: Int) async throws {
        var harness = BucketHarness(S3ReaderOptions(batchBytes: 500, maximumRecordBytes: 150, partBytes: 90))
        harness.store.put("logs/1", "before\n" + String(repeating: "x", count: length) + "\nafter\n")
        try await harness.drain()
        #expect(harness.reading.oversized == [UInt64(length)])
        #expect(harness.lines("1").first == "before" && harness.lines("1").last == "after")
    }

    @Test("Every batch of CSV carries its header, also when the reading goes on in the midst of an object")
    func csv() async throws {
        let rule = RecordRule.csv(delimiter: 0x2C, hasHeader: true)
        var fixture = BucketFixture()
        fixture.rule = rule
        let text = "time,bytes\n" + (0..<300).map { "\"t\n\($0)\",\($0)\n" }.joined()
        fixture.store.put("logs/1", text)
        let whole = (0..<300).map { "\"t\n\($0)\",\($0)" }
        for stop in 0..<8 {
            var reading = SourceReading()
            var reader: any SourceReader = fixture.reader(resume: [], batchBytes: 500)
            try await reading.drain(&reader, batches: stop)
            reader = fixture.reader(resume: reading.resume, batchBytes: 333)
            try await reading.drain(&reader)
            #expect(reading.all.first?.map { String(decoding: $0, as: UTF8.self) } == whole)
            #expect(reading.headers == [ByteString("time,bytes")])
        }
    }

    @Test("What looks like another state of the same object is refused loudly")
    func otherBucket() async throws {
        var harness = BucketHarness()
        harness.store.put("logs/1", "1\n")
        try await harness.drain()
        let other = S3Bucket(name: "other", client: harness.store.client)
        var reader: any SourceReader = S3Reader(
            source: "archive", bucket: other, prefixes: ["logs/"], ledger: harness.ledger.partitions,
            now: harness.store.now, elapsed: { .zero })
        var reading = SourceReading()
        await #expect(throws: SourceError.self) { try await reading.drain(&reader) }
    }

    @Test("A version is kept in mind where the bucket has them")
    func version() async throws {
        var harness = BucketHarness()
        harness.store.state.withLock { $0.hasVersions = true }
        harness.store.put("logs/1", "1\n")
        try await harness.drain()
        let state = try #require(harness.reading.resume.first)
        #expect(S3Descriptor(state.partition.descriptor)?.version == "1")
    }

    @Test("Under a selection an object is read as a whole or not at all", arguments: [100, 1_000_000])
    func selection(window: Int) async throws {
        let fixture = BucketFixture()
        fixture.store.put("logs/1", lines(500, "no"))
        fixture.store.put("logs/2", lines(500, "no") + "wanted\n" + lines(100, "after"))
        fixture.store.put("logs/3", lines(10, "no"))
        var reader = fixture.reader(
            options: S3ReaderOptions(batchBytes: 200, partBytes: 300, windowBytes: window))
        let left = BytesLeft()
        reader.selection = PartitionSelection(
            isWanted: { batch in
                batch.records.contains { batch.bytes[Int($0.start)...].starts(with: Array("wanted".utf8)) }
            }, left: { left.add($0) })
        var reading = SourceReading()
        var any: any SourceReader = reader
        try await reading.drain(&any)
        #expect(reading.order.map(S3Object.key) == ["logs/2"])
        #expect(reading.all.first?.count == 601)
        #expect(left.total == UInt64(lines(500, "no").utf8.count + lines(10, "no").utf8.count))
    }

    @Test("What stands before damage is read, however little it is: a wrong checksum, and what follows a good stream")
    func lateDamage() async throws {
        var wrong = Compressed.bytes(Array(lines(500).utf8), .gzip)
        wrong[wrong.count - 6] ^= 1
        let tail = Compressed.bytes(Array(lines(500).utf8), .gzip) + Array("garbage behind it".utf8)
        for part in [100, 8 << 20] {
            var harness = BucketHarness(S3ReaderOptions(partBytes: part, follows: true))
            harness.store.put("logs/1", wrong)
            harness.store.put("logs/2", tail)
            try await harness.drain()
            for key in ["1", "2"] {
                #expect(harness.lines(key).prefix(500) == ArraySlice((0..<500).map { "line \($0)" }), "\(key), \(part)")
            }
            #expect(harness.reading.refused.count == 2)
        }
    }

    @Test("Several objects that change while they are listed are all read anew, in the same pass")
    func severalOverwritten() async throws {
        var harness = BucketHarness(S3ReaderOptions(maximumRequests: 4))
        for key in 1...6 { harness.store.put("logs/\(key)", lines(3, "old")) }
        harness.store.state.withLock { state in
            state.afterGet = { number, state in
                guard number == 1 else { return }
                for key in 2...4 { MemoryS3.put(&state, "logs/\(key)", Array("new\n".utf8), 1_800_000_000_000_000_000) }
                state.objects["logs/5"] = nil
            }
        }
        harness.reader = harness.fixture.reader(
            ledger: harness.ledger.partitions, options: S3ReaderOptions(maximumRequests: 1))
        try await harness.drain()
        for key in 2...4 { #expect(harness.lines("\(key)") == ["new"]) }
        #expect(harness.lines("1").count == 3 && harness.lines("5").isEmpty && harness.lines("6").count == 3)
        #expect(harness.notices.count == 4)
        #expect(harness.troubles.isEmpty)
        #expect(harness.reading.dropped.count == 4)
    }

    @Test("An object that is listed as it was and cannot be fetched as it is listed is told, once a pass")
    func lyingListing() async throws {
        var harness = BucketHarness()
        harness.store.put("logs/1", "1\n")
        harness.store.put("logs/2", "2\n")
        harness.store.state.withLock { $0.lies = "logs/1" }
        try await harness.drain()
        #expect(harness.lines("2") == ["2"])
        #expect(harness.troubles.count == 1 && harness.troubles[0].contains("logs/1, which is listed"))
    }

    @Test("An object that was begun goes on under a selection, with others behind it")
    func selectionOfBegun() async throws {
        let fixture = BucketFixture()
        fixture.store.put("logs/1", lines(300, "no") + "wanted\n")
        for key in 2...9 { fixture.store.put("logs/\(key)", "wanted\n") }
        var reading = SourceReading()
        var first: any SourceReader = fixture.reader(
            options: S3ReaderOptions(batchBytes: 200, partBytes: 300, maximumRequests: 8))
        try await reading.drain(&first, batches: 3)
        var reader = fixture.reader(
            ledger: CommittedPartitions(reading.resume),
            options: S3ReaderOptions(batchBytes: 200, partBytes: 300, maximumRequests: 8))
        reader.selection = PartitionSelection(
            isWanted: { batch in
                batch.records.contains { batch.bytes[Int($0.start)...].starts(with: Array("wanted".utf8)) }
            }, left: { _ in })
        var any: any SourceReader = reader
        try await reading.drain(&any)
        #expect(reading.all.joined().count == 309)
    }
}
