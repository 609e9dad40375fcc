public import UsageModel

extension UsageAccumulator {
    /// What an entry is ordered by: all of it numbers.
    private struct SortKey {
        var meter: Int
        var start: Int64
        /// The places of the tenant and of the dimensions among all of the delta.
        var tenant: UInt32
        var dimensions: UInt32
        var isCorrection: Bool
        var cell: Int
        var state: Int

        static func precedes(_ left: SortKey, _ right: SortKey) -> Bool {
            if left.meter != right.meter { return left.meter < right.meter }
            if left.start != right.start { return left.start < right.start }
            if left.tenant != right.tenant { return left.tenant < right.tenant }
            if left.dimensions != right.dimensions { return left.dimensions < right.dimensions }
            return !left.isCorrection && right.isCorrection
        }
    }

    /// Takes out what was added since the last time, in the order of ``UsageDelta``, and begins anew.
    ///
    /// O(n log n) in its entries. Memory for the next delta is kept.
    public mutating func drain() -> UsageDelta {
        let names = tenantNames()
        let values = (0..<dimensions.count).map { UsageAccumulator.values(of: dimensions[$0]) }
        var order = sortKeys(tenants: places(of: names) { $0 < $1 }, dimensions: places(of: values, precedes))
        order.sort(by: SortKey.precedes)
        var headers: [UsageDelta.MeterHeader] = []
        var last = -1
        var entries: [UsageDelta.Entry] = []
        entries.reserveCapacity(order.count)
        for key in order {
            if key.meter != last {
                let meter = layout.meters[key.meter]
                headers.append(
                    UsageDelta.MeterHeader(
                        name: meter.name, aggregation: meter.aggregation, dimensions: meter.groupBy.map(\.text)))
                last = key.meter
            }
            let cell = cells[key.cell].key
            entries.append(
                UsageDelta.Entry(
                    meter: UInt32(headers.count - 1), tenant: names[Int(cell.tenant)] ?? "",
                    dimensions: values[Int(cell.dimensions)], window: windows.entries[Int(cell.window)].window,
                    aggregate: aggregate(states[key.state], layout.meters[key.meter].aggregation),
                    isCorrection: key.isCorrection))
        }
        reset()
        return UsageDelta(meters: headers, entries: entries)
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
                        meter: layout.measures[index].meter, start: window.window.start.nanoseconds,
                        tenant: tenants[Int(cell.key.tenant)], dimensions: dimensions[Int(cell.key.dimensions)],
                        isCorrection: window.isCorrection, cell: number, state: state))
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
    private static func values(of key: ArraySlice<UInt8>) -> [ByteString?] {
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

    private func aggregate(_ state: State, _ aggregation: Meter.Aggregation) -> Aggregate {
        let value = Quantity(units: state.value)
        switch aggregation {
        case .count: return .count(events: state.events)
        case .sum: return .sum(value, events: state.events)
        case .min: return .min(value, events: state.events)
        case .max: return .max(value, events: state.events)
        }
    }
}
