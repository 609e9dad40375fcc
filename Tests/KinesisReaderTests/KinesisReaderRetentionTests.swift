import AWSClient
import KinesisReader
import StrictKinesis
import Testing
import UsageModel

/// What a stream discards before it was read.
@Suite struct KinesisReaderRetentionTests {
    private let accepting = KinesisOptions(follows: false, agedOut: .continue)

    /// One record was read, to the tip, and the reader is down since.
    private func read(_ stream: StreamFixture, tip: Bool = true) async throws -> StreamReading {
        stream.put("a")
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader, batches: tip ? .max : 1)
        return reading
    }

    /// The service tells another retention than it has.
    private func retention(_ hours: Int, told: Int) -> Faults.Rule {
        { operation, _ in
            guard operation == "DescribeStreamSummary" else { return .pass }
            return .change { response in
                let text = String(decoding: response.body, as: UTF8.self)
                    .replacing("\"RetentionPeriodHours\":\(hours)", with: "\"RetentionPeriodHours\":\(told)")
                return HTTPResponse(status: 200, headers: response.headers, body: Array(text.utf8))
            }
        }
    }

    @Test("Within the retention a resume needs no proof")
    func inTime() async throws {
        let stream = StreamFixture()
        var reading = try await read(stream)
        stream.time.advance(hours: 23.9)
        stream.put("b")
        var reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["a", "b"])
        #expect(reading.errors == [])
    }

    @Test("A position that is older than the retention is an error that says what to do, and is tried again")
    func agedOut() async throws {
        let stream = StreamFixture()
        var reading = try await read(stream)
        let position = try #require(reading.position(0))
        stream.put("lost")
        stream.time.advance(hours: 25)
        stream.put("b")
        var reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["a"])
        let error = try #require(reading.errors.first)
        for part in [
            StreamFixture.id(0), "usage", "\(position)", "24 hours", "may be lost", "aged_out: continue",
            "arrived at 2026-11-01T00:00:01Z",
        ] { #expect(error.contains(part), "\(part) in \(error)") }
        #expect(reading.errors.count == 1, "once a pass")
        await reading.drain(&reader)
        #expect(reading.errors.count == 2)
    }

    @Test("Where the gap is accepted, reading goes on with the oldest record and says so")
    func accepted() async throws {
        let stream = StreamFixture()
        var reading = try await read(stream)
        stream.put("lost")
        stream.time.advance(hours: 25)
        stream.put("b")
        var reader = try stream.reader(.trimHorizon, accepting, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["a", "b"])
        #expect(reading.errors == [])
        #expect(reading.notices.count == 1 && reading.notices.first?.contains("may be lost") == true)
        stream.put("c")
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["a", "b", "c"])
    }

    @Test("Where the very record is there still, nothing was discarded behind it")
    func proven() async throws {
        let stream = StreamFixture()
        stream.kinesis.setRetention(hours: 168, of: StreamFixture.name)
        var reading = try await read(stream)
        stream.put("b")
        stream.time.advance(hours: 30)
        // It discards later than it says.
        stream.faults.set(retention(168, told: 24))
        var reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors == [])
        #expect(reading.texts == ["a", "b"])
    }

    @Test("A quiet shard that is followed for weeks stays fresh")
    func quiet() async throws {
        let stream = StreamFixture()
        stream.put("a")
        var reading = StreamReading()
        var reader = try stream.reader(.trimHorizon, KinesisOptions(follows: true))
        for _ in 0..<24 * 21 {
            await reading.drain(&reader)
            stream.time.advance(hours: 1)
        }
        let empty = reading.batches.filter { $0.records.isEmpty }.count
        #expect(empty >= 24 * 20 && empty <= 24 * 22, "\(empty) batches say that the shard was read to its tip")
        // Down for some hours, weeks after the last record.
        stream.time.advance(hours: 20)
        stream.put("b")
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors == [])
        #expect(reading.texts == ["a", "b"])
    }

    @Test("A shard without any record that was not looked at for too long is an error too")
    func neverAnything() async throws {
        let stream = StreamFixture()
        var (reading, reader) = (StreamReading(), try stream.reader())
        await reading.drain(&reader)
        #expect(reading.position(0) == .horizon)
        stream.time.advance(hours: 25)
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1)
        reader = try stream.reader(.trimHorizon, accepting, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1 && reading.notices.count == 1)
        // That was the tip, and it was committed.
        stream.time.advance(hours: 20)
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1 && reading.notices.count == 1)
    }

    @Test("The rest of an aggregated record that is gone is not passed in silence")
    func insideAggregate() async throws {
        let stream = StreamFixture()
        stream.kinesis.put(Aggregation.record(["a", "b", "c"]), key: "key", into: 0, of: StreamFixture.name)
        var (reading, reader) = (
            StreamReading(), try stream.reader(.trimHorizon, KinesisOptions(batchBytes: 1, follows: false))
        )
        await reading.drain(&reader, batches: 1)
        stream.time.advance(hours: 24.5)
        stream.put("d")
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1)
        #expect(reading.texts == ["a"])
        reader = try stream.reader(.trimHorizon, accepting, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["a", "d"])
    }

    @Test("The rest of an aggregated record has to be there, also where nothing is known to be discarded")
    func insideAggregateInTime() async throws {
        let stream = StreamFixture()
        stream.kinesis.put(Aggregation.record(["a", "b", "c"]), key: "key", into: 0, of: StreamFixture.name)
        var (reading, reader) = (
            StreamReading(), try stream.reader(.trimHorizon, KinesisOptions(batchBytes: 1, follows: false))
        )
        await reading.drain(&reader, batches: 1)
        stream.time.advance(hours: 25)
        stream.put("d")
        // It was made longer too late.
        stream.faults.set(retention(24, told: 48))
        reader = try stream.reader(resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.errors.count == 1)
        #expect(reading.texts == ["a"])
    }

    @Test("A stream that was made again under the same name is refused")
    func madeAgain() async throws {
        let stream = StreamFixture()
        var reading = try await read(stream)
        stream.kinesis.deleteStream(StreamFixture.name)
        stream.time.advance(seconds: 5)
        stream.kinesis.createStream(StreamFixture.name, shards: 1)
        stream.put("other")
        var reader = try stream.reader(.trimHorizon, accepting, resume: reading.resume)
        await reading.drain(&reader)
        #expect(reading.texts == ["a"])
        #expect(reading.errors.count == 1 && reading.errors.first?.contains("of the same name") == true)
    }

    @Test("Another stream is refused, and so are states of two")
    func anotherStream() async throws {
        let stream = StreamFixture()
        var reading = try await read(stream)
        stream.kinesis.createStream("other", shards: 1)
        var reader = try stream.reader(resume: reading.resume, stream: "other")
        await reading.drain(&reader)
        #expect(reading.errors.first?.contains("stream/other") == true)
        var others = StreamReading()
        reader = try stream.reader(stream: "other")
        await others.drain(&reader)
        var state = try #require(others.resume.first)
        state.partition.id = "shardId-9"
        #expect(throws: SourceError.self) { try stream.reader(resume: reading.resume + [state]) }
        state.partition.descriptor[0] = 9
        #expect(throws: SourceError.self) { try stream.reader(resume: [state]) }
    }
}
