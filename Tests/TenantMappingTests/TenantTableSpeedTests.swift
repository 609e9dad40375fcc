import TenantMapping
import Testing
import UsageModel

/// Sizes that users have; the times are printed, for they depend on the machine.
@Suite(.serialized) struct TenantTableSpeedTests {
    @Test("A million subjects load and are all found")
    func million() throws {
        var csv = Array("subject,tenant,valid_from,valid_to\n".utf8)
        for number in 0..<1_000_000 {
            csv +=
                "customer-\(number),tenant-\(number % 5_000),,\(number % 4 == 0 ? "2030-01-01T00:00:00Z" : "")\n".utf8
        }
        let clock = ContinuousClock()
        var table = try TenantTable(csv: Array("subject,tenant\n".utf8), file: "t")
        let time = try clock.measure { table = try TenantTable(csv: csv, file: "t") }
        print("tenants: 1,000,000 rows in \(time)")
        #expect(table.subjectCount == 1_000_000)
        let rows = stride(from: 0, to: 1_000_000, by: 97).map {
            (Array("customer-\($0)".utf8), Timestamp(nanoseconds: 0))
        }
        let found = table.attribute(batch(rows)).tenant
        for (index, number) in stride(from: 0, to: 1_000_000, by: 97).enumerated() {
            #expect(table.tenants[Int(found[index])] == ByteString("tenant-\(number % 5_000)"))
        }
    }

    @Test("Rows of 10,000 subjects are attributed at memory speed")
    func attribute() throws {
        var csv = Array("subject,tenant\n".utf8)
        for number in 0..<10_000 { csv += "customer-\(number),tenant-\(number % 500)\n".utf8 }
        let table = try TenantTable(csv: csv, file: "t")
        var random = SplitMix(state: 1)
        let rows = (0..<8_192).map { _ in
            (Array("customer-\(random.next() % 10_000)".utf8), Timestamp(nanoseconds: 0))
        }
        let events = batch(rows)
        let clock = ContinuousClock()
        var sum: UInt64 = 0
        let time = clock.measure {
            for _ in 0..<200 { sum += UInt64(table.attribute(events).tenant[17]) }
        }
        print("attribute: \(time / (200 * 8_192)) a row")
        #expect(sum == 200 * UInt64(table.attribute(events).tenant[17]))
    }
}
