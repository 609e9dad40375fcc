import AWSClient
import StrictKinesis
import Testing
import UsageModel

@testable import KinesisReader

/// Splits, merges, and the order in which shards are read.
@Suite struct KinesisReaderShardTests {
    private let following = KinesisOptions(follows: true)

    /// Puts numbered records under some keys.
    private func put(_ stream: StreamFixture, _ numbers: Range<Int>) {
        for number in numbers { stream.put("\(number % 7):\(number)", key: "key-\(number % 7)") }
    }

    private func expectOrder(_ texts: [String], _ count: Int, _ comment: Comment? = nil) {
        #expect(texts.count == count, comment)
        for key in 0..<7 {
            let ofKey = texts.filter { $0.hasPrefix("\(key):") }
            #expect(ofKey == (0..<count).filter { $0 % 7 == key }.map { "\(key):\($0)" }, comment)
        }
    }

    /// Splits, merges and splits again, with records in between. 7 shards, 2 of them open.
    private func reshard(_ stream: StreamFixture) {
        put(stream, 0..<50)
        #expect(stream.split(0))
        put(stream, 50..<100)
        #expect(stream.split(1))
        put(stream, 100..<150)
        #expect(stream.merge(4, 2))
        put(stream, 150..<200)
        #expect(stream.merge(3, 5))
        put(stream, 200..<250)
    }

    @Test("Through splits of splits and merges each key's records keep their order", arguments: [true, false])
    func reshards(follows: Bool) async throws {
        let stream = StreamFixture()
        reshard(stream)
        var reader = try stream.reader(.trimHorizon, KinesisOptions(batchBytes: 40, follows: follows))
        var reading = StreamReading()
        await reading.drain(&reader)
        expectOrder(reading.texts, 250)
        #expect(reading.told.count == 7, "each shard is told of once")
        #expect(reading.states.values.filter { $0.position == .shard(.end) }.count == 6)
    }

    @Test(
        "The children of a shard are told of with its last batch, also where the service does not name them",
        arguments: [true, false])
    func children(namesChildren: Bool) async throws {
        let stream = StreamFixture()
        stream.kinesis.configure { $0.givesChildShards = namesChildren }
        var reader = try stream.reader(
            .trimHorizon, KinesisOptions(follows: true, surveyInterval: .seconds(100_000)))
        var reading = StreamReading()
        put(stream, 0..<10)
        await reading.drain(&reader)
        stream.split(0)
        put(stream, 10..<20)
        var isEnd = false
        while !isEnd {
            await reading.drain(&reader, batches: 1)
            isEnd = reading.batches.last?.isLast == true
        }
        #expect(reading.told.map(\.description) == (0...2).map(StreamFixture.id))
        #expect(reading.batches.allSatisfy { $0.partition.id.description == StreamFixture.id(0) })
        await reading.drain(&reader)
        expectOrder(reading.texts, 20)
        #expect(
            namesChildren == (stream.kinesis.requests("ListShards") == 1), "the list is asked for only where it has to")
    }

    @Test("A shard that is told of by the first of its parents waits for the other, which nobody told of yet")
    func unknownParent() async throws {
        let stream = StreamFixture()
        var (reading, reader) = (
            StreamReading(),
            try stream.reader(.trimHorizon, KinesisOptions(follows: true, surveyInterval: .seconds(100_000)))
        )
        await reading.drain(&reader)
        put(stream, 0..<20)
        stream.split(0)
        put(stream, 20..<40)
        stream.split(2)
        put(stream, 40..<60)
        // 5 comes of 1 and of 3, and 3 of 2, which is not read when 1 ends.
        stream.merge(1, 3)
        put(stream, 60..<80)
        let left = Counter(4)
        stream.faults.set { operation, request in
            let isOfShard = String(decoding: request.body, as: UTF8.self).contains(StreamFixture.id(2))
            return operation == "GetShardIterator" && isOfShard && left.countDown() > 0
                ? Faults.error("ProvisionedThroughputExceededException") : .pass
        }
        await reading.drain(&reader)
        await reading.drain(&reader)
        expectOrder(reading.texts, 80)
        #expect(left.value < 0)
    }

    @Test("A list of shards that is cut short keeps no shard from its end")
    func listCutShort() async throws {
        let stream = StreamFixture(shards: 2)
        stream.kinesis.configure { $0.givesChildShards = false }
        put(stream, 0..<20)
        stream.split(0)
        stream.split(1)
        var (reading, reader) = (StreamReading(), try stream.reader())
        // One shard ends, and the list that it waits for is under way when the other ends.
        let lists = Counter()
        stream.faults.set { operation, request in
            if operation == "ListShards" {
                lists.add()
                return lists.value > 1 ? .wait { false } : .pass
            }
            let isOfShard = String(decoding: request.body, as: UTF8.self).contains(StreamFixture.id(1))
            return isOfShard ? .wait { lists.value > 1 } : .pass
        }
        let server = reader
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            // Where it comes out otherwise, on a busy machine, what is promised below holds all the same.
            for _ in 0..<20_000 where (reader as? KinesisReader)?.reading.filter(\.isFetched).count != 2 {
                let batch = try await reader.next()
                reading.told += reader.news().found.map(\.state.partition.id)
                if let batch { reading.take(batch) }
                await Task.yield()
            }
            group.cancelAll()
        }
        stream.faults.set(nil)
        await reading.drain(&reader)
        #expect(reading.texts.count == 20)
        #expect(reading.order.count == 6)
    }

    @Test("What comes of a merge is told of with the end of the first of its parents")
    func mergeIsTold() async throws {
        let stream = StreamFixture(shards: 2)
        stream.merge(0, 1)
        var (reading, reader) = (StreamReading(), try stream.reader())
        while reading.batches.last?.isLast != true { await reading.drain(&reader, batches: 1) }
        #expect(reading.position(0) == .end && reading.position(1) == nil)
        #expect(reading.told.map(\.description) == [0, 1, 2].map(StreamFixture.id))
        await reading.drain(&reader)
        #expect(reading.told.count == 3)
    }

    @Test("From every position that was given out the rest is read once, in every key's order")
    func resume() async throws {
        let stream = StreamFixture()
        stream.kinesis.configure { $0.answerRecords = 9 }
        reshard(stream)
        var batches = 0
        while true {
            var reader = try stream.reader(.trimHorizon, KinesisOptions(batchBytes: 60, follows: batches % 2 == 0))
            var reading = StreamReading()
            await reading.drain(&reader, batches: batches)
            let count = reading.batches.count
            reader = try stream.reader(
                .trimHorizon, KinesisOptions(batchBytes: 50, follows: false), resume: reading.resume)
            await reading.drain(&reader)
            expectOrder(reading.texts, 250, "behind \(batches) batches")
            if count < batches { break }
            batches += 1
        }
        #expect(batches > 30)
    }

    @Test("Shards that were read to their end are not asked for again, and are forgotten when they are gone")
    func ended() async throws {
        let stream = StreamFixture()
        reshard(stream)
        var reading = StreamReading()
        var reader = try stream.reader()
        await reading.drain(&reader)
        let before = stream.kinesis.requests("GetShardIterator")
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(stream.kinesis.requests("GetShardIterator") == before + 1, "only the open one")
        expectOrder(reading.texts, 250)
    }

    @Test("A parent that has aged out before it was ever seen holds nothing up")
    func agedParent() async throws {
        let stream = StreamFixture()
        put(stream, 0..<5)
        stream.split(0)
        stream.time.advance(hours: 25)
        stream.put("late", key: "key")
        var reading = StreamReading()
        var reader = try stream.reader()
        await reading.drain(&reader)
        #expect(reading.texts == ["late"])
        #expect(reading.errors == [])
        #expect(reading.order == [StreamFixture.id(1), StreamFixture.id(2)])
    }

    @Test("A shard that vanished before it was read to its end is an error, and its children wait")
    func vanished() async throws {
        let stream = StreamFixture()
        put(stream, 0..<5)
        var reading = StreamReading()
        var reader = try stream.reader()
        await reading.drain(&reader)
        stream.split(0)
        stream.time.advance(hours: 25)
        stream.put("late", key: "key")
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1)
        #expect(
            reading.errors.first?.contains("\(StreamFixture.id(0)) of the stream usage is not there any more") == true)
        #expect(reading.errors.first?.contains("aged_out: continue") == true)
        expectOrder(reading.texts, 5)
        // The gap is accepted once; then it is behind us.
        reader = try stream.reader(
            .trimHorizon, KinesisOptions(follows: false, agedOut: .continue), resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts.last == "late")
        #expect(reading.notices.count == 1)
        #expect(reading.position(0) == .end)
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1 && reading.notices.count == 1)
    }

    @Test("The list of shards comes in pages, and is begun again when it takes too long")
    func pages() async throws {
        let stream = StreamFixture(shards: 23)
        stream.kinesis.configure { $0.pageShards = 4 }
        let expires = Counter(3)
        stream.faults.set { [time = stream.time] operation, request in
            if operation == "ListShards", expires.countDown() == 1 { time.advance(seconds: 301) }
            return .pass
        }
        var reading = StreamReading()
        var reader = try stream.reader()
        await reading.drain(&reader)
        #expect(reading.order.count == 23)
        #expect(reading.errors == [])
        #expect(stream.kinesis.requests("ListShards") > 6)
    }

    @Test("A new shard is found while the stream is followed, every minute")
    func found() async throws {
        let stream = StreamFixture(shards: 1)
        var reading = StreamReading()
        var reader = try stream.reader(.trimHorizon, following)
        await reading.drain(&reader)
        stream.kinesis.addShard(7, to: StreamFixture.name)
        stream.kinesis.put(Array("new".utf8), key: "key", into: 7, of: StreamFixture.name)
        stream.time.advance(seconds: 30)
        await reading.drain(&reader)
        #expect(reading.texts == [])
        stream.time.advance(seconds: 31)
        await reading.drain(&reader)
        await reading.drain(&reader)
        #expect(reading.texts == ["new"])
    }
}
