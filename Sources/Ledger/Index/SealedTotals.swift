import GRDB
import UsageModel

/// Adds the usage of a period up: what a seal freezes.
struct SealedTotals {
    /// A series while its windows are added up, in their order.
    fileprivate struct Open {
        var tenant: ByteString
        var dimensions: [ByteString?]
        var key: [UInt8]
        var window: Window?
        var events: UInt64 = 0
        /// Of what is a number, or has a latest.
        var total: Aggregate?
        var digests: [Digest128] = []
        var growth: Quantity? = .zero
        var lastReading: Sample?
        var gauge: GaugeFold
        var integral = TimeIntegral()
    }

    private let db: Database
    private let after: Timestamp?
    private let before: Timestamp
    private var totals = UsageDelta(meters: [], entries: [])

    /// The total of each series over the windows that end after `after` and at or before `before`.
    ///
    /// Each is exact, and its window goes from the first of these windows to the last. O(rows of the period · log), of
    /// readings all rows before too.
    static func totals(after: Timestamp?, upTo before: Timestamp, in db: Database) throws -> UsageDelta {
        var sum = SealedTotals(db: db, after: after, before: before)
        for version in try LedgerIndex.meterVersions(of: nil, in: db) { try sum.add(version) }
        return sum.totals
    }

    private init(db: Database, after: Timestamp?, before: Timestamp) {
        self.db = db
        self.after = after
        self.before = before
    }

    private mutating func add(_ version: MeterVersion) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT window_start, window_end, tenant, s.dimensions, series, high, low, events
                FROM usage u JOIN series s ON s.id = u.series
                WHERE u.meter = ? AND window_end <= ? AND (? IS NULL OR window_end > ?)
                ORDER BY tenant, s.dimensions, window_start, window_end
                """,
            arguments: [
                version.id, before.nanoseconds, after?.nanoseconds,
                version.header.aggregation.isOfSamples ? Int64.min : after?.nanoseconds,
            ])
        var open: Open?
        var isNamed = false
        while let row = try rows.next() {
            let (tenant, dimensions) = (try row.bytes("tenant"), try row.bytes("dimensions"))
            let key = tenant + [0, 0] + dimensions
            if open?.key != key {
                try close(open, version, &isNamed)
                guard let values = SeriesKey.decode(dimensions) else {
                    throw LedgerError.index("a series' dimensions are broken")
                }
                open = Open(
                    tenant: ByteString(tenant), dimensions: values, key: key,
                    gauge: GaugeFold(hold: version.header.hold))
            }
            try add(row, of: version.header, to: &open)
        }
        try close(open, version, &isNamed)
    }

    private func add(_ row: Row, of meter: UsageDelta.MeterHeader, to open: inout Open?) throws {
        guard var series = open.take() else { return }
        let window = Window(start: try row.time("window_start"), end: try row.time("window_end"))
        let isBefore = after.map { window.end <= $0 } ?? false
        let stored = try Aggregate(
            meter.aggregation, high: row.value("high"), low: row.value("low"), events: row.value("events"))
        let state =
            stored.aggregation == meter.aggregation
            ? stored : try StateTable(db).state(of: row.value("series"), in: window, meter.aggregation) ?? stored
        do throws(AggregateError) {
            try series.take(state, in: window, isBefore: isBefore, from: after, to: before)
        } catch {
            throw LedgerError.overflow(meter: meter.name, tenant: series.tenant, window: window)
        }
        open = series
    }

    private mutating func close(_ open: Open?, _ version: MeterVersion, _ isNamed: inout Bool) throws {
        guard let open else { return }
        var window = open.window
        if window == nil, open.holdsThrough(after, before) {
            window = Window(start: after ?? Timestamp(nanoseconds: .min), end: before)
        }
        guard let window else { return }
        if !isNamed { totals.meters.append(version.header) }
        isNamed = true
        guard let aggregate = open.aggregate(of: version.header, until: before, from: after) else {
            throw LedgerError.overflow(meter: version.header.name, tenant: open.tenant, window: window)
        }
        totals.entries.append(
            UsageDelta.Entry(
                meter: UInt32(totals.meters.count - 1), tenant: open.tenant, dimensions: open.dimensions,
                window: window,
                aggregate: aggregate))
    }
}

extension SealedTotals.Open {
    fileprivate mutating func take(
        _ state: Aggregate, in window: Window, isBefore: Bool, from: Timestamp?, to: Timestamp
    ) throws(AggregateError) {
        switch state {
        case .increase(let samples):
            if !isBefore { growth = SampleFold.growth(of: samples, after: lastReading).flatMap { growth?.adding($0) } }
            lastReading = samples.last ?? lastReading
        case .timeWeighted(let samples):
            var integral = integral
            gauge.take(samples, in: window) { value, start, end in
                integral.add(value, from: max(start, from ?? start), to: min(end, to))
            }
            self.integral = integral
        case .unique(let more, _):
            digests += more
        case .latest(let sample, _):
            total = .latest(sample, events: 0)
        default:
            total = try total?.merged(with: state) ?? state
        }
        if isBefore { return }
        let (sum, overflow) = events.addingReportingOverflow(state.events)
        if overflow { throw .overflow }
        events = sum
        self.window = Window(
            start: self.window?.start ?? window.start, end: max(self.window?.end ?? window.end, window.end))
    }

    /// Whether a gauge's value held in a period without a reading of its own.
    fileprivate func holdsThrough(_ after: Timestamp?, _ before: Timestamp) -> Bool {
        var holds = integral != TimeIntegral()
        gauge.finish(until: before) { _, start, end in
            if max(start, after ?? start) < end { holds = true }
        }
        return holds
    }

    /// What all of it came to; `nil` where it does not fit.
    fileprivate func aggregate(
        of meter: UsageDelta.MeterHeader, until before: Timestamp, from: Timestamp?
    ) -> Aggregate? {
        let value: Quantity?
        switch meter.aggregation {
        case .count, .sum, .min, .max: return total
        case .avg, .latest: value = total?.value(dividedBy: meter.divisor)
        case .unique: value = Quantity(events: UInt64(Set(digests).count))
        case .increase: value = growth?.divided(by: meter.divisor)
        case .timeWeighted:
            var whole = integral
            gauge.finish(until: before) { value, start, end in
                whole.add(value, from: max(start, from ?? start), to: end)
            }
            value = whole.hours(dividedBy: meter.divisor)
        }
        return value.map { .total(meter.aggregation, $0, events: events) }
    }
}

extension UsageDelta {
    /// Whether it has the same entries as another, whatever the order of the meters.
    func isSame(as other: UsageDelta) -> Bool {
        func byMeter(_ delta: UsageDelta) -> [MeterHeader: [Entry]] {
            var entries: [MeterHeader: [Entry]] = [:]
            for var entry in delta.entries {
                let meter = delta.meters[Int(entry.meter)]
                entry.meter = 0
                entries[meter, default: []].append(entry)
            }
            return entries
        }
        return byMeter(self) == byMeter(other)
    }
}

extension LedgerIndex {
    /// A seal of the windows up to a moment, as of the last frame that the index holds.
    func seal(before: Timestamp) throws(LedgerError) -> Seal {
        try read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT applied_seq, sealed_before FROM meta") else {
                throw LedgerError.index("it is empty")
            }
            let after = try row.timeIfPresent("sealed_before")
            return Seal(
                before: before, after: after, asOf: try row.unsigned("applied_seq"),
                totals: try SealedTotals.totals(after: after, upTo: before, in: db))
        }
    }
}
