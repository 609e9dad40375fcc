import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Lines that are indexed together")
struct StretchTests {
    private static let meters = [Meter.sum(of: "/data/bytes", by: ["/data/region", "/data/deep/1"])]

    private func decoder() -> RecordDecoder {
        RecordDecoder(
            format: .cloudEvents, plan: ExtractionPlan(meters: StretchTests.meters), identityKey: Batches.key,
            schemas: SchemaSet())
    }

    /// A line that is mostly an event, sometimes random JSON, sometimes spoiled; never with a line feed.
    private func line(_ generator: inout RandomJSON, spoiledIn parts: Int) -> [UInt8] {
        let number = generator.random.below(1_000)
        let free = String(decoding: generator.text(), as: UTF8.self)
        var line = Array(
            #"{"specversion":"1.0","id":"\#(number)","source":"/g","type":"api.request","subject":"s\u002d\#(number)","time":"2026-11-01T12:34:56Z","x":\#(free),"data":{"region":"é\\","bytes":\#(number).25,"deep":\#(free)}}"#
                .utf8)
        if generator.random.below(20) == 0 { line = generator.text() }
        if generator.random.below(parts) == 0 { line = generator.spoiled(line) }
        return line.filter { $0 != 0x0A }
    }

    /// What becomes of each record, in words.
    private func outcomes(_ batch: EventBatch) -> [UInt32: String] {
        var outcomes: [UInt32: String] = [:]
        for row in 0..<batch.count {
            outcomes[batch.record[row]] = batch.row(
                row, fields: batch.type[row] == 0 ? 2 : 0, values: batch.type[row] == 0 ? 1 : 0)
        }
        for rejection in batch.rejections { outcomes[rejection.record] = "\(rejection.reason): \(rejection.detail)" }
        return outcomes
    }

    @Test(
        "give each line the outcome that it has alone",
        arguments: [(2, 300), (30, 600), (400, 2_000), (1 << 30, 2_000)])
    func sameAsAlone(spoiledIn: Int, count: Int) {
        var generator = RandomJSON(random: SplitMix64(state: UInt64(spoiledIn)))
        let lines = (0..<count).map { _ in line(&generator, spoiledIn: spoiledIn) }
        let batch = Batches.lines(lines)
        var decoder = decoder()
        let together = decoder.decode(batch, digest: .none)
        let outcomes = outcomes(together)
        #expect(outcomes.count == batch.records.count)
        #expect(together.count + together.rejections.count == batch.records.count)
        for (index, line) in lines.filter({ !$0.isEmpty }).enumerated() {
            let alone = decoder.decode(Batches.lines([line]), digest: .none)
            #expect(self.outcomes(alone)[0] == outcomes[UInt32(index)], "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test("are kept apart when no line feed lies between two records")
    func noLineFeed() {
        var bytes = Array("12{}[".utf8)
        bytes += [UInt8](repeating: 0, count: RecordBatch.padding)
        let batch = RecordBatch(
            partition: Batches.partition, range: PositionRange(start: .byte(0), end: .byte(5)), bytes: bytes,
            records: [
                .init(start: 0, length: 1), .init(start: 1, length: 1), .init(start: 2, length: 2),
                .init(start: 4, length: 1),
            ])
        var decoder = decoder()
        #expect(
            decoder.decode(batch, digest: .none).rejections.map(\.reason) == [
                .schema, .schema, .schema, .malformedJSON,
            ])
    }

    @Test("may be longer than a stretch")
    func longLines() {
        let text = String(repeating: "x\\n", count: 200_000)
        let long =
            #"{"specversion":"1.0","id":"1","source":"/g","type":"t","subject":"s","time":"2026-11-01T12:34:56Z","data":"\#(text)"}"#
        let short = long.replacing(text, with: "")
        let batch = Batches.decode([short, long, short, long])
        #expect(batch.record == [0, 1, 2, 3])
        #expect(batch.content[0] == batch.content[2])
    }

    @Test("of random bytes end in an outcome each")
    func noise() {
        var random = SplitMix64(state: 3)
        var decoder = decoder()
        for _ in 0..<300 {
            let lines = (0..<20).map { _ in
                (0..<random.below(200)).map { _ in UInt8(random.below(256)) }.filter { $0 != 0x0A }
            }
            let batch = Batches.lines(lines)
            let result = decoder.decode(batch, digest: .none)
            #expect(result.count + result.rejections.count == batch.records.count)
        }
    }
}
