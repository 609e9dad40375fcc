import Foundation
import Testing

extension EndToEnd {
    @Suite("Every format")
    struct Formats {
        /// One way to write the same usage.
        struct Example: CustomTestStringConvertible {
            var name: String
            /// The lines of the source's block after its files.
            var source: String
            var header = ""
            /// One event: seconds past 10:00, subject, bytes, status.
            var line: @Sendable (Int, String, Int, Int) -> String
            /// A record that cannot be one, and why.
            var broken: (line: String, reason: String)

            var testDescription: String { name }
        }

        static let examples = [
            Example(
                name: "combined", source: "event: {type: http, subject: {field: user}}",
                line: { second, subject, bytes, status in
                    "h - \(subject) [01/Nov/2026:10:\(clock(second)) +0000] \"GET / H/1\" \(status) \(bytes) \"-\" \"a\""
                }, broken: ("what is this", "bad_line")),
            Example(
                name: "common", source: "event: {type: http, subject: {field: user}}",
                line: { second, subject, bytes, status in
                    "h - \(subject) [01/Nov/2026:10:\(clock(second)) +0000] \"GET / H/1\" \(status) \(bytes)"
                }, broken: ("what is this", "bad_line")),
            Example(
                name: "json",
                source: "event: {type: http, subject: {field: /user/id}, time: {field: /at}, id: {field: /id}}",
                line: { second, subject, bytes, status in
                    #"{"id":\#(second),"at":\#(1_793_527_200 + second),"user":{"id":"\#(subject)"},"bytes":\#(bytes),"status":\#(status)}"#
                }, broken: (#"{"id":"#, "malformed_json")),
            Example(
                name: "csv", source: "event: {type: {field: kind}, subject: {field: user}}",
                header: "time,user,\"kind\",note,bytes,status\n",
                line: { second, subject, bytes, status in
                    "2026-11-01T10:\(clock(second))Z,\(subject),http,\"a\nb, \"\"c\"\"\",\(bytes),\(status)"
                }, broken: ("1,2", "bad_line")),
            Example(
                name: "csv",
                source:
                    "columns: [at, user, bytes, status]\n    delimiter: ;\n    event: {type: http, subject: {field: user}, time: {field: at}}",
                line: { second, subject, bytes, status in "\(1_793_527_200 + second);\(subject);\(bytes);\(status)" },
                broken: ("x;u;1;200", "bad_time")),
            Example(
                name: "logfmt", source: "event: {type: http, subject: {field: user}, time: {field: ts}}",
                line: { second, subject, bytes, status in
                    "ts=2026-11-01T10:\(clock(second))Z user=\"\(subject)\" ok bytes=\(bytes) status=\(status)"
                }, broken: (#"user="not closed"#, "bad_line")),
        ]

        private static func clock(_ second: Int) -> String {
            let (minutes, seconds) = second.quotientAndRemainder(dividingBy: 60)
            return "\(minutes < 10 ? "0" : "")\(minutes):\(seconds < 10 ? "0" : "")\(seconds)"
        }

        private func configuration(_ example: Example) -> String {
            """
            ledger: {path: ./ledger}
            sources:
              - name: web
                files: {include: ["log*"]}
                format: \(example.name)
                \(example.source)
            tenants: {file: tenants.csv}
            meters:
              - {name: requests, event_type: http, aggregation: count, window: 1h}
              - {name: bytes, event_type: http, aggregation: sum, value: /data/bytes, filter: {/data/status: [200]}, window: 1h}

            """
        }

        @Test("From a file to usage totals, growing and begun again in between", arguments: examples)
        func becomesUsage(_ example: Example) throws {
            let workspace = try Workspace()
            try workspace.write(configuration(example), to: "odometer.yaml")
            try workspace.write("subject,tenant\nu0,even\nu2,even\nu1,odd\n", to: "tenants.csv")
            let lines = (0..<3_000).map { example.line($0, "u\($0 % 3)", $0, $0 % 10 == 0 ? 500 : 200) + "\n" }
            try workspace.write(example.header + lines[..<1_000].joined(), to: "log")
            try workspace.write(example.header + lines[2_000...].joined(), to: "log2")
            try workspace.succeed(Programs.environment, ["gzip", "log2"])
            try workspace.runUntilIdle()
            try workspace.append(lines[1_000..<2_000].joined() + example.broken.line + "\n", to: "log")
            try workspace.runUntilIdle()

            let status = try workspace.status()
            #expect(status.accepted == 3_000)
            #expect(status.reasons == [example.broken.reason: 1])
            #expect(status.isComplete)
            func totals(_ meter: String) throws -> [String: String] {
                let rows = try workspace.usage(of: meter, by: "total").rows
                return Dictionary(uniqueKeysWithValues: rows.map { ($0.tenant ?? "", $0.value) })
            }
            #expect(try totals("requests") == ["even": "2000", "odd": "1000"])
            let odd = (0..<3_000).filter { $0 % 3 == 1 && $0 % 10 != 0 }.reduce(0, +)
            let even = (0..<3_000).filter { $0 % 3 != 1 && $0 % 10 != 0 }.reduce(0, +)
            #expect(try totals("bytes") == ["even": "\(even)", "odd": "\(odd)"])

            let check = try workspace.odometer("check", "-c", "odometer.yaml")
            #expect(String(decoding: check.output, as: UTF8.self).contains("source web: \(example.name), 2 files"))
        }
    }
}
