import AWSClient
import StrictKinesis
import Synchronization
import Testing
import UsageModel

@testable import KinesisReader

/// How the service is asked, and what happens when it fails.
@Suite struct KinesisReaderServiceTests {
    private let following = KinesisOptions(follows: true)

    @Test("An iterator that expired is asked for anew, and nothing is read twice", arguments: [1, 3, 10])
    func expired(batches: Int) async throws {
        let stream = StreamFixture()
        stream.kinesis.configure { $0.answerRecords = 4 }
        for number in 0..<60 { stream.put("\(number)") }
        var (reading, reader) = (StreamReading(), try stream.reader(.trimHorizon, KinesisOptions(batchBytes: 8)))
        for _ in 0..<20 {
            await reading.drain(&reader, batches: batches)
            stream.kinesis.expireIterators()
        }
        await reading.drain(&reader)
        #expect(reading.texts == (0..<60).map { "\($0)" })
        #expect(reading.errors == [])
    }

    @Test("No shard is asked more often than it allows, whatever there is to read", arguments: [true, false])
    func pacing(follows: Bool) async throws {
        let stream = StreamFixture(shards: 3)
        stream.kinesis.configure { $0.answerRecords = 3 }
        let refused = Mutex<[String]>([])
        stream.faults.set { operation, _ in
            .change { response in
                // The clock may go on while an answer is taken apart, so that an iterator expires.
                let text = String(decoding: response.body, as: UTF8.self)
                if text.contains("ExceededException") { refused.withLock { $0.append("\(operation): \(text)") } }
                return response
            }
        }
        for number in 0..<300 { stream.put("\(number)", key: "\(number)") }
        stream.put(String(repeating: "x", count: 900_000), key: "5")
        stream.put(String(repeating: "y", count: 900_000), key: "5")
        var (reading, reader) = (StreamReading(), try stream.reader(.trimHorizon, KinesisOptions(follows: follows)))
        await reading.drain(&reader)
        stream.put("last")
        await reading.drain(&reader)
        #expect(reading.texts.count == 303)
        #expect(refused.withLock { $0 } == [])
    }

    @Test("A shard that others read too much is asked less often, and read in the end")
    func throttled() async throws {
        let stream = StreamFixture()
        for number in 0..<10 { stream.put("\(number)") }
        let left = Counter(30)
        stream.faults.set { operation, _ in
            operation == "GetRecords" && left.countDown() > 0
                ? Faults.error("ProvisionedThroughputExceededException") : .pass
        }
        var (reading, reader) = (StreamReading(), try stream.reader(.trimHorizon, following))
        await reading.drain(&reader)
        #expect(reading.texts.count == 10)
        #expect(reading.errors == [])
    }

    @Test("An error of one shard is told once a pass, and the others go on")
    func oneFails() async throws {
        let stream = StreamFixture(shards: 3)
        for shard in 0..<3 {
            stream.kinesis.put([0x30 + UInt8(shard)], key: "key", into: shard, of: StreamFixture.name)
        }
        let isBroken = Mutex(true)
        let broken: Faults.Rule = { operation, request in
            let isOfShard = String(decoding: request.body, as: UTF8.self).contains(StreamFixture.id(1))
            return isOfShard && operation == "GetShardIterator" && isBroken.withLock { $0 }
                ? Faults.error("KMSAccessDeniedException") : .pass
        }
        stream.faults.set(broken)
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts == ["0", "2"])
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.contains("\(StreamFixture.id(1)) of the stream usage cannot be read") == true)
        stream.time.advance(seconds: 60)
        await reading.drain(&reader)
        #expect(reading.errors.count == 2)
        isBroken.withLock { $0 = false }
        stream.time.advance(seconds: 60)
        await reading.drain(&reader)
        #expect(reading.texts == ["0", "2", "1"])
    }

    @Test("While a stream is followed, a shard that fails is tried again later, and does not keep the others waiting")
    func oneFailsFollowing() async throws {
        let stream = StreamFixture(shards: 2)
        for shard in 0..<2 {
            stream.kinesis.put([0x30 + UInt8(shard)], key: "key", into: shard, of: StreamFixture.name)
        }
        let left = Counter(2)
        stream.faults.set { operation, request in
            let isOfShard = String(decoding: request.body, as: UTF8.self).contains(StreamFixture.id(1))
            return operation == "GetShardIterator" && isOfShard && left.countDown() > 0
                ? Faults.error("AccessDeniedException") : .pass
        }
        var (reading, reader) = (StreamReading(), try stream.reader(.trimHorizon, following))
        await reading.drain(&reader)
        #expect(reading.texts == ["0"])
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.contains("kinesis:DescribeStreamSummary, ListShards") == true)
        for _ in 0..<4 {
            stream.time.advance(seconds: 30)
            await reading.drain(&reader)
        }
        #expect(reading.texts == ["0", "1"])
        #expect(reading.errors.count == 2)
    }

    @Test("A stream that is not there is an error of its own, and is found when it is made")
    func noStream() async throws {
        let stream = StreamFixture()
        var (reading, reader) = (StreamReading(), try stream.reader(stream: "late"))
        await reading.drain(&reader)
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.contains("the stream late cannot be listed") == true)
        #expect(reading.errors.first?.contains("ResourceNotFoundException") == true)
        stream.kinesis.createStream("late", shards: 1)
        stream.kinesis.put([0x61], key: "key", into: "late")
        await reading.drain(&reader)
        #expect(reading.texts == ["a"])
    }

    @Test("A stream is named by its ARN too")
    func arn() async throws {
        let stream = StreamFixture(shards: 3)
        stream.kinesis.configure { $0.pageShards = 2 }
        stream.put("a")
        var (reading, reader) = (
            StreamReading(), try stream.reader(stream: "arn:aws:kinesis:us-east-1:123456789012:stream/usage")
        )
        await reading.drain(&reader)
        #expect(reading.texts == ["a"])
        #expect(reading.errors == [])
    }

    @Test("A shard that the service does not know any more is loud, and the stream is looked at")
    func shardGone() async throws {
        let stream = StreamFixture(shards: 2)
        stream.kinesis.put([0x61], key: "key", into: 1, of: StreamFixture.name)
        let isGone = Mutex(true)
        stream.faults.set { operation, request in
            let isOfShard = String(decoding: request.body, as: UTF8.self).contains(StreamFixture.id(0))
            return operation == "GetShardIterator" && isOfShard && isGone.withLock { $0 }
                ? Faults.error("ResourceNotFoundException") : .pass
        }
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts == ["a"])
        #expect(reading.errors.count == 1)
        // The list still holds it, so it is tried again.
        isGone.withLock { $0 = false }
        stream.kinesis.put([0x62], key: "key", into: 0, of: StreamFixture.name)
        stream.time.advance(seconds: 60)
        await reading.drain(&reader)
        #expect(reading.texts == ["a", "b"])
    }

    @Test("Damaged answers and lost connections are tried again")
    func damage() async throws {
        let stream = StreamFixture(shards: 2)
        for number in 0..<100 { stream.put("\(number)", key: "\(number)") }
        let count = Counter(1_000_000)
        stream.faults.set { _, _ in
            let number = 1_000_000 - count.countDown()
            if number % 3 != 0 { return .pass }
            switch number / 3 % 3 {
            case 0: return .fail(.connectionLost("reset"))
            case 1: return .change { HTTPResponse(status: 200, headers: $0.headers, body: $0.body.dropLast(7)) }
            default: return Faults.error("InternalFailure", status: 500)
            }
        }
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts.count == 100 && Set(reading.texts).count == 100)
        #expect(reading.errors == [])
    }

    @Test("64 shards are read fairly, within the bytes that may be fetched ahead", arguments: [true, false])
    func many(follows: Bool) async throws {
        let stream = StreamFixture(shards: 64)
        let data = [UInt8](repeating: 0x78, count: 4_000)
        for shard in 0..<64 {
            for _ in 0..<15 { stream.kinesis.put(data, key: "key", into: shard, of: StreamFixture.name) }
        }
        stream.kinesis.configure { $0.answerRecords = 5 }
        let options = KinesisOptions(batchBytes: 20_100, bufferBytes: 32 << 20, follows: follows)
        var (reading, reader) = (StreamReading(), try stream.reader(.trimHorizon, options))
        await reading.drain(&reader)
        #expect(reading.texts.count == 64 * 15)
        #expect(reading.held > 20 << 20 && reading.held <= 32 << 20, "\(reading.held)")
        let ids = reading.batches.filter { !$0.records.isEmpty }.map(\.partition.id)
        #expect(ids.count == 64 * 3)
        // Each shard has its first batch before any has its last; or each has all of its own.
        if follows {
            #expect(Set(ids.prefix(70)).count > 60, "\(Set(ids.prefix(70)).count)")
        } else {
            #expect(ids == ids.sorted())
        }
    }

    @Test("The lag names every shard that was not read to its end, and asks for no records")
    func lag() async throws {
        let stream = StreamFixture(shards: 2)
        stream.put("a")
        var reader = try stream.reader()
        #expect(try await reader.lag().map(\.lagBytes) == [1, 1])
        #expect(stream.kinesis.requests("GetRecords") == 0)
        var reading = StreamReading()
        await reading.drain(&reader)
        #expect(try await reader.lag().map(\.lagBytes) == [0, 0])
        stream.split(0)
        #expect(try await reader.lag().count == 4)
        stream.kinesis.deleteStream(StreamFixture.name)
        await #expect(throws: SourceError.self) { try await reader.lag() }
    }

    @Test("A clock that is set back holds nothing up")
    func clockBack() async throws {
        let stream = StreamFixture()
        var (reading, reader) = (StreamReading(), try stream.reader(.trimHorizon, following))
        await reading.drain(&reader)
        stream.time.skew(hours: -1)
        stream.put("a")
        let before = stream.time.now
        await reading.drain(&reader)
        await reading.drain(&reader)
        #expect(reading.texts == ["a"])
        #expect(stream.time.now.nanoseconds - before.nanoseconds < 120_000_000_000)
    }
}
