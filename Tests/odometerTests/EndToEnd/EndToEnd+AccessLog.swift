import Foundation
import Testing

extension EndToEnd {
    @Suite("A real access log", .enabled(if: FileManager.default.fileExists(atPath: Programs.accessLog.path)))
    struct AccessLog {
        private static let configuration = """
            ledger: {path: ./ledger}
            sources:
              - name: web
                files: {include: ["access.log"]}
                format: combined
                event:
                  type: "http.request"
                  subject: {field: remote_host}
                  time: {field: time}
                  id: position
            meters:
              - {name: requests, event_type: http.request, aggregation: count, window: 1h}
              - {name: bytes, event_type: http.request, aggregation: sum, value: /data/bytes, window: 1d}

            """

        @Test("An access log becomes requests and bytes by day, and its one broken line is kept with its position")
        func becomesUsage() throws {
            let workspace = try Workspace()
            try workspace.write(Self.configuration, to: "odometer.yaml")
            try FileManager.default.copyItem(at: Programs.accessLog, to: workspace.file("access.log"))
            try workspace.runUntilIdle()

            let status = try workspace.status()
            #expect(status.read == 10_000)
            #expect(status.accepted == 9_999)
            #expect(status.reasons == ["bad_line": 1])
            #expect(status.isComplete)

            let requests = try workspace.usage(of: "requests", by: "day").rows
            let days = Dictionary(grouping: requests) { $0.windowStart ?? "" }
                .mapValues { $0.compactMap { Int($0.value) }.reduce(0, +) }
            #expect(
                days == [
                    "2015-05-17T00:00:00Z": 1_632, "2015-05-18T00:00:00Z": 2_893, "2015-05-19T00:00:00Z": 2_896,
                    "2015-05-20T00:00:00Z": 2_578,
                ])
            let bytes = try workspace.usage(of: "bytes", by: "day").rows.compactMap { Int($0.value) }
            #expect(bytes.reduce(0, +) == 2_747_282_505)
            let busiest = try workspace.usage(of: "requests", by: "total", tenant: "unmapped:66.249.73.135").rows
            #expect(busiest.map(\.value) == ["482"])

            let quarantine = try workspace.odometer("quarantine", "-c", "odometer.yaml", "--format", "json")
            let kept = String(decoding: quarantine.output, as: UTF8.self)
            #expect(kept.contains("bad_line"))
            #expect(kept.contains("\(try Self.positionOfBrokenLine())"))
        }

        /// The offset of the line whose last quoted field never closes.
        private static func positionOfBrokenLine() throws -> Int {
            let log = [UInt8](try Data(contentsOf: Programs.accessLog))
            var position = 0
            for line in log.split(separator: 0x0A, omittingEmptySubsequences: false) {
                if !line.filter({ $0 == 0x22 }).count.isMultiple(of: 2) { return position }
                position += line.count + 1
            }
            return try #require(nil, "no line has an odd number of quotes")
        }
    }
}
