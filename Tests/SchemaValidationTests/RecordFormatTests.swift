import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Formats of records")
struct RecordFormatTests {
    private static let mapping = EventMapping(type: .field("a"), subject: .field("b"), id: .field("c"))
    private static let pointers = EventMapping(
        type: .field("/a"), subject: .field("/b"), time: "/t", id: .field("/c/0"))
    private static let formats: [RecordFormat] = [
        .cloudEvents, .combined(mapping), .common(mapping), .json(pointers), .csv(CSVDialect(), mapping),
        .csv(CSVDialect(delimiter: 0x20, columns: ["time", "a", "b", "c"]), mapping), .logfmt(mapping),
    ]

    @Test("Only an object of JSON says itself that it is whole", arguments: formats)
    func whole(format: RecordFormat) {
        let isJSON = format.name == "json" || format == .cloudEvents
        for (tail, isWhole) in [(#"{"a":1}"#, isJSON), (#"{"a":1"#, false), ("12", false), ("a=1", false)] {
            #expect(format.isWhole(Array(tail.utf8).span) == isWhole, "\(tail)")
        }
    }

    @Test("Records of random bytes end in an outcome each, under whatever header", arguments: formats)
    func noise(format: RecordFormat) {
        var random = SplitMix64(state: 17)
        let meter = Meter(
            name: "m", eventType: "a", aggregation: .sum, value: ValueExpression(.known("/data/bytes")),
            groupBy: [.known("/data/a"), .known("/data"), .known("/data/é/1")],
            window: .tumbling(size: 3_600_000_000_000))
        var decoder = RecordDecoder(
            format: format, plan: ExtractionPlan(meters: [meter]), identityKey: Batches.key, schemas: SchemaSet())
        let likely = Array("a=b ,\"\"\\{}[]:time1.\n\t-".utf8)
        func noise(_ length: Int) -> [UInt8] {
            (0..<random.below(length)).map { _ in
                random.below(8) == 0 ? UInt8(random.below(256)) : likely[random.below(likely.count)]
            }
        }
        for _ in 0..<300 {
            var batch = Batches.lines((0..<20).map { _ in noise(60) })
            batch.header = random.below(2) == 0 ? Array("time,a,b,c".utf8) : noise(30)
            let result = decoder.decode(batch, digest: .none)
            #expect(result.count + result.rejections.count == batch.records.count)
            #expect(Set(result.record + result.rejections.map(\.record)).count == batch.records.count)
        }
    }
}
