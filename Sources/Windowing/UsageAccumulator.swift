public import UsageModel

/// Adds accepted events up, by meter, tenant, dimensions and window, into what the next commit adds to the usage.
///
/// State is flat: what says which cell a row belongs to is numbers, and the cells' aggregates lie in one array. The totals do
/// not depend on the order of rows or on how they were cut into batches.
public struct UsageAccumulator: Sendable {
    /// One window of one series of a tenant: where its aggregates are.
    struct Cell: Sendable {
        var key: CellTable.Key
        /// Where its aggregates begin, one for each measure of the series.
        var first: Int
    }

    /// The aggregate of one meter; without events it is none.
    struct State: Sendable {
        var value: Int128
        var events: UInt64
    }

    let layout: MeterLayout
    let tenants: [ByteString]
    private var assigners: [WindowAssigner]
    private var key = DimensionKey()
    /// The value of a key is where its aggregates begin in `states`.
    private var table = CellTable()
    private(set) var cells: [Cell] = []
    private(set) var states: [State] = []
    private(set) var windows = WindowTable()
    /// The dimensions' values, as keys; number 0 is that of no dimensions.
    private(set) var dimensions = NameTable()
    /// Subjects without a tenant: their numbers follow those of the tenants.
    private(set) var subjects = NameTable()

    /// - Parameters:
    ///   - plan: the plan that the batches were decoded by.
    ///   - tenants: the tenant table's tenants, by the index in the batches.
    ///   - days: the days of the configured time zone.
    public init(plan: ExtractionPlan, tenants: [ByteString], days: LocalDays) {
        layout = MeterLayout(plan)
        self.tenants = tenants
        assigners = layout.windows.map { WindowAssigner($0, days: days) }
        _ = dimensions.number(of: key)
    }

    /// How many windows of series there are, each with at most as many entries as meters share it.
    public var entryCount: Int { cells.count }

    /// Bytes of memory that the next delta needs at present.
    public var estimatedBytes: Int {
        table.estimatedBytes + dimensions.estimatedBytes + subjects.estimatedBytes
            + cells.count * MemoryLayout<Cell>.stride + states.count * MemoryLayout<State>.stride
    }

    /// Adds the accepted rows of a batch.
    ///
    /// An event that a meter's filter does not pass, or that has no value for it, is not counted in that meter.
    /// - Parameters:
    ///   - watermark: the one of the last commit: a window whose end and lateness it has passed gets a correction.
    ///   - lateness: how long after their end windows stay open, in nanoseconds.
    ///   - sealed: windows that end at or before it were closed for good, whatever the watermark and the lateness say.
    /// - Throws: ``WindowingError/overflow(meter:tenant:window:)``. The rows before it are added then, so stop and drop it.
    public mutating func add(
        _ batch: AttributedBatch, _ admission: Admission, watermark: Timestamp?, lateness: Int64,
        sealed: Timestamp? = nil
    ) throws(WindowingError) {
        let events = batch.events
        precondition(admission.outcomes.count == events.count, "the admission of this batch")
        precondition(lateness >= 0, "lateness is not negative")
        let closed = max(UsageAccumulator.closedEnd(watermark, lateness), sealed ?? Timestamp(nanoseconds: Int64.min))
        for row in 0..<admission.outcomes.count {
            let type = events.type[row]
            if admission.outcomes[row] != .accepted || type == EventBatch.noType { continue }
            for number in layout.types[Int(type)] {
                try add(row, of: batch, toSeries: number, closed: closed)
            }
        }
    }

    /// Windows with an end up to this are closed.
    private static func closedEnd(_ watermark: Timestamp?, _ lateness: Int64) -> Timestamp {
        guard let watermark else { return Timestamp(nanoseconds: Int64.min) }
        let (end, overflow) = watermark.nanoseconds.subtractingReportingOverflow(lateness)
        return Timestamp(nanoseconds: overflow ? Int64.min : end)
    }

    @inline(__always)
    private mutating func add(
        _ row: Int, of batch: AttributedBatch, toSeries number: Int, closed: Timestamp
    ) throws(WindowingError) {
        let series = layout.series[number]
        let firstField = Int(batch.events.firstField[row])
        let firstValue = Int(batch.events.firstValue[row])
        var first = -1
        for index in series.measures {
            let measure = layout.measures[index]
            var value: Int128 = 0
            if measure.value >= 0 {
                guard let quantity = batch.events.values[firstValue + measure.value] else { continue }
                value = quantity.units
            }
            if !measure.conditions.isEmpty, !layout.passes(measure, batch.events, firstField: firstField) { continue }
            if first < 0 { first = locate(row, of: batch, inSeries: number, closed: closed) }
            if !states[first + index - series.measures.lowerBound].add(value, measure.aggregation) {
                throw overflow(measure, row, of: batch, window: assigners[series.window])
            }
        }
    }

    /// Where the aggregates of the row's key in a series begin, made if they are not there.
    @inline(__always)
    private mutating func locate(
        _ row: Int, of batch: AttributedBatch, inSeries number: Int, closed: Timestamp
    ) -> Int {
        let series = layout.series[number]
        let window = assigners[series.window].window(containing: batch.events.time[row])
        let cell = CellTable.Key(
            tenant: tenant(of: row, of: batch), dimensions: dimensions(of: row, of: batch.events, series),
            window: windows.number(
                of: WindowTable.Entry(series: number, window: window, isCorrection: window.end <= closed)))
        let first = Int(table.value(of: cell, orAdd: UInt32(truncatingIfNeeded: states.count)))
        if first == states.count {
            cells.append(Cell(key: cell, first: first))
            for index in series.measures {
                states.append(State(value: layout.measures[index].aggregation.neutral, events: 0))
            }
        }
        return first
    }

    @inline(__always)
    private mutating func tenant(of row: Int, of batch: AttributedBatch) -> UInt32 {
        let tenant = batch.tenant[row]
        if tenant != AttributedBatch.unmapped { return tenant }
        let slice = batch.events.subject[row]
        let source = unsafe slice.isUnescaped ? batch.events.text.span.bytes : batch.events.records.bytes.span.bytes
        let subject = source.extracting(slice.offset..<slice.offset + slice.length)
        return UInt32(truncatingIfNeeded: tenants.count) + subjects.number(of: subject)
    }

    @inline(__always)
    private mutating func dimensions(of row: Int, of events: EventBatch, _ series: MeterLayout.Series) -> UInt32 {
        if series.dimensions.isEmpty { return 0 }
        key.begin()
        let firstField = Int(events.firstField[row])
        for index in series.dimensions {
            let field = events.fields[firstField + layout.dimensions[index]]
            if field.kind == .absent { key.appendAbsent() } else { append(field.slice, of: events) }
        }
        return dimensions.number(of: key)
    }

    @inline(__always)
    private mutating func append(_ slice: ByteSlice, of events: EventBatch) {
        let source = unsafe slice.isUnescaped ? events.text.span.bytes : events.records.bytes.span.bytes
        key.append(source.extracting(slice.offset..<slice.offset + slice.length))
    }

    private func overflow(
        _ measure: MeterLayout.Measure, _ row: Int, of batch: AttributedBatch, window assigner: WindowAssigner
    ) -> WindowingError {
        var assigner = assigner
        let index = batch.tenant[row]
        let tenant =
            index == AttributedBatch.unmapped
            ? UsageAccumulator.unmappedTenant(batch.events.bytes(of: batch.events.subject[row])) : tenants[Int(index)]
        return .overflow(
            meter: layout.meters[measure.meter].name, tenant: tenant,
            window: assigner.window(containing: batch.events.time[row]))
    }

    /// The tenant of a subject that has none.
    static func unmappedTenant(_ subject: some Sequence<UInt8>) -> ByteString {
        ByteString(Array("unmapped:".utf8) + subject)
    }

    /// Forgets all totals and keeps the memory.
    mutating func reset() {
        table.removeAll()
        windows.removeAll()
        dimensions.removeAll()
        subjects.removeAll()
        key.begin()
        _ = dimensions.number(of: key)
        cells.removeAll(keepingCapacity: true)
        states.removeAll(keepingCapacity: true)
    }
}

extension UsageAccumulator.State {
    /// Adds one event; `false` when the total does not fit.
    @inline(__always)
    mutating func add(_ value: Int128, _ aggregation: Meter.Aggregation) -> Bool {
        switch aggregation {
        case .count: break
        case .sum:
            let (sum, overflow) = self.value.addingReportingOverflow(value)
            if overflow { return false }
            self.value = sum
        case .min: self.value = Swift.min(self.value, value)
        case .max: self.value = Swift.max(self.value, value)
        }
        // 64 bits of events cannot be reached one at a time.
        events += 1
        return true
    }
}

extension Meter.Aggregation {
    /// What changes nothing.
    fileprivate var neutral: Int128 {
        switch self {
        case .count, .sum: 0
        case .min: Int128.max
        case .max: Int128.min
        }
    }
}
