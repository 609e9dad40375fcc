import TenantMapping
import Testing
import UsageModel

@Suite struct TenantTableTests {
    let now = "2026-11-01T00:00:00Z"

    @Test("A subject belongs to its tenant, and one that is not in the table to none")
    func plain() throws {
        let found = try tenants(
            [("alice", now), ("bob", now), ("carol", now), ("", now)], of: "subject,tenant\nalice,acme\nbob,globex\n")
        #expect(found == ["acme", "globex", nil, nil])
    }

    @Test("Columns may stand in any order, lines end in CRLF, and a byte order mark and empty lines are skipped")
    func columnsInAnyOrder() throws {
        let csv = "\u{FEFF}valid_to,tenant,subject,valid_from\r\n\r\n2027-01-01T00:00:00Z,acme,alice,\r\n"
        #expect(try tenants([("alice", now), ("alice", "2027-01-01T00:00:00Z")], of: csv) == ["acme", nil])
    }

    @Test("Quoted fields hold commas, quotes and line ends")
    func quoting() throws {
        let csv = "subject,tenant\n\"a,b\",\"Acme, \"\"Inc\"\"\"\n\"line\nend\",two\n\"\"\"\",three"
        let found = try tenants([("a,b", now), ("line\nend", now), ("\"", now)], of: csv)
        #expect(found == ["Acme, \"Inc\"", "two", "three"])
    }

    @Test("An interval holds its first moment and not its end")
    func halfOpen() throws {
        let csv = """
            subject,tenant,valid_from,valid_to
            s,late,2026-02-01T00:00:00Z,
            s,early,,2026-01-01T00:00:00Z
            s,middle,2026-01-01T00:00:00+00:00,2026-01-15T12:00:00.5+01:00
            """
        let moments = [
            ("1700-01-01T00:00:00Z", "early"), ("2025-12-31T23:59:59.999999999Z", "early"),
            ("2026-01-01T00:00:00Z", "middle"), ("2026-01-15T11:00:00.499999999Z", "middle"),
            ("2026-01-15T11:00:00.5Z", nil), ("2026-01-31T23:59:59Z", nil), ("2026-02-01T00:00:00Z", "late"),
            ("2262-01-01T00:00:00Z", "late"),
        ]
        #expect(try tenants(moments.map { ("s", $0.0) }, of: csv) == moments.map(\.1))
    }

    @Test("Subjects in NFC and NFD stay apart")
    func normalForms() throws {
        let found = try tenants(
            [("\u{E9}", now), ("e\u{301}", now), ("e", now)], of: "subject,tenant\n\u{E9},nfc\ne\u{301},nfd\n")
        #expect(found == ["nfc", "nfd", nil])
    }

    @Test("A subject whose escapes were undone is looked up in the unescaped text")
    func unescaped() throws {
        let table = try TenantTable(csv: Array("subject,tenant\nq,acme".utf8), file: "t")
        let rows = [(Array("zzz".utf8), Timestamp(nanoseconds: 0)), (Array("q".utf8), Timestamp(nanoseconds: 0))]
        #expect(table.attribute(batch(rows, unescaped: [1])).tenant == [AttributedBatch.unmapped, 0])
    }

    @Test("Subjects of every length are told from their beginnings and from themselves with zeros behind")
    func lengths() throws {
        var csv = "subject,tenant\n"
        for length in 1...40 { csv += String(repeating: "a", count: length) + ",t\(length)\n" }
        let table = try TenantTable(csv: Array(csv.utf8), file: "t")
        for length in 0...41 {
            let subject = [UInt8](repeating: 0x61, count: length)
            let others = [subject + [0], [0] + subject, subject + [0x62], subject.dropLast() + [0x62]]
            // The last one stands at the end of its slab; text has nothing behind it.
            let rows = ([subject] + others + [subject]).map { ($0, Timestamp(nanoseconds: 0)) }
            for unescaped: Set<Int> in [[], [0, 1, 2, 3, 4, 5]] {
                let found = table.attribute(batch(rows, unescaped: unescaped)).tenant
                let own = (1...40).contains(length) ? UInt32(length - 1) : AttributedBatch.unmapped
                #expect(found.first == own && found.last == own)
                #expect(found.dropFirst().dropLast().allSatisfy { $0 == AttributedBatch.unmapped })
            }
        }
    }

    @Test("A table of the header alone maps nobody")
    func empty() throws {
        #expect(try tenants([("alice", now)], of: "subject,tenant") == [nil])
        #expect(try tenants([("alice", now)], of: "tenant,subject,valid_to\r\n") == [nil])
    }

    @Test("Tenants are numbered in the order of their first row")
    func tenantOrder() throws {
        let table = try TenantTable(csv: Array("subject,tenant\n1,b\n2,a\n3,b\n4,c\n".utf8), file: "t")
        #expect(table.tenants == ["b", "a", "c"])
        #expect(table.subjectCount == 4)
    }

    @Test("Lookups agree with a search through all rows, for random subjects, intervals and times")
    func agreesWithOracle() throws {
        var random = SplitMix(state: 7)
        var rows: [(subject: [UInt8], tenant: String, from: Int64, to: Int64)] = []
        for number in 0..<3_000 {
            // Lengths of 1 to 40 bytes take every path of the hash and the comparison.
            let subject = Array("\(number)".utf8) + [UInt8](repeating: 0x78, count: Int(random.next() % 36))
            var moment = Int64(random.next() % 1_000)
            for _ in 0..<random.next() % 4 + 1 {
                let from = moment + Int64(random.next() % 3) * 100
                moment = from + 1 + Int64(random.next() % 500)
                rows.append((subject, "t\(random.next() % 50)", from, moment))
            }
        }
        rows.shuffle(using: &random)
        var csv = "tenant,valid_from,subject,valid_to\n"
        for row in rows {
            let from = try #require(Timestamp(seconds: row.from))
            let to = try #require(Timestamp(seconds: row.to))
            csv += "\(row.tenant),\(from),\(String(decoding: row.subject, as: UTF8.self)),\(to)\n"
        }
        let table = try TenantTable(csv: Array(csv.utf8), file: "t")
        let queries = (0..<4_000).map { _ in
            let row = rows[Int(random.next() % UInt64(rows.count))]
            let extra: [UInt8] = random.next() % 10 == 0 ? [0x21] : []
            let edge = [row.from, row.to - 1, row.to, Int64(random.next() % 3_000)][Int(random.next() % 4)]
            return (row.subject + extra, Timestamp(nanoseconds: edge * 1_000_000_000))
        }
        let found = table.attribute(batch(queries, unescaped: Set((0..<4_000).filter { $0 % 3 == 0 })))
        for (index, query) in queries.enumerated() {
            let seconds = query.1.nanoseconds / 1_000_000_000
            let expected = rows.first { $0.subject == query.0 && $0.from <= seconds && seconds < $0.to }?.tenant
            let number = found.tenant[index]
            let name = number == AttributedBatch.unmapped ? nil : table.tenants[Int(number)].description
            #expect(name == expected)
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
