import Foundation
import Testing
import UsageModel

@testable import SchemaValidation

@Suite("logfmt to columns")
struct LogfmtFieldsTests {
    private static let mapping = EventMapping(type: .constant("call"), subject: .field("tenant"), time: "ts")

    private func decode(_ lines: [String], by fields: [String] = ["msg", "a_long_name", "ok"]) -> EventBatch {
        Batches.decode(
            lines, format: .logfmt(LogfmtFieldsTests.mapping),
            meters: [.sum(of: "/data/bytes", type: "call", by: fields.map { "/data/\($0)" })])
    }

    @Test("A line becomes a row by its keys, whatever stands between them")
    func row() {
        let batch = decode([
            #"ts=2026-11-01T12:00:00Z level=info tenant=t1 bytes=1.5 msg="said \"hi\"\n" a_long_name=x=y/?z ok"#,
            "\t tenant=t2  ts=1793534400\tbytes= msg=\"\" a_long_nam=1 a_long_name_=2 ",
        ])
        #expect(batch.rejections.isEmpty)
        #expect(batch.time.map(\.description) == ["2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z"])
        #expect(batch.subject.map(batch.text) == ["t1", "t2"])
        #expect(batch.values == [Quantity("1.5"), nil])
        #expect(batch.texts(of: 0, count: 3) == ["said \"hi\"\n", "x=y/?z", "true"])
        #expect(batch.texts(of: 1, count: 3) == [nil, nil, nil])
        #expect(batch.fields[0].kind == .text)
    }

    @Test("Of a key that comes twice the first one counts, an empty one too")
    func twice() {
        let batch = decode(["ts=0 tenant=t1 msg=a tenant=t2 msg=b ok= ok=1"])
        #expect(batch.text(batch.subject[0]) == "t1")
        #expect(batch.texts(of: 0, count: 3) == ["a", nil, nil])
    }

    @Test(
        "A line that is none is bad_line, with the column",
        arguments: [
            ("a=1 =2", "a key is missing at column 5"), ("=", "a key is missing at column 1"),
            (#"a="b"#, "the quote is not closed that opens at column 3"),
            (#"a="b\""#, "the quote is not closed that opens at column 3"),
            (#"a="b\"#, "the quote is not closed that opens at column 3"),
            (#"a="b"c=1"#, "expected a space after the closing quote at column 6"),
            (#"a="b"="#, "expected a space after the closing quote at column 6"),
            (#"a=b"c""#, "a quote in a value that does not begin with one at column 4"),
            (#""a"=b"#, "a quote in a key at column 1"),
            (#"a="C:\dir""#, "an escape that JSON strings do not have at column 6"),
            ("a=\u{1}", "a control character at column 3"),
        ])
    func badLine(line: String, detail: String) {
        #expect(decode([line]).rejections == [.init(record: 0, reason: .badLine, detail: detail)])
    }

    @Test(
        "A part that is missing is schema, and a value that is none bad_number or bad_time",
        arguments: [
            ("ts=0", RejectReason.schema, "subject: the record has no tenant"),
            ("tenant=a", .schema, "time: the record has no ts"),
            ("ts tenant=a", .badTime, #"ts "true" is not a time between 1677 and 2262"#),
            (
                "ts=0 tenant=a bytes=12kB", .badNumber,
                #"/data/bytes: "12kB" is not a number in range with up to 12 decimals"#
            ),
        ])
    func values(line: String, reason: RejectReason, detail: String) {
        #expect(decode([line]).rejections == [.init(record: 0, reason: reason, detail: detail)])
    }

    @Test("Random lines have the fields that a parser finds which goes character by character")
    func oracle() {
        var random = SplitMix64(state: 9)
        let pieces = [
            "a", "b", "key_of_length", "=", "=", " ", " ", "\"", "\"", "=\"", "\" ", #"\""#, #"\\"#, #"\n"#, #"\u00e9"#,
            #"\ud83d\ude00"#, #"\ud83d"#, #"\x"#, "é", "\t", "1",
        ]
        let names = ["a", "b", "ab", "key_of_length", "é", "1"]
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined()
            let batch = Batches.decode(
                ["ts=0 " + text],
                format: .logfmt(EventMapping(type: .constant("t"), subject: .constant("s"), time: "ts")),
                meters: [.sum(of: "/data/none", type: "t", by: names.map { "/data/\($0)" })])
            guard let expected = SlowLogfmt.pairs(text) else {
                #expect(batch.rejections.map(\.reason) == [.badLine], "\(text)")
                continue
            }
            #expect(batch.rejections.isEmpty, "\(text)")
            guard batch.count == 1 else { continue }
            let found = batch.texts(of: 0, count: names.count).map { Array(($0 ?? "").utf8) }
            let wanted = names.map { name in Array((expected.first { $0.key == name }?.value ?? "").utf8) }
            #expect(found == wanted, "\(text)")
            read += 1
        }
        #expect(read > 3_000)
    }
}

/// A line of logfmt by another way: it is eaten from the front, and Foundation reads what is quoted.
private enum SlowLogfmt {
    /// The pairs in the order of the line; `nil` when it is none.
    static func pairs(_ text: String) -> [(key: String, value: String)]? {
        var rest = Array(text.unicodeScalars)[...]
        var pairs: [(key: String, value: String)] = []
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
        while true {
            rest = rest.drop(while: isSpace)
            if rest.isEmpty { return pairs }
            let key = rest.prefix { !isSpace($0) && $0 != "=" }
            rest = rest.dropFirst(key.count)
            if key.isEmpty || key.contains("\"") { return nil }
            guard rest.first == "=" else {
                pairs.append((string(key), "true"))
                continue
            }
            rest = rest.dropFirst()
            guard rest.first == "\"" else {
                let value = rest.prefix { !isSpace($0) }
                if value.contains("\"") { return nil }
                pairs.append((string(key), string(value)))
                rest = rest.dropFirst(value.count)
                continue
            }
            var inside: [Unicode.Scalar] = []
            rest = rest.dropFirst()
            while let next = rest.first, next != "\"" {
                let count = next == "\\" ? 2 : 1
                if rest.count < count { return nil }
                inside += rest.prefix(count)
                rest = rest.dropFirst(count)
            }
            if rest.isEmpty { return nil }
            rest = rest.dropFirst()
            if let next = rest.first, !isSpace(next) { return nil }
            let quoted = "[\"" + string(inside[...]).replacingOccurrences(of: "\t", with: "\\t") + "\"]"
            guard let value = try? JSONDecoder().decode([String].self, from: Data(quoted.utf8)) else { return nil }
            pairs.append((string(key), value[0]))
        }
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var string = String.UnicodeScalarView()
        string.append(contentsOf: scalars)
        return String(string)
    }
}
