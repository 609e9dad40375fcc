import Testing
import UsageModel

@testable import Ledger
@testable import odometer

@Suite("The status report")
struct StatusReportTests {
    static func report() -> odometer.StatusReport {
        var ledger = LedgerStatus()
        ledger.counts = RecordCounts(accepted: 5, duplicates: 1, conflicts: 2, rejected: 3, unmapped: 4)
        ledger.rejectedByReason = [.init(reason: .badLine, count: 3)]
        ledger.commits = 6
        ledger.watermark = Timestamp(seconds: 0)
        func lag(_ source: String, _ id: ByteString, _ position: UInt64) -> PartitionLag {
            let partition = Partition(source: source, id: id, descriptor: [])
            let state = PartitionState(partition: partition, position: .byte(position))
            return PartitionLag(state: state, lagBytes: 7, pendingBytes: 8)
        }
        return odometer.StatusReport(
            ledger: ledger, sources: ["web", "gateway"],
            lag: [lag("gateway", "b", 10), lag("old", "x", 12), lag("gateway", "a", 9)])
    }

    @Test("JSON has the shape of the contract, with every reason and every source")
    func json() {
        #expect(
            Self.report().json.text == """
                {"records_read":11,"accepted":5,"duplicates":1,"conflicts":2,"rejected":3,"rejected_by_reason":\
                {"malformed_json":0,"too_long":0,"too_deep":0,"schema":0,"bad_time":0,"bad_number":0,"bad_line":3,\
                "too_old":0,"bad_encoding":0},"unmapped":4,"commits":6,"watermark":"1970-01-01T00:00:00Z",\
                "sealed_before":null,"last_commit":null,"sources":[{"name":"web","partitions":[]},{"name":"gateway","partitions":[\
                {"id":"a","position":"9","lag_bytes":7,"pending_bytes":8},\
                {"id":"b","position":"10","lag_bytes":7,"pending_bytes":8}]},{"name":"old","partitions":[\
                {"id":"x","position":"12","lag_bytes":7,"pending_bytes":8}]}]}
                """)
    }

    @Test("For a person, every count has a line and every partition too")
    func text() {
        let lines = Self.report().text.split(separator: "\n")
        #expect(lines.contains("read        11"))
        #expect(lines.contains("  bad_line   3"))
        #expect(lines.contains("gateway  a                 9    7        8"))
    }
}
