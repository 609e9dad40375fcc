import Testing
import UsageModel

@testable import Pipeline

@Suite("Events of a period")
struct PeriodFinderTests {
    private static let text = """
        sources:
          - name: events
            files: {include: ["*.ndjson"]}
          - name: table
            files: {include: ["*.csv"]}
            format: csv
            event: {type: call, subject: {field: who}, time: {field: when}, id: position}
        meters:
          - name: calls
            event_type: call
            aggregation: count
            window: 1h

        """

    private static func hasEvent(_ records: [String], header: String = "", in source: String) throws -> Bool {
        let file = try ConfigurationFile(text)
        let period = EventPeriod(start: Timestamp("2026-11-01T00:00:00Z"), end: Timestamp("2026-11-02T00:00:00Z"))
        let finder = try Stages(configuration: try file.load()).finder(of: period, in: source)
        var bytes: [UInt8] = []
        var places: [RecordBatch.Record] = []
        for record in records {
            places.append(RecordBatch.Record(start: UInt32(bytes.count), length: UInt32(record.utf8.count)))
            bytes += Array(record.utf8) + [0x0A]
        }
        var batch = RecordBatch(
            partition: Partition(source: source, id: "p", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(UInt64(bytes.count))),
            bytes: bytes + [UInt8](repeating: 0, count: RecordBatch.padding), records: places)
        batch.header = Array(header.utf8)
        return finder.hasEvent(in: batch)
    }

    private static func event(_ time: String, type: String = "call", id: String = "1") -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"/s","type":"\#(type)","subject":"me","time":"\#(time)","data":{}}"#
    }

    @Test("One valid event is enough, of whatever type, and a rejected record is none")
    func events() throws {
        let (before, within) = ("2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z")
        #expect(try !Self.hasEvent([], in: "events"))
        #expect(try !Self.hasEvent([Self.event(before), Self.event("2026-11-02T00:00:00Z")], in: "events"))
        #expect(try Self.hasEvent([Self.event(before), "{", Self.event(within)], in: "events"))
        #expect(try Self.hasEvent([Self.event(within, type: "nobody.counts")], in: "events"))
        #expect(try !Self.hasEvent([Self.event(within, id: "")], in: "events"))
    }

    @Test("The time is what the source's event block says")
    func table() throws {
        let within = ["a,2026-11-01T12:00:00Z,2020-01-01T00:00:00Z"]
        #expect(try Self.hasEvent(within, header: "who,when,other", in: "table"))
        #expect(try !Self.hasEvent(within, header: "who,other,when", in: "table"))
    }
}
