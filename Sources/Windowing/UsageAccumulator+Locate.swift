public import UsageModel

// Which cell a row belongs to.
extension UsageAccumulator {
    /// A meter came to its limit of series in a window: what comes for others goes into one series from there on.
    public struct LimitNotice: Sendable, Hashable {
        public var meters: [String]
        public var window: Window
        public var limit: Int
    }

    /// The windows whose limits were come to since the last time, each once.
    public mutating func takeLimitNotices() -> [LimitNotice] {
        limits.takeNotices().map { series, window in
            LimitNotice(
                meters: layout.series[series].measures.map { layout.meters[layout.measures[$0].meter].name },
                window: window, limit: layout.series[series].limit)
        }
    }

    /// Tells of a series that the ledger has in a window that is still open, so that it counts towards the limit.
    public mutating func expect(meter: String, tenant: ByteString, dimensions: [ByteString?], in window: Window) {
        let found = layout.series.firstIndex { series in
            series.gap == 0 && series.measures.contains { layout.meters[layout.measures[$0].meter].name == meter }
        }
        guard let number = found, dimensions.count == layout.series[number].dimensions.count else { return }
        // The series of what was beyond the limit does not count towards it.
        let grouped = dimensions.prefix(layout.series[number].groupCount)
        if tenant == Self.unmappedTenant(Meter.overflow.bytes) { return }
        if !grouped.isEmpty, grouped.allSatisfy({ $0 == Meter.overflow }) { return }
        key.begin()
        for value in dimensions {
            guard let value else {
                key.appendAbsent()
                continue
            }
            key.append(unsafe value.bytes.span.bytes)
        }
        _ = isAdmitted(tenant, key.number(in: &self.dimensions), inSeries: number, window)
    }

    /// Where the aggregates of the row's key in a series begin, made if they are not there.
    @inline(__always)
    mutating func locate(
        _ row: Int, of batch: AttributedBatch, inSeries number: Int
    ) throws(WindowingError) -> Int {
        let series = layout.series[number]
        let tenant = tenant(of: row, of: batch)
        let dimensions = dimensions(of: row, of: batch.events, series)
        if series.gap > 0 {
            return try session(at: batch.events.time[row], tenant, dimensions, inSeries: number)
        }
        let time = batch.events.time[row]
        let window = windows.last(ofSeries: number, at: time) ?? window(at: time, inSeries: number)
        let cell = CellTable.Key(tenant: tenant, dimensions: dimensions, window: window)
        let first = Int(table.value(of: cell, orAdd: UInt32(truncatingIfNeeded: states.count)))
        return first == states.count ? begin(cell, inSeries: number) : first
    }

    /// The number of the window of a series that holds a moment.
    @inline(never)
    private mutating func window(at time: Timestamp, inSeries number: Int) -> UInt32 {
        let window = assigners[layout.series[number].window].window(containing: time)
        return windows.number(
            of: WindowTable.Entry(series: number, window: window, correction: closing.correction(of: window.end)))
    }

    /// Makes the aggregates of a key that was just entered, unless it is beyond the limit.
    @inline(never)
    private mutating func begin(_ cell: CellTable.Key, inSeries number: Int) -> Int {
        var cell = cell
        let window = windows.entries[Int(cell.window)].window
        if !isAdmitted(cell, inSeries: number, window) {
            let own = cell
            cell = overflowKey(of: cell, inSeries: number)
            let first = Int(table.value(of: cell, orAdd: UInt32(truncatingIfNeeded: states.count)))
            table.replace(own, by: UInt32(truncatingIfNeeded: first))
            if first < states.count { return first }
        }
        cells.append(Cell(key: cell, first: states.count))
        return appendStates(inSeries: number)
    }

    private mutating func appendStates(inSeries number: Int) -> Int {
        let first = states.count
        for index in layout.series[number].measures {
            states.append(State(value: layout.measures[index].aggregation.neutral, events: 0))
        }
        return first
    }

    private mutating func session(
        at time: Timestamp, _ tenant: UInt32, _ dimensions: UInt32, inSeries number: Int
    ) throws(WindowingError) -> Int {
        let gap = layout.series[number].gap
        let anchor = windows.number(
            of: WindowTable.Entry(series: number, window: WindowGrid.allOfTime, correction: nil))
        var key = CellTable.Key(tenant: tenant, dimensions: dimensions, window: anchor)
        var list = Int(table.value(of: key, orAdd: UInt32(truncatingIfNeeded: sessions.lists.count)))
        if list == sessions.lists.count {
            if !isAdmitted(key, inSeries: number, WindowGrid.allOfTime) {
                let own = key
                key = overflowKey(of: key, inSeries: number)
                list = Int(table.value(of: key, orAdd: UInt32(truncatingIfNeeded: sessions.lists.count)))
                table.replace(own, by: UInt32(truncatingIfNeeded: list))
            }
            if list == sessions.lists.count { sessions.addList(key, series: number) }
        }
        let (state, other) = sessions.take(time.nanoseconds, in: list, gap: gap, next: states.count)
        if state == states.count { return appendStates(inSeries: number) }
        if other >= 0, let measure = join(other, to: state, inSeries: number) {
            throw .overflow(
                meter: layout.meters[layout.measures[measure].meter].name, tenant: name(ofTenant: tenant),
                window: Window(start: time, end: time))
        }
        return state
    }

    /// It changes nothing, but a plain method would be called on a copy of all of it.
    private mutating func name(ofTenant number: UInt32) -> ByteString {
        let subject = Int(number) - tenants.count
        return subject < 0 ? tenants[Int(number)] : UsageAccumulator.unmappedTenant(subjects[subject])
    }

    /// Adds the aggregates of one session to those of another.
    /// - Returns: the measure whose total does not fit its number.
    private mutating func join(_ other: Int, to first: Int, inSeries number: Int) -> Int? {
        let measures = layout.series[number].measures
        for index in measures {
            let place = index - measures.lowerBound
            let added = states[other + place]
            states[other + place].events = 0
            if added.events == 0 { continue }
            guard states[first + place].join(added, layout.measures[index].aggregation, log) else { return index }
        }
        return nil
    }

    private mutating func isAdmitted(_ cell: CellTable.Key, inSeries number: Int, _ window: Window) -> Bool {
        isAdmitted(name(ofTenant: cell.tenant), cell.dimensions, inSeries: number, window)
    }

    private mutating func isAdmitted(
        _ tenant: ByteString, _ dimensions: UInt32, inSeries number: Int, _ window: Window
    ) -> Bool {
        let key = Array(self.dimensions[Int(dimensions)])
        return limits.admits(
            tenant: unsafe tenant.bytes.span.bytes, dimensions: unsafe key.span.bytes, of: number, in: window,
            limit: layout.series[number].limit)
    }

    /// The key of the series that takes what is beyond the limit: the tenant's own, one for all that have none.
    private mutating func overflowKey(of cell: CellTable.Key, inSeries number: Int) -> CellTable.Key {
        var cell = cell
        let overflow = Meter.overflow.bytes
        if cell.tenant >= tenants.count, layout.series[number].groupCount == layout.series[number].dimensions.count {
            cell.tenant = UInt32(tenants.count) + subjects.number(of: unsafe overflow.span.bytes)
        }
        // What tells counters and gauges apart stays: readings of several make no sense together.
        let values = UsageAccumulator.values(of: dimensions[Int(cell.dimensions)])
        key.begin()
        for (place, value) in values.enumerated() {
            guard let value = place < layout.series[number].groupCount ? Meter.overflow : value else {
                key.appendAbsent()
                continue
            }
            key.append(unsafe value.bytes.span.bytes)
        }
        cell.dimensions = key.number(in: &dimensions)
        return cell
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
            let place = layout.dimensions[index]
            if place == ExtractionPlan.subject {
                append(events.subject[row], of: events)
                continue
            }
            let field = events.fields[firstField + place]
            if field.kind == .absent { key.appendAbsent() } else { append(field.slice, of: events) }
        }
        return key.number(in: &dimensions)
    }

    @inline(__always)
    private mutating func append(_ slice: ByteSlice, of events: EventBatch) {
        let source = unsafe slice.isUnescaped ? events.text.span.bytes : events.records.bytes.span.bytes
        key.append(source.extracting(slice.offset..<slice.offset + slice.length))
    }
}

extension UsageAccumulator.State {
    /// Adds the aggregate of another session; `false` when the total does not fit.
    fileprivate mutating func join(
        _ other: UsageAccumulator.State, _ aggregation: Meter.Aggregation, _ log: StateLog
    ) -> Bool {
        switch aggregation {
        case .latest:
            let (place, added) = (Int(value) - 1, Int(other.value) - 1)
            if place < 0 || log.readings[place].sample < log.readings[added].sample { value = other.value }
        case .increase, .timeWeighted, .unique:
            break
        default:
            let own = events
            guard add(other.value, aggregation) else { return false }
            events = own
        }
        events += other.events
        return true
    }
}
