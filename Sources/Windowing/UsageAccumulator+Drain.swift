public import UsageModel

extension UsageAccumulator {
    /// What an entry is ordered by: all of it numbers.
    private struct SortKey {
        var meter: Int
        var window: Window
        /// The places of the tenant and of the dimensions among all of the delta.
        var tenant: UInt32
        var dimensions: UInt32
        var cell: Int
        var state: Int

        static func precedes(_ left: SortKey, _ right: SortKey) -> Bool {
            if left.meter != right.meter { return left.meter < right.meter }
            if left.window != right.window { return left.window < right.window }
            if left.tenant != right.tenant { return left.tenant < right.tenant }
            return left.dimensions < right.dimensions
        }
    }

    /// What the log had, by state.
    private struct Logged {
        var digests: [UInt32: [Digest128]]
        var readings: [UInt32: [Sample]]
    }

    /// Takes out what was added since the last time, in the order of ``UsageDelta``, and begins anew.
    ///
    /// O(n log n) in its entries. Memory for the next delta is kept.
    /// - Parameter listingAll: whether meters are in it that have no entry too.
    public mutating func drain(listingAll: Bool = false) -> UsageDelta {
        closeSessions()
        let names = tenantNames()
        let values = (0..<dimensions.count).map { UsageAccumulator.values(of: dimensions[$0]) }
        var order = sortKeys(tenants: places(of: names) { $0 < $1 }, dimensions: places(of: values, precedes))
        order.sort(by: SortKey.precedes)
        let logged = takeLog()
        var delta = UsageDelta(meters: [], entries: [])
        var numbers = [Int](repeating: -1, count: layout.meters.count)
        for (index, meter) in layout.meters.enumerated() where listingAll {
            numbers[index] = index
            delta.meters.append(meter.header)
        }
        delta.entries.reserveCapacity(order.count)
        for key in order {
            if numbers[key.meter] < 0 {
                numbers[key.meter] = delta.meters.count
                delta.meters.append(layout.meters[key.meter].header)
            }
            let cell = cells[key.cell].key
            delta.entries.append(
                UsageDelta.Entry(
                    meter: UInt32(numbers[key.meter]), tenant: names[Int(cell.tenant)] ?? "",
                    dimensions: values[Int(cell.dimensions)], window: key.window,
                    aggregate: aggregate(key.state, layout.meters[key.meter].aggregation, logged),
                    correction: windows.entries[Int(cell.window)].correction))
        }
        reset()
        return delta
    }

    /// Makes each session a cell.
    private mutating func closeSessions() {
        for list in sessions.lists {
            let gap = layout.series[list.series].gap
            for session in list.sessions {
                let (end, overflow) = session.last.addingReportingOverflow(gap)
                let window = Window(
                    start: Timestamp(nanoseconds: session.first), end: Timestamp(nanoseconds: overflow ? .max : end))
                let entry = WindowTable.Entry(
                    series: list.series, window: window, correction: closing.correction(of: window.end))
                var key = list.key
                key.window = windows.number(of: entry)
                cells.append(Cell(key: key, first: session.state))
            }
        }
    }

    private mutating func takeLog() -> Logged {
        let sessions = sessions
        return Logged(
            digests: log.takeDigests { sessions.home(of: $0) }, readings: log.takeReadings { sessions.home(of: $0) })
    }

    /// The names of the tenants that have usage, by their numbers.
    private func tenantNames() -> [ByteString?] {
        var names = [ByteString?](repeating: nil, count: tenants.count + subjects.count)
        for cell in cells {
            let number = Int(cell.key.tenant)
            if names[number] != nil { continue }
            names[number] =
                number < tenants.count
                ? tenants[number] : UsageAccumulator.unmappedTenant(subjects[number - tenants.count])
        }
        return names
    }

    /// The place of each of some values among those of them that are there.
    private func places<Value>(of values: [Value?], _ precedes: (Value, Value) -> Bool) -> [UInt32] {
        var places = [UInt32](repeating: 0, count: values.count)
        let present = values.indices.compactMap { index in values[index].map { (index, $0) } }
        for (place, value) in present.sorted(by: { precedes($0.1, $1.1) }).enumerated() {
            places[value.0] = UInt32(place)
        }
        return places
    }

    private func sortKeys(tenants: [UInt32], dimensions: [UInt32]) -> [SortKey] {
        var keys: [SortKey] = []
        keys.reserveCapacity(states.count)
        for (number, cell) in cells.enumerated() {
            let window = windows.entries[Int(cell.key.window)]
            let measures = layout.series[window.series].measures
            for index in measures {
                let state = cell.first + index - measures.lowerBound
                if states[state].events == 0 { continue }
                keys.append(
                    SortKey(
                        meter: layout.measures[index].meter, window: window.window,
                        tenant: tenants[Int(cell.key.tenant)], dimensions: dimensions[Int(cell.key.dimensions)],
                        cell: number, state: state))
            }
        }
        return keys
    }

    /// The order of dimensions: absent first, then by bytes.
    private func precedes(_ left: [ByteString?], _ right: [ByteString?]) -> Bool {
        for (one, other) in zip(left, right) where one != other {
            guard let one, let other else { return one == nil }
            return one < other
        }
        return left.count < right.count
    }

    /// The values of a ``DimensionKey``.
    static func values(of key: ArraySlice<UInt8>) -> [ByteString?] {
        var values: [ByteString?] = []
        var rest = key
        while !rest.isEmpty {
            let length = rest.prefix(DimensionKey.lengthSize).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(DimensionKey.lengthSize)
            if length == DimensionKey.absent {
                values.append(nil)
            } else {
                values.append(ByteString(Array(rest.prefix(Int(length)))))
                rest = rest.dropFirst(Int(length))
            }
        }
        return values
    }

    private func aggregate(_ number: Int, _ aggregation: Meter.Aggregation, _ logged: Logged) -> Aggregate {
        let state = states[number]
        let value = Quantity(units: state.value)
        switch aggregation {
        case .count: return .count(events: state.events)
        case .sum: return .sum(value, events: state.events)
        case .min: return .min(value, events: state.events)
        case .max: return .max(value, events: state.events)
        case .avg: return .avg(value, events: state.events)
        case .unique: return .unique(logged.digests[UInt32(number)] ?? [], events: state.events)
        case .increase: return .increase(logged.readings[UInt32(number)] ?? [])
        case .timeWeighted: return .timeWeighted(logged.readings[UInt32(number)] ?? [])
        case .latest:
            // Of sessions that were joined, the log has more than the latest.
            guard let sample = logged.readings[UInt32(number)]?.last else {
                preconditionFailure("an aggregate with events has its latest")
            }
            return .latest(sample, events: state.events)
        }
    }
}
