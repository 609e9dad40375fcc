import Crypto
import KinesisReader
import StrictKinesis
import Testing
import UsageModel

/// How records become batches.
@Suite struct KinesisReaderBatchTests {
    @Test("One line end is taken off, white space is no record, and its place is passed")
    func lineEnds() async throws {
        let stream = StreamFixture()
        var last = ""
        for text in ["", "a", "b\n", " \t\r\n", "c\r\n", "d\n\n", "e\r", "\n", "  "] { last = stream.put(text).number }
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts == ["a", "b", "c", "d\n", "e\r"])
        #expect(
            reading.batches.first.map { Array($0.bytes.dropLast(RecordBatch.padding)) }
                == Array("a\nb\nc\nd\n\ne\r\n".utf8))
        #expect(reading.batches.first?.storedBytes == 11)
        let behind = try #require(SequenceNumber(last))
        #expect(reading.position(0) == .behind(behind, sub: nil))
    }

    @Test("An answer of nothing but white space moves the position")
    func blank() async throws {
        let stream = StreamFixture()
        let number = stream.put(" ").number
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts == [])
        let behind = try #require(SequenceNumber(number))
        #expect(reading.position(0) == .behind(behind, sub: nil))
    }

    @Test("The digest of a range does not depend on how it was cut into batches", arguments: [10, 100, 1 << 20])
    func digests(batchBytes: Int) async throws {
        let stream = StreamFixture()
        for number in 0..<50 {
            let texts = (0...number % 9).map { "\(number).\($0)" }
            stream.kinesis.put(
                number % 3 == 0 ? Aggregation.record(texts) : Array("plain \(number)\n".utf8), key: "key", into: 0,
                of: StreamFixture.name)
        }
        var (reading, reader) = (
            StreamReading(), try stream.reader(.trimHorizon, KinesisOptions(batchBytes: batchBytes, follows: false))
        )
        await reading.drain(&reader)
        let contents = reading.batches.flatMap { $0.bytes.dropLast(RecordBatch.padding) }
        var expected = ""
        for number in 0..<50 {
            expected +=
                number % 3 == 0 ? (0...number % 9).map { "\(number).\($0)\n" }.joined() : "plain \(number)\n"
        }
        #expect(String(decoding: contents, as: UTF8.self) == expected)
        #expect(reading.batches.allSatisfy { $0.contentCount <= batchBytes || $0.records.count == 1 })
    }

    @Test("A record that is too long stands alone, with the digest of all of it")
    func oversized() async throws {
        let stream = StreamFixture()
        let long = String(repeating: "x", count: 20_000)
        for text in ["a", "b", long + "\r\n", "c"] { stream.put(text) }
        var (reading, reader) = (
            StreamReading(),
            try stream.reader(.trimHorizon, KinesisOptions(maximumRecordBytes: 19_999, follows: false))
        )
        await reading.drain(&reader)
        #expect(reading.batches.map(\.records.count).prefix(3) == [2, 1, 1])
        let batch = reading.batches[1]
        let oversized = try #require(batch.oversized)
        #expect(oversized.length == 20_000)
        #expect(oversized.digest.bytes == Array(SHA256.hash(data: Array((long + "\n").utf8))))
        #expect(batch.contentCount == QuarantinedRecord.maximumBytes)
        #expect(batch.storedBytes == 20_002)
        #expect(reading.texts.last == "c")
        #expect(!batch.reachesEnd && reading.batches[2].reachesEnd)
    }

    @Test("A batch may end inside an aggregated record, and the rest is read from there", arguments: 0...12)
    func insideAggregate(batches: Int) async throws {
        let stream = StreamFixture()
        let (first, second) = ((0..<6).map { "a\($0)" }, (0..<6).map { "b\($0)" })
        for texts in [first, second] {
            stream.kinesis.put(Aggregation.record(texts), key: "key", into: 0, of: StreamFixture.name)
        }
        var (reading, reader) = (
            StreamReading(), try stream.reader(.trimHorizon, KinesisOptions(batchBytes: 3, follows: false))
        )
        await reading.drain(&reader, batches: batches)
        if batches > 0, batches % 6 != 0 {
            guard case .behind(_, sub: UInt64(batches % 6 - 1)) = reading.position(0) else {
                return #expect(Bool(false), "\(reading.position(0).debugDescription)")
            }
        }
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == first + second)
        let places = reading.batches.flatMap(\.places)
        #expect(Set(places).count == 12)
        #expect(places.allSatisfy { if case .behind(_, sub: .some) = $0 { true } else { false } })
    }

    @Test("Records that were aggregated for another shard are left out, as their producer sends them again")
    func otherShard() async throws {
        let stream = StreamFixture(shards: 2)
        let lower = try #require(stream.kinesis.hashes(of: StreamFixture.id(0), in: StreamFixture.name))
        let elements: [(key: String, hashKey: UInt128?, data: [UInt8])] = [
            ("a", 0, Array("0".utf8)), ("b", lower.upperBound + 1, Array("1".utf8)),
            ("c", lower.upperBound, Array("2".utf8)), ("d", .max, Array("3".utf8)),
        ]
        let record = Aggregation.record(elements)
        stream.kinesis.put(record, key: "a", into: 0, of: StreamFixture.name)
        stream.kinesis.put(record, key: "a", into: 1, of: StreamFixture.name)
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts == ["0", "2", "1", "3"])
        // They keep the numbers that they have in the aggregated record.
        #expect(
            reading.batches.flatMap(\.places).map { if case .behind(_, let sub?) = $0 { Int(sub) } else { -1 } }
                == [0, 2, 1, 3])
    }

    @Test("What looks aggregated and is not is a record as it stands")
    func notAggregated() async throws {
        let stream = StreamFixture()
        let broken = Array(Aggregation.record(["a"]).dropLast()) + [0]
        stream.kinesis.put(broken, key: "key", into: 0, of: StreamFixture.name)
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        let batch = try #require(reading.batches.first)
        #expect(batch.bytes.prefix(broken.count).elementsEqual(broken))
        guard case .behind(_, sub: nil) = batch.places[0] else { return #expect(Bool(false)) }
    }

    @Test(
        "A shard's end comes with its last records where it is told with them, and alone where it is not",
        arguments: [UInt64(0), 100])
    func end(endsWithRecords: UInt64) async throws {
        let stream = StreamFixture()
        stream.kinesis.configure { $0.endsWithRecords = endsWithRecords }
        stream.put("a")
        stream.split(0)
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        let batches = reading.batches.filter { $0.partition.id.description == StreamFixture.id(0) }
        #expect(batches.map(\.isLast) == (endsWithRecords == 0 ? [false, true] : [true]))
        #expect(batches.last?.range.end == .shard(.end))
        #expect(batches.last?.reachesEnd == true)
    }

    @Test("A shard that is empty says so once, so that it does not hold the watermark")
    func empty() async throws {
        let stream = StreamFixture(shards: 2)
        stream.kinesis.put([0x61], key: "key", into: 1, of: StreamFixture.name)
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        await reading.drain(&reader)
        #expect(reading.batches.map(\.records.count) == [0, 1])
        #expect(reading.batches.allSatisfy { $0.reachesEnd })
        // After a restart it says it again: it was told of again.
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.batches.map(\.records.count) == [0, 1, 0, 0])
    }

    @Test("Answers without records on the way are gone through, and zero milliseconds is not taken for the end")
    func gaps() async throws {
        let stream = StreamFixture()
        stream.kinesis.configure {
            $0.emptyAnswers = 60
            $0.answerRecords = 2
        }
        // All of them in one millisecond.
        for number in 0..<30 { stream.put("\(number)") }
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts == (0..<30).map { "\($0)" })
    }
}
