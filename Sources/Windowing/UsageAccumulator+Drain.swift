public import UsageModel

extension UsageAccumulator {
    /// What an entry is ordered by: numbers first, and the dimensions' bytes only where these are equal.
    private struct SortKey {
        var meter: Int
        var start: Int64
        /// The place of the tenant among all tenants of the delta, by bytes.
        var tenant: UInt32
        var cell: Int
        var state: Int
    }

    /// Takes out what was added since the last time, in the order of ``UsageDelta``, and begins anew.
    ///
    /// O(n log n) in its entries. Memory for the next delta is kept.
    public mutating func drain() -> UsageDelta {
        let (names, ranks) = rankTenants()
        var order = sortKeys(ranks)
        order.sort { precedes($0, $1) }
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
            entries.append(
                UsageDelta.Entry(
                    meter: UInt32(headers.count - 1), tenant: names[Int(key.tenant)],
                    dimensions: dimensions(of: cells[key.cell]), window: cells[key.cell].window,
                    aggregate: aggregate(states[key.state], layout.meters[key.meter].aggregation),
                    isCorrection: isCorrection(cells[key.cell])))
        }
        reset()
        return UsageDelta(meters: headers, entries: entries)
    }

    /// The tenants' names in the order of their bytes, and for each cell the place of its own.
    private func rankTenants() -> (names: [ByteString], ranks: [UInt32]) {
        var seen = ByteTable()
        var names: [ByteString] = []
        var numbers: [UInt32] = []
        numbers.reserveCapacity(cells.count)
        for cell in cells {
            // The tenant's part of the key says who it is: the index, or without a tenant the subject's bytes.
            let isMapped = tenantIndex(of: cell) != AttributedBatch.unmapped
            let part = isMapped ? cell.key + 8..<cell.key + 12 : subjectRange(of: cell)
            var name = [isMapped ? 1 : 0] as [UInt8]
            name += table.keys[part]
            let number = unsafe seen.value(of: name.span.bytes, orAdd: UInt32(names.count))
            if Int(number) == names.count {
                names.append(
                    isMapped
                        ? tenants[Int(tenantIndex(of: cell))] : UsageAccumulator.unmappedTenant(table.keys[part]))
            }
            numbers.append(number)
        }
        let sorted = names.indices.sorted { names[$0] < names[$1] }
        var rank = [UInt32](repeating: 0, count: names.count)
        for (place, index) in sorted.enumerated() { rank[index] = UInt32(place) }
        return (sorted.map { names[$0] }, numbers.map { rank[Int($0)] })
    }

    private func sortKeys(_ ranks: [UInt32]) -> [SortKey] {
        var keys: [SortKey] = []
        keys.reserveCapacity(states.count)
        for (number, cell) in cells.enumerated() {
            let measures = layout.series[cell.series].measures
            for index in measures {
                let state = cell.first + index - measures.lowerBound
                if states[state].events == 0 { continue }
                keys.append(
                    SortKey(
                        meter: layout.measures[index].meter, start: cell.window.start.nanoseconds,
                        tenant: ranks[number], cell: number, state: state))
            }
        }
        return keys
    }

    private func precedes(_ left: SortKey, _ right: SortKey) -> Bool {
        if left.meter != right.meter { return left.meter < right.meter }
        if left.start != right.start { return left.start < right.start }
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        var leftPlace = firstDimension(of: cells[left.cell])
        var rightPlace = firstDimension(of: cells[right.cell])
        for _ in layout.series[cells[left.cell].series].dimensions {
            let one = value(at: &leftPlace)
            let other = value(at: &rightPlace)
            guard let one, let other else {
                if one == nil, other == nil { continue }
                return one == nil
            }
            if table.keys[one].elementsEqual(table.keys[other]) { continue }
            return table.keys[one].lexicographicallyPrecedes(table.keys[other])
        }
        return !isCorrection(cells[left.cell]) && isCorrection(cells[right.cell])
    }

    // MARK: The parts of a key; see ``SeriesKey``.

    private func word(at place: Int) -> UInt32 {
        unsafe table.keys.span.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self)
    }

    private func tenantIndex(of cell: Cell) -> UInt32 { word(at: cell.key + 8) }

    private func isCorrection(_ cell: Cell) -> Bool { word(at: cell.key + 12) & 1 == 1 }

    private func subjectRange(of cell: Cell) -> Range<Int> {
        var place = cell.key + SeriesKey.headerSize
        return value(at: &place) ?? place..<place
    }

    private func firstDimension(of cell: Cell) -> Int {
        let isMapped = tenantIndex(of: cell) != AttributedBatch.unmapped
        return isMapped ? cell.key + SeriesKey.headerSize : subjectRange(of: cell).upperBound
    }

    /// The range of the value at a place, which moves past it; `nil` for an absent one.
    private func value(at place: inout Int) -> Range<Int>? {
        let length = word(at: place)
        place += SeriesKey.lengthSize
        if length == SeriesKey.absent { return nil }
        defer { place += Int(length) }
        return place..<place + Int(length)
    }

    private func dimensions(of cell: Cell) -> [ByteString?] {
        var place = firstDimension(of: cell)
        return layout.series[cell.series].dimensions.map { _ in
            value(at: &place).map { ByteString(Array(table.keys[$0])) }
        }
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
