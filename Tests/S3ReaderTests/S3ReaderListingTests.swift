import MemoryS3
import SourceConformance
import Synchronization
import Testing
import UsageModel

@testable import S3Reader

/// How new objects are found.
@Suite struct S3ReaderListingTests {
    @Test("Listings go on over pages, and objects come in the byte order of their keys")
    func pages() async throws {
        var harness = BucketHarness(S3ReaderOptions(pageKeys: 3))
        let keys = [
            "a", "a b", "a+b", "a/b", "a#1", "B", "caf\u{65}\u{301}", "caf\u{e9}", "z%41", "\u{1F600}", "\u{FF5E}",
        ]
        for key in keys { harness.store.put("logs/" + key, key + "\n") }
        harness.store.put("other/x", "no\n")
        try await harness.drain()
        let expected = keys.map { ByteString("logs/" + $0) }.sorted()
        #expect(harness.reading.order.map(S3Object.key) == expected)
        for key in keys { #expect(harness.lines(key) == [key]) }
        #expect(harness.store.state.withLock { $0.lists.count } == 4)
    }

    @Test("A key that comes late between others is found at the next look")
    func lateKey() async throws {
        var harness = BucketHarness()
        for hour in [10, 11, 13] { harness.store.put("logs/\(hour)", "\(hour)\n") }
        try await harness.drain()
        harness.store.put("logs/12", "12\n")
        try await harness.pass()
        #expect(harness.lines("12") == ["12"])
        #expect(harness.reading.order.count == 4)
    }

    @Test("What is older than the look-back is listed again only when everything is")
    func frontier() async throws {
        var harness = BucketHarness(
            S3ReaderOptions(
                pageKeys: 2, follows: true, poll: .seconds(10), lookBack: .seconds(600), relist: .seconds(3_600)))
        for number in 10..<1_010 { harness.store.put("logs/\(10_000 + number)", "x\n", age: .seconds(7_200)) }
        harness.store.put("logs/20000", "young\n")
        try await harness.drain()
        // What the reader gave out is in the ledger now: the next look finds how far everything is done.
        try await harness.pass(after: .seconds(3_700))
        let before = harness.store.state.withLock { $0.lists.count }
        harness.store.put("logs/10000", "late\n")
        harness.store.put("logs/30000", "new\n")
        try await harness.pass()
        #expect(harness.store.state.withLock { $0.lists.count } - before == 1)
        #expect(harness.lines("30000") == ["new"])
        #expect(harness.lines("10000") == [])
        try await harness.pass(after: .seconds(3_700))
        #expect(harness.lines("10000") == ["late"])
    }

    @Test("A small bucket is listed as a whole each time")
    func smallBucket() async throws {
        var harness = BucketHarness(S3ReaderOptions(follows: true, lookBack: .zero))
        harness.store.put("logs/5", "5\n", age: .seconds(100))
        try await harness.drain()
        try await harness.pass()
        harness.store.put("logs/1", "1\n")
        try await harness.pass()
        #expect(harness.lines("1") == ["1"])
    }

    @Test("Before the time to look again nothing is asked for")
    func poll() async throws {
        var harness = BucketHarness()
        harness.store.put("logs/1", "1\n")
        try await harness.drain()
        let asked = harness.store.state.withLock { $0.lists.count }
        harness.store.put("logs/2", "2\n")
        try await harness.pass(after: .seconds(9))
        #expect(harness.store.state.withLock { $0.lists.count } == asked)
        try await harness.pass(after: .seconds(1))
        #expect(harness.lines("2") == ["2"])
    }

    @Test("What is known to be done is not looked up again")
    func done() async throws {
        var harness = BucketHarness()
        for number in 0..<500 { harness.store.put("logs/\(number)", "x\n") }
        try await harness.drain()
        try await harness.pass()
        let before = harness.ledger.count
        try await harness.pass()
        try await harness.pass()
        #expect(harness.ledger.count == before)
        #expect(harness.reading.order.count == 500)
    }

    @Test("Memory does not grow with the objects that were read")
    func memory() async throws {
        var harness = BucketHarness(S3ReaderOptions(follows: true, lookBack: .seconds(60)))
        for number in 0..<20_000 { harness.store.put("logs/\(100_000 + number)", "x\n", age: .seconds(600)) }
        guard var reader = harness.reader as? S3Reader else { return #expect(Bool(false)) }
        // Each batch is committed before the next is asked for.
        var most = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            let server = reader
            group.addTask { await server.serve() }
            defer { group.cancelAll() }
            while true {
                if let batch = try await reader.next() {
                    harness.reading.take(batch)
                    if harness.reading.order.count % 500 == 0 { harness.ledger.commit(harness.reading) }
                    most = max(most, reader.given.count + reader.planned.count)
                } else if reader.isWaiting {
                    await reader.wait()
                } else {
                    break
                }
            }
        }
        #expect(harness.reading.order.count == 20_000)
        #expect(most < 10_000)
    }

    @Test("Prefixes are listed each by itself, in their order")
    func prefixes() async throws {
        let store = MemoryS3()
        for key in ["b/2", "a/1", "c/3"] { store.put(key, key + "\n") }
        var reader: any SourceReader = S3Reader(
            source: "s", bucket: store.bucket, prefixes: ["c/", "a/"], ledger: CommittedPartitions([]), now: store.now,
            elapsed: { .zero })
        var reading = SourceReading()
        try await reading.drain(&reader)
        #expect(reading.order.map { S3Object.key(of: $0) } == ["a/1", "c/3"])
    }

    @Test("A store that begins a page where it was not asked to is refused, and nothing is read twice")
    func ignoredStart() async throws {
        var harness = BucketHarness(S3ReaderOptions(pageKeys: 2))
        for key in 1...5 { harness.store.put("logs/\(key)", "\(key)\n") }
        harness.store.state.withLock { $0.ignoresStart = true }
        try await harness.drain()
        #expect(harness.reading.order.count == 2)
        #expect(harness.troubles.count == 1)
    }

    @Test("An object whose ETag is weak, or none, is told, and the others are read")
    func weakTag() throws {
        func contents(_ key: String, _ etag: String) -> String {
            """
            <Contents><Key>\(key)</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>\(etag)</ETag>
            <Size>1</Size></Contents>
            """
        }
        let keys =
            contents("a", "W/&quot;1&quot;") + contents("b", "") + contents("c", "&quot;1#2&quot;")
            + contents("d", "&quot;1&quot;")
            + contents("e%FF", "&quot;1&quot;")
        let xml =
            "<ListBucketResult>\(keys)<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated></ListBucketResult>"
        let page = try S3PageParser.parse(Array(xml.utf8))
        #expect(page.objects.map(\.key) == ["d"])
        #expect(page.unreadable.count == 4)
    }

    @Test("A key cannot make lines of its own in a message")
    func shown() {
        #expect(ByteString("a\nb\u{1B}[31m é").shown == "a\\u{a}b\\u{1b}[31m é")
    }

    @Test("A listing that is not in the byte order of its keys is refused")
    func order() throws {
        let xml = """
            <ListBucketResult><IsTruncated>false</IsTruncated>
            <Contents><Key>b</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>"1"</ETag><Size>1</Size></Contents>
            <Contents><Key>a</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>"1"</ETag><Size>1</Size></Contents>
            </ListBucketResult>
            """
        #expect(throws: (any Error).self) { try S3PageParser.parse(Array(xml.utf8)) }
    }

    @Test("A listing that is cut off anywhere is refused")
    func cutOff() throws {
        let object = """
            <Contents><Key>KEY</Key><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>"1"</ETag><Size>1</Size></Contents>
            """
        let xml = Array(
            ("<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>"
                + (1...5).map { object.replacing("KEY", with: "\($0)") }.joined() + "</ListBucketResult>").utf8)
        #expect(try S3PageParser.parse(xml).objects.count == 5)
        for count in 0..<xml.count {
            #expect(throws: (any Error).self, "\(count) bytes") { try S3PageParser.parse(Array(xml[..<count])) }
        }
    }

    @Test(
        "Half a listing, another document and a listing that does not say whether it goes on are refused",
        arguments: [
            "", "<ListBucketResult>", "<ListBucketResult></ListBucketResult>", "<Error><Code>x</Code></Error>",
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
        ])
    func broken(text: String) {
        #expect(throws: (any Error).self) { try S3PageParser.parse(Array(text.utf8)) }
    }
}
