public import UsageModel

/// Adds accepted events up, by meter, tenant, dimensions and window, into what the next commit adds to the usage.
///
/// State is flat: what says which cell a row belongs to is numbers, and the cells' aggregates lie in one array; what is no
/// number is noted in a log. The totals do not depend on the order of rows or on how they were cut into batches.
public struct UsageAccumulator: Sendable {
    /// One window of one series of a tenant: where its aggregates are.
    struct Cell: Sendable {
        var key: CellTable.Key
        /// Where its aggregates begin, one for each measure of the series.
        var first: Int
    }

    /// The aggregate of one meter; without events it is none.
    struct State: Sendable {
        /// The total in units; of the latest reading one more than its place in the log.
        var value: Int128
        var events: UInt64
    }

    /// What decides which windows are closed.
    struct Closing: Sendable, Hashable {
        /// Windows that end at or before it were closed by the watermark.
        var closed = Timestamp(nanoseconds: .min)
        /// Windows that end at or before it were closed for good.
        var sealed = Timestamp(nanoseconds: .min)

        @inline(__always)
        func correction(of end: Timestamp) -> Correction? {
            end <= sealed ? .sealed : end <= closed ? .late : nil
        }
    }

    /// More log entries than this make it time for a commit: some 3 MB of digests, 12 MB of readings.
    private static let maximumLog = 1 << 17
    /// More windows of series than this do so too: a delta has some 300 bytes for each.
    private static let maximumEntries = 1 << 17

    let layout: MeterLayout
    var tenants: [ByteString]
    var assigners: [WindowAssigner]
    private let identityKey: SipHash128
    var key = DimensionKey()
    /// The value of a key is where its aggregates begin in `states`; of sessions where their list is.
    var table = CellTable()
    var cells: [Cell] = []
    var states: [State] = []
    var log = StateLog()
    var sessions = SessionTable()
    var windows = WindowTable()
    /// The dimensions' values, as keys; number 0 is that of no dimensions.
    var dimensions = NameTable()
    /// Subjects without a tenant: their numbers follow those of the tenants.
    var subjects = NameTable()
    var limits = SeriesGuard()
    var closing = Closing()

    /// - Parameters:
    ///   - plan: the plan that the batches were decoded by.
    ///   - tenants: the tenant table's tenants, by the index in the batches.
    ///   - days: the days of the configured time zone.
    ///   - identityKey: the ledger's secret key, 16 bytes, for the digests of unique values.
    public init(plan: ExtractionPlan, tenants: [ByteString], days: LocalDays, identityKey: [UInt8]) {
        layout = MeterLayout(plan)
        self.tenants = tenants
        self.identityKey = SipHash128(key: identityKey)
        assigners = layout.windows.map { WindowAssigner($0, days: days) }
        reset()
    }

    /// How many windows of series there are, each with at most as many entries as meters share it.
    public var entryCount: Int { cells.count + sessions.lists.count }

    /// Whether it holds so much that it is time for a commit.
    public var isFull: Bool {
        log.count >= UsageAccumulator.maximumLog || entryCount >= UsageAccumulator.maximumEntries
    }

    /// Bytes of memory that the next delta needs at present.
    public var estimatedBytes: Int {
        table.estimatedBytes + dimensions.estimatedBytes + subjects.estimatedBytes + log.estimatedBytes
            + cells.count * MemoryLayout<Cell>.stride + states.count * MemoryLayout<State>.stride
    }

    /// Goes on with another tenant table. All that was added must be drained.
    public mutating func use(tenants: [ByteString]) {
        precondition(entryCount == 0, "the numbers of tenants are those of one table")
        self.tenants = tenants
    }

    /// Adds the accepted rows of a batch.
    ///
    /// An event that a meter's filter does not pass, or that has no value for it, is not counted in that meter.
    /// - Parameters:
    ///   - closed: windows that end at or before it were closed by the watermark; it changes only between deltas.
    ///   - sealed: windows that end at or before it were closed for good, whatever the watermark says.
    /// - Throws: ``WindowingError/overflow(meter:tenant:window:)``. The rows before it are added then, so stop and drop it.
    public mutating func add(
        _ batch: AttributedBatch, _ admission: Admission, closed: Timestamp? = nil, sealed: Timestamp? = nil
    ) throws(WindowingError) {
        let events = batch.events
        precondition(admission.outcomes.count == events.count, "the admission of this batch")
        let closing = Closing(
            closed: closed ?? Timestamp(nanoseconds: .min), sealed: sealed ?? Timestamp(nanoseconds: .min))
        precondition(closing == self.closing || entryCount == 0, "windows close between deltas")
        self.closing = closing
        let mark = layout.needsReadings ? batch.events.records.partition.mark : 0
        for row in 0..<admission.outcomes.count {
            let type = events.type[row]
            if admission.outcomes[row] != .accepted || type == EventBatch.noType { continue }
            for number in layout.types[Int(type)] {
                try add(row, of: batch, toSeries: number, mark)
            }
        }
    }

    @inline(__always)
    private mutating func add(
        _ row: Int, of batch: AttributedBatch, toSeries number: Int, _ mark: UInt64
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
            } else if measure.field >= 0, batch.events.fields[firstField + measure.field].kind == .absent {
                continue
            }
            if !measure.conditions.isEmpty, !layout.passes(measure, batch.events, firstField: firstField) { continue }
            if first < 0 { first = try locate(row, of: batch, inSeries: number) }
            let state = first + index - series.measures.lowerBound
            if measure.isLogged {
                note(value, of: row, in: batch.events, measure, mark, state)
            } else if !states[state].add(value, measure.aggregation) {
                throw overflow(measure, row, of: batch, series)
            }
        }
    }

    /// Notes what an event says that is no number to be added.
    private mutating func note(
        _ value: Int128, of row: Int, in events: EventBatch, _ measure: MeterLayout.Measure, _ mark: UInt64,
        _ state: Int
    ) {
        states[state].events += 1
        if measure.aggregation == .unique {
            let slice = events.fields[Int(events.firstField[row]) + measure.field].slice
            let source = unsafe slice.isUnescaped ? events.text.span.bytes : events.records.bytes.span.bytes
            var hash = identityKey
            hash.write(source.extracting(slice.offset..<slice.offset + slice.length))
            log.append(hash.finalize(), to: state)
            return
        }
        let sample = Sample(
            time: events.time[row], partition: mark,
            position: events.records.position(ofRecord: Int(events.record[row])), value: Quantity(units: value))
        let place = Int(states[state].value) - 1
        if measure.aggregation != .latest || place < 0 {
            states[state].value = Int128(log.append(sample, to: state) + 1)
        } else if log.readings[place].sample < sample {
            log.replace(place, by: sample)
        }
    }

    private func overflow(
        _ measure: MeterLayout.Measure, _ row: Int, of batch: AttributedBatch, _ series: MeterLayout.Series
    ) -> WindowingError {
        let time = batch.events.time[row]
        let index = batch.tenant[row]
        let tenant =
            index == AttributedBatch.unmapped
            ? UsageAccumulator.unmappedTenant(batch.events.bytes(of: batch.events.subject[row])) : tenants[Int(index)]
        var window = Window(start: time, end: time)
        if series.window >= 0 {
            var assigner = assigners[series.window]
            window = assigner.window(containing: time)
        }
        return .overflow(meter: layout.meters[measure.meter].name, tenant: tenant, window: window)
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
        sessions.removeAll()
        key.begin()
        _ = key.number(in: &dimensions)
        cells.removeAll(keepingCapacity: true)
        states.removeAll(keepingCapacity: true)
        limits.forget(upTo: max(closing.closed, closing.sealed))
    }
}

extension UsageAccumulator.State {
    /// Adds one event; `false` when the total does not fit.
    @inline(__always)
    mutating func add(_ value: Int128, _ aggregation: Meter.Aggregation) -> Bool {
        switch aggregation {
        case .min: self.value = Swift.min(self.value, value)
        case .max: self.value = Swift.max(self.value, value)
        case .count: break
        default:
            let (sum, overflow) = self.value.addingReportingOverflow(value)
            if overflow { return false }
            self.value = sum
        }
        // 64 bits of events cannot be reached one at a time.
        events += 1
        return true
    }
}

extension Meter.Aggregation {
    /// What changes nothing.
    var neutral: Int128 {
        switch self {
        case .min: Int128.max
        case .max: Int128.min
        default: 0
        }
    }
}
