import UsageModel

extension IdentityRun {
    /// The rows of a batch as a lookup needs them.
    struct Rows {
        var identities: [Digest128]
        var contents: [UInt64]
        var hours: [Int32]
        /// Of all rows.
        var leastHour: Int32
        var greatestHour: Int32
    }

    /// A row to be looked for in one hour's events.
    private struct Lookup {
        var row: Int
        /// The index of the hour in the directory.
        var hour: Int
    }

    /// Raises what is known of each row to what this run knows.
    ///
    /// Rows that the filter does not know cost a read of memory; others one to three blocks of the disk, fewer where several
    /// rows of the batch lie in the same block.
    func find(_ rows: Rows, within horizon: IdentityHorizon, into matches: inout [IdentityMatch]) throws(LedgerError) {
        precondition(isFiltered(from: horizon.firstHour), "a filter knows all of the horizon")
        var lookups: [Lookup] = []
        appendFiltered(rows, within: horizon, to: &lookups)
        appendUnfiltered(rows, within: horizon, to: &lookups)
        if lookups.isEmpty { return }
        lookups.sort { left, right in
            left.hour != right.hour
                ? left.hour < right.hour : rows.identities[left.row] < rows.identities[right.row]
        }
        var cursor = IdentityCursor(self)
        for lookup in lookups {
            guard let content = try cursor.content(of: rows.identities[lookup.row], hour: lookup.hour) else { continue }
            let isOwn = directory.hours[lookup.hour] == rows.hours[lookup.row]
            let match: IdentityMatch =
                if content == rows.contents[lookup.row] {
                    isOwn ? .duplicate : .duplicateElsewhere
                } else {
                    isOwn ? .conflict : .conflictElsewhere
                }
            matches[lookup.row] = max(matches[lookup.row], match)
        }
    }

    /// What the filter says may be there, at the hours that count.
    private func appendFiltered(_ rows: Rows, within horizon: IdentityHorizon, to lookups: inout [Lookup]) {
        guard let filter else { return }
        var hits: [IdentityFilter.Hit] = []
        filter.probe(rows.identities.span, into: &hits)
        let first = directory.index(from: header.filterFrom)
        for hit in hits {
            let own = rows.hours[hit.row]
            for index in stride(
                from: first + hit.hour, to: directory.hours.count, by: 1 << Int(filter.shape.hourBits))
            {
                let hour = directory.hours[index]
                if hour == own || hour >= horizon.firstHour { lookups.append(Lookup(row: hit.row, hour: index)) }
            }
        }
    }

    /// The rows of hours that the run has and the filter does not know: each is looked up in its own hour.
    private func appendUnfiltered(_ rows: Rows, within horizon: IdentityHorizon, to lookups: inout [Lookup]) {
        let end = filter == nil ? directory.hours.count : directory.index(from: header.filterFrom)
        guard end > 0, rows.leastHour <= directory.hours[end - 1], rows.greatestHour >= directory.hours[0] else {
            return
        }
        var last: (hour: Int32, index: Int?)?
        for row in rows.hours.indices {
            let hour = rows.hours[row]
            if hour < horizon.prunedBefore { continue }
            if last?.hour != hour { last = (hour, directory.index(of: hour)) }
            if let index = last?.index, index < end { lookups.append(Lookup(row: row, hour: index)) }
        }
    }
}
