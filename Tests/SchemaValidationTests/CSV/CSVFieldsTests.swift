import Testing
import UsageModel

@testable import SchemaValidation

@Suite("CSV to columns")
struct CSVFieldsTests {
    private static let mapping = EventMapping(type: .constant("call"), subject: .field("tenant"))

    private func decode(
        _ records: [String], header: String = "time,tenant,bytes,note", dialect: CSVDialect = CSVDialect(),
        mapping: EventMapping = mapping
    ) -> EventBatch {
        Batches.decode(
            records, format: .csv(dialect, mapping),
            meters: [.sum(of: "/data/bytes", type: "call", by: ["/data/note", "/data/nothing"])], header: header)
    }

    @Test("A record becomes a row by the names of the header, wherever they stand in it")
    func row() throws {
        let batch = decode(
            [#"x,"say ""hi"", you",2026-11-01T12:00:00Z,1.5,t1"#, "y,,1793534400.25,,t2"],
            header: "\"x\",note,time,bytes,tenant")
        #expect(batch.rejections.isEmpty)
        #expect(batch.time.map(\.description) == ["2026-11-01T12:00:00Z", "2026-11-01T12:00:00.25Z"])
        #expect(batch.subject.map(batch.text) == ["t1", "t2"])
        #expect(batch.values == [Quantity("1.5"), nil])
        #expect(batch.texts(of: 0, count: 2) == [#"say "hi", you"#, nil])
        #expect(batch.texts(of: 1, count: 2) == [nil, nil])
        #expect(batch.fields[0].kind == .text)
    }

    @Test("Line ends, tabs and delimiters between quotes belong to the field")
    func quoted() {
        let batch = decode(["0,t,1,\"a\r\nb\tc,\n\""])
        #expect(batch.rejections.isEmpty)
        #expect(batch.texts(of: 0, count: 1) == ["a\r\nb\tc,\n"])
    }

    @Test("Columns may be named by the configuration, and fields set apart by another character")
    func dialect() {
        let batch = decode(
            ["0;t,1;5;\"a;b\""], header: "",
            dialect: CSVDialect(delimiter: 0x3B, columns: ["time", "tenant", "bytes", "note"]))
        #expect(batch.subject.map(batch.text) == ["t,1"])
        #expect(batch.values == [Quantity(whole: 5)])
        #expect(batch.texts(of: 0, count: 1) == ["a;b"])
    }

    @Test(
        "A record that is none is bad_line, with the column",
        arguments: [
            ("0,t,1", "3 fields, where there are 4 columns"), ("0,t,1,a,", "5 fields, where there are 4 columns"),
            (#"0,t,1,"a"#, "the quote is not closed that opens at column 7"),
            (#"0,t,1,"a"b"#, "expected a delimiter after the closing quote at column 10"),
            (#"0,t,1,a"b"#, "a quote in a field that does not begin with one at column 8"),
            (#"0,t,1, "b""#, "a quote in a field that does not begin with one at column 8"),
            ("0,t,1,a\rb", "a carriage return outside quotes at column 8"),
            ("0,t,1,a\u{0}", "a control character at column 8"),
        ])
    func badLine(record: String, detail: String) {
        #expect(decode([record]).rejections == [.init(record: 0, reason: .badLine, detail: detail)])
    }

    @Test(
        "A part that is missing is schema, and a value that is none bad_number or bad_time",
        arguments: [
            ("0,,1,", RejectReason.schema, "subject: the record has no tenant"),
            (",t,1,", .schema, "time: the record has no time"),
            ("noon,t,1,", .badTime, #"time "noon" is not a time between 1677 and 2262"#),
            ("1e99,t,1,", .badTime, #"time "1e99" is not a time between 1677 and 2262"#),
            ("0,t,1 GB,", .badNumber, #"/data/bytes: "1 GB" is not a number in range with up to 12 decimals"#),
            ("0,t,007,", .badNumber, #"/data/bytes: "007" is not a number in range with up to 12 decimals"#),
        ])
    func values(record: String, reason: RejectReason, detail: String) {
        #expect(decode([record]).rejections == [.init(record: 0, reason: reason, detail: detail)])
    }

    @Test(
        "A header that does not do refuses every record under it",
        arguments: [
            ("time,bytes", "0,1", RejectReason.schema, "subject: there is no column tenant"),
            ("tenant,bytes", "t,1", .schema, "time: there is no column time"),
            ("time,tenant,tenant", "0,t,t", .schema, "the header: two columns are named \"tenant\""),
            ("time,\"tenant", "0,t", .badLine, "the header: the quote is not closed that opens at column 6"),
            ("", "0,t", .badLine, "the header: it is longer than a record may be"),
        ])
    func badHeader(header: String, record: String, reason: RejectReason, detail: String) {
        #expect(
            decode([record, record], header: header).rejections == [
                .init(record: 0, reason: reason, detail: detail), .init(record: 1, reason: reason, detail: detail),
            ])
        #expect(decode(["0,t,1,2"], header: "time,tenant,x,x").rejections.isEmpty)
    }

    @Test("Each batch is read by its own header")
    func headers() {
        var decoder = RecordDecoder(
            format: .csv(CSVDialect(), CSVFieldsTests.mapping), plan: ExtractionPlan(meters: []),
            identityKey: Batches.key, schemas: SchemaSet())
        for (header, record) in [
            ("time,tenant", "0,t"), ("tenant,time", "t,0"), ("tenant", "t"), ("time,tenant", "0,t"),
            ("a,tenant,time", "b,t,0"),
        ] {
            var batch = Batches.lines([Array(record.utf8)])
            batch.header = Array(header.utf8)
            let events = decoder.decode(batch, digest: .none)
            #expect(events.subject.map(events.text) == (header == "tenant" ? [] : ["t"]))
        }
    }

    @Test("Random records have the fields that a parser finds which goes character by character")
    func oracle() {
        var random = SplitMix64(state: 5)
        let pieces = ["a", "b1", "é", " ", ",", ",", "\"", "\"", "\"\"", ",\"", "\",", "\n", "\r", "\t"]
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<random.below(14)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let expected = SlowCSV.fields(text)
            let count = max(1, expected?.count ?? 3) + (random.below(6) == 0 ? 1 : 0)
            let names = (0..<count).map { "c\($0)" }
            let batch = Batches.decode(
                ["0," + text], format: .csv(CSVDialect(), EventMapping(type: .constant("t"), subject: .constant("s"))),
                meters: [.sum(of: "/data/none", type: "t", by: names.map { "/data/\($0)" })],
                header: (["time"] + names).joined(separator: ","))
            if let expected, expected.count == count {
                #expect(batch.rejections.isEmpty, "\(text)")
                guard batch.count == 1 else { continue }
                let found = batch.texts(of: 0, count: count).map { Array(($0 ?? "").utf8) }
                #expect(found == expected.map { Array($0.utf8) }, "\(text)")
                read += 1
            } else {
                #expect(batch.rejections.map(\.reason) == [.badLine], "\(text)")
            }
        }
        #expect(read > 3_000)
    }
}

/// A CSV record by another way: a state for each character.
private enum SlowCSV {
    private enum State {
        case first, plain, quoted, quote
    }

    /// `nil` when it is no record.
    static func fields(_ text: String) -> [String]? {
        var fields = [""]
        var state = State.first
        for character in text.unicodeScalars {
            switch (state, character) {
            case (.first, ","), (.plain, ","), (.quote, ","):
                fields.append("")
                state = .first
            case (.first, "\""):
                state = .quoted
            case (.plain, "\""), (.first, "\r"), (.plain, "\r"):
                return nil
            case (.quoted, "\""):
                state = .quote
            case (.quote, "\""):
                fields[fields.count - 1].unicodeScalars.append("\"")
                state = .quoted
            case (.quote, _):
                return nil
            case (.quoted, _):
                fields[fields.count - 1].unicodeScalars.append(character)
            case (.first, _), (.plain, _):
                fields[fields.count - 1].unicodeScalars.append(character)
                state = .plain
            }
        }
        return state == .quoted ? nil : fields
    }
}
