import KinesisReader
import StrictKinesis
import Testing
import UsageModel

/// Where a stream is begun that was never read.
@Suite struct KinesisReaderStartTests {
    @Test("From the horizon everything is read that is there")
    func horizon() async throws {
        let stream = StreamFixture(shards: 2)
        for number in 0..<20 { stream.put("\(number)", key: "\(number)") }
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.texts.count == 20)
        #expect(reading.batches.first?.range.start == .shard(.horizon))
    }

    @Test("From the latest, each open shard commits the time first, and what came before is not read")
    func latest() async throws {
        let stream = StreamFixture(shards: 2)
        for number in 0..<20 { stream.put("old \(number)", key: "\(number)") }
        stream.time.advance(seconds: 2)
        var (reading, reader) = (StreamReading(), try stream.reader(.latest, KinesisOptions(follows: true)))
        await reading.drain(&reader, batches: 2)
        let pin = try #require(reading.position(0))
        guard case .time(let time) = pin else { return #expect(Bool(false), "\(pin)") }
        #expect(time <= stream.time.now && stream.time.now.nanoseconds - time.nanoseconds < 2_000_000_000)
        #expect(reading.batches.allSatisfy { $0.range.start == $0.range.end && $0.records.isEmpty && !$0.reachesEnd })
        // What comes while the reader is down is read from the time that was committed.
        stream.time.advance(hours: 2)
        for number in 0..<20 { stream.put("new \(number)", key: "\(number)") }
        reader = try stream.reader(.latest, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts.count == 20 && reading.texts.allSatisfy { $0.hasPrefix("new") })
    }

    @Test("What was committed of some shards only decides for the others too")
    func partOfPins() async throws {
        let stream = StreamFixture(shards: 3)
        for number in 0..<30 { stream.put("old \(number)", key: "\(number)") }
        stream.time.advance(seconds: 2)
        var (reading, reader) = (StreamReading(), try stream.reader(.latest, KinesisOptions(follows: true)))
        await reading.drain(&reader, batches: 1)
        stream.time.advance(seconds: 100)
        for number in 0..<30 { stream.put("new \(number)", key: "\(number)") }
        reader = try stream.reader(.latest, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts.count == 30 && reading.texts.allSatisfy { $0.hasPrefix("new") })
    }

    @Test("Under latest, shards that were closed before are read only where their children are open")
    func closedBefore() async throws {
        let stream = StreamFixture()
        stream.put("old")
        stream.split(0)
        stream.split(1)
        stream.split(3)
        stream.put("old too")
        stream.time.advance(seconds: 5)
        var (reading, reader) = (StreamReading(), try stream.reader(.latest, KinesisOptions(follows: true)))
        await reading.drain(&reader)
        // 0 → 1, 2; 1 → 3, 4; 3 → 5, 6. Of the closed ones all have an open child.
        #expect(reading.texts == [])
        #expect(reading.order.count == 7)
        stream.merge(5, 6)
        stream.put("new")
        await reading.drain(&reader)
        stream.time.advance(seconds: 61)
        await reading.drain(&reader)
        #expect(reading.texts == ["new"])
    }

    @Test("Under latest, a closed shard whose children are closed too is left alone")
    func closedLongBefore() async throws {
        let stream = StreamFixture()
        stream.split(0)
        stream.merge(1, 2)
        stream.split(3)
        stream.time.advance(seconds: 5)
        var (reading, reader) = (StreamReading(), try stream.reader(.latest))
        await reading.drain(&reader)
        #expect(reading.order == [3, 4, 5].map(StreamFixture.id))
    }

    @Test("Children that were there at the beginning are begun at its time, also when their parent was committed alone")
    func closedAtStart() async throws {
        let stream = StreamFixture()
        stream.put("a")
        stream.split(0)
        stream.put("b")
        stream.time.advance(seconds: 10)
        var (reading, reader) = (StreamReading(), try stream.reader(.timestamp(stream.time.now)))
        stream.put("c")
        await reading.drain(&reader, batches: 1)
        #expect(reading.position(0) == .end)
        reader = try stream.reader(.trimHorizon, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["c"])
    }

    @Test("From a time on, the shards that come later are read from their beginning")
    func timestamp() async throws {
        let stream = StreamFixture()
        stream.put("before")
        stream.time.advance(seconds: 10)
        let start = stream.time.now
        stream.put("at")
        stream.split(0)
        stream.put("behind")
        var (reading, reader) = (StreamReading(), try stream.reader(.timestamp(start)))
        await reading.drain(&reader)
        #expect(reading.texts == ["at", "behind"])
        stream.split(1)
        stream.split(2)
        for number in 0..<10 { stream.put("\(number)", key: "\(number)") }
        reader = try stream.reader(.latest, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts.count == 12)
        for shard in 3...6 {
            let first = reading.batches.first { $0.partition.id.description == StreamFixture.id(shard) }
            #expect(first?.range.start == .shard(.horizon))
        }
    }

    @Test("A time that lies ahead is an error")
    func future() async throws {
        let stream = StreamFixture()
        let start = Timestamp(nanoseconds: stream.time.now.nanoseconds + 100_000_000_000)
        var (reading, reader) = (StreamReading(), try stream.reader(.timestamp(start)))
        await reading.drain(&reader)
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.contains("cannot be greater") == true)
    }
}
