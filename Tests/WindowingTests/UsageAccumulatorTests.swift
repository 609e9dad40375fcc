import Testing
import UsageModel
import Windowing

@Suite struct UsageAccumulatorTests {
    static let hour: Int64 = 3_600_000_000_000
    static let hours = WindowSpecification.tumbling(size: hour)

    private func pointer(_ text: String) throws -> JSONPointer { try #require(JSONPointer(text)) }

    private func meter(
        _ aggregation: Meter.Aggregation, groupBy: [String] = [], filter: [Meter.Match]? = nil, name: String = "m"
    ) throws -> Meter {
        Meter(
            name: name, eventType: "t", aggregation: aggregation,
            value: aggregation == .count ? nil : ValueExpression(try pointer("/v")),
            groupBy: try groupBy.map { try pointer($0) },
            filter: try filter.map { [Meter.Condition(field: try pointer("/f"), anyOf: $0)] } ?? [],
            window: Self.hours)
    }

    /// Adds rows as one batch, all of them accepted.
    private func delta(
        _ meters: [Meter], _ rows: [UsageRow], closed: Int64? = nil, sealed: Int64? = nil
    ) throws -> UsageDelta {
        var accumulator = UsageAccumulator(
            plan: ExtractionPlan(meters: meters), tenants: ["beta", "alpha"], days: LocalDays())
        var rows = rows
        for index in rows.indices { rows[index].identity = Digest128(high: UInt64(index), low: 1) }
        var deduplicator = Deduplicator()
        let batch = AttributedBatch(rows)
        try accumulator.add(
            batch, deduplicator.admit(batch), closed: closed.map { Timestamp(nanoseconds: $0) },
            sealed: sealed.map { Timestamp(nanoseconds: $0) })
        return accumulator.drain()
    }

    @Test("Ten million events of 0.000001 are exactly 10, and 0.1 + 0.2 is 0.3")
    func exact() throws {
        let value = Quantity("0.000001")
        let plan = ExtractionPlan(meters: [try meter(.sum)])
        var accumulator = UsageAccumulator(plan: plan, tenants: ["a"], days: LocalDays())
        let batch = AttributedBatch([UsageRow](repeating: UsageRow(values: [value]), count: 10_000))
        let admission = accepted(10_000)
        for _ in 0..<1_000 {
            try accumulator.add(batch, admission)
        }
        let total = accumulator.drain().entries.map(\.aggregate)
        #expect(total == [.sum(Quantity(whole: 10), events: 10_000_000)])
        let three = try delta([try meter(.sum)], ["0.1", "0.2"].map { UsageRow(values: [Quantity($0)]) })
        #expect(three.entries.first?.aggregate.value(dividedBy: .one)?.description == "0.3")
    }

    /// An admission of rows that are all accepted.
    private func accepted(_ count: Int) -> Admission {
        var deduplicator = Deduplicator()
        return deduplicator.admit(
            AttributedBatch((0..<count).map { UsageRow(identity: Digest128(high: UInt64($0), low: 0)) }))
    }

    @Test("A total that does not fit is an error that names meter, tenant and window")
    func overflow() throws {
        let most = Quantity(units: Int128.max)
        let rows = [UsageRow(time: 5, values: [most]), UsageRow(time: 6, tenant: nil, values: [most])]
        #expect(try delta([try meter(.sum)], rows).entries.count == 2)
        let window = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: Self.hour))
        let one = UsageRow(time: 7, values: [Quantity(units: 1)])
        #expect(throws: WindowingError.overflow(meter: "m", tenant: "beta", window: window)) {
            try delta([try meter(.sum)], rows + [one])
        }
        var unmapped = one
        unmapped.tenant = nil
        #expect(throws: WindowingError.overflow(meter: "m", tenant: "unmapped:s", window: window)) {
            try delta([try meter(.sum)], rows + [unmapped])
        }
        #expect(try delta([try meter(.min)], rows + [one]).entries.first?.aggregate.value(dividedBy: .one)?.units == 1)
    }

    struct FilterCase: Sendable {
        var match: Meter.Match
        var passes: [UsageRow.Value]
        var fails: [UsageRow.Value]
    }

    static let filterCases = [
        FilterCase(
            match: .number(Quantity(whole: 200)),
            passes: [.number("200"), .number("200.0"), .number("2e2"), .number("2.00E+2"), .number("20000e-2")],
            fails: [
                .string("200"), .number("2000"), .number("20"), .number("-200"), .number("200.000000000001"),
                .number("1e90"), .absent, .bool(true), .composite("[200]"),
            ]),
        FilterCase(match: .number(.zero), passes: [.number("0"), .number("-0"), .number("0e9")], fails: [.absent]),
        FilterCase(
            match: .string("caf\u{E9}"), passes: [.string("caf\u{E9}")],
            fails: [.string("cafe\u{301}"), .string("Caf\u{E9}"), .string(""), .absent]),
        FilterCase(match: .string(""), passes: [.string("")], fails: [.absent, .composite("{}")]),
        FilterCase(
            match: .bool(true), passes: [.bool(true)], fails: [.bool(false), .string("true"), .number("1"), .absent]),
        FilterCase(match: .null, passes: [.absent], fails: [.string(""), .bool(false), .number("0"), .string("null")]),
        FilterCase(
            match: .number(Quantity(whole: 200)), passes: [.text("200"), .text("200.0"), .text("2e2")],
            fails: [.text("0200"), .text("20"), .text("+200"), .text("200 "), .text("x"), .text("1e90")]),
        FilterCase(match: .string("200"), passes: [.text("200")], fails: [.text("200.0"), .text("0200")]),
        FilterCase(match: .bool(true), passes: [.text("true")], fails: [.text("True"), .text("1")]),
        FilterCase(match: .null, passes: [], fails: [.text("null"), .text("x")]),
    ]

    @Test(
        "A filter compares as JSON does: numbers by value, text by bytes, kinds mixed only where a format has none",
        arguments: filterCases)
    func filter(_ example: FilterCase) throws {
        let meter = try meter(.count, filter: [.string("never"), example.match])
        for value in example.passes {
            #expect(try delta([meter], [UsageRow(fields: [value])]).entries.count == 1, "\(value)")
        }
        for value in example.fails {
            #expect(try delta([meter], [UsageRow(fields: [value])]) == UsageDelta(meters: [], entries: []), "\(value)")
        }
        let nothing = try self.meter(.count, filter: [])
        #expect(try delta([nothing], [UsageRow(fields: [.absent])]).entries.isEmpty)
    }

    @Test("An absent dimension is not the empty text, and dimensions show values as they were written")
    func dimensions() throws {
        let values: [UsageRow.Value] = [
            .string(""), .absent, .number("1.0"), .string("1.0"), .bool(true), .composite("[1]"), .string("e\u{301}"),
            .string("\u{E9}"),
        ]
        let found = try delta([try meter(.count, groupBy: ["/d"])], values.map { UsageRow(fields: [$0]) })
        let shown = found.entries.map { $0.dimensions[0] }
        #expect(shown == [nil, "", "1.0", "[1]", "e\u{301}", "true", "\u{E9}"])
        #expect(found.entries.map(\.aggregate.events) == [1, 1, 2, 1, 1, 1, 1])
        #expect(found.meters.map(\.dimensions) == [["/d"]])
    }

    @Test("Parts of a key never run into each other")
    func keyParts() throws {
        let texts = ["", "a", "aa", "a\0", "\0"]
        var rows: [UsageRow] = []
        for subject in texts {
            for first in texts {
                for second in texts {
                    rows.append(
                        UsageRow(
                            subject: Array(subject.utf8), tenant: nil, fields: [.string(first), .string(second)]))
                }
            }
        }
        let found = try delta([try meter(.count, groupBy: ["/a", "/b"])], rows)
        #expect(found.entries.count == 125)
        #expect(found.entries.allSatisfy { $0.aggregate.events == 1 })
    }

    @Test("An event without a value is not counted in the meter that needs it")
    func absentValue() throws {
        let meters = [try meter(.sum, name: "s"), try meter(.count, name: "c"), try meter(.max, name: "x")]
        let found = try delta(meters, [UsageRow(values: [nil])])
        #expect(found.meters.map(\.name) == ["c"])
        #expect(found.entries.map(\.meter) == [0])
    }

    @Test("A window that was closed or sealed gets a correction that says which")
    func corrections() throws {
        let rows = [UsageRow(time: 1), UsageRow(time: Self.hour)]
        let count = try meter(.count)
        func corrections(_ closed: Int64?, _ sealed: Int64? = nil) throws -> [Correction?] {
            try delta([count], rows, closed: closed, sealed: sealed).entries.map(\.correction)
        }
        #expect(try corrections(nil) == [nil, nil])
        #expect(try corrections(Self.hour - 1) == [nil, nil])
        #expect(try corrections(Self.hour) == [.late, nil])
        #expect(try corrections(2 * Self.hour) == [.late, .late])
        #expect(try corrections(2 * Self.hour, Self.hour) == [.sealed, .late])
        #expect(try corrections(nil, Self.hour) == [.sealed, nil])
    }

    @Test("Draining begins anew, and events of a type that no meter wants are left out")
    func draining() throws {
        var accumulator = UsageAccumulator(
            plan: ExtractionPlan(meters: [try meter(.count)]), tenants: ["a"], days: LocalDays())
        let batch = AttributedBatch([UsageRow(), UsageRow(type: EventBatch.noType)])
        for _ in 0..<2 {
            try accumulator.add(batch, accepted(2))
            #expect(accumulator.entryCount == 1)
            #expect(accumulator.drain().entries.map(\.aggregate) == [.count(events: 1)])
            #expect(accumulator.entryCount == 0)
        }
        #expect(accumulator.drain() == UsageDelta(meters: [], entries: []))
    }
}
