import UsageModel

/// Makes one run of several, a piece at a time, so that whoever does it can do something more urgent in between.
struct IdentityMerge: Sendable {
    let inputs: [IdentityRun]
    /// The merged run, when all is done.
    private(set) var result: IdentityRun?

    private let place: LedgerDirectory
    private let number: UInt64
    private let ledger: LedgerID
    private let prunedBefore: Int32
    private let filterFrom: Int32
    private let shape: IdentityFilter.Shape
    private var filter: IdentityFilterBuilder
    /// The input whose events are counted for the filter, and those that follow it.
    private var counting: IdentityRunReader?
    private var uncounted: [IdentityRun]
    private var readers: [IdentityRunReader] = []
    private var writer: IdentityRunWriter?

    /// - Parameters:
    ///   - prunedBefore: events of hours before it are left out.
    ///   - filterFrom: where the horizon begins.
    init(
        _ inputs: [IdentityRun], number: UInt64, ledger: LedgerID, in place: LedgerDirectory, prunedBefore: Int32,
        filterFrom: Int32
    ) {
        self.inputs = inputs
        self.place = place
        self.number = number
        self.ledger = ledger
        self.prunedBefore = prunedBefore
        self.filterFrom = max(filterFrom, prunedBefore)
        var hours: Set<Int32> = []
        var events = 0
        for input in inputs {
            let first = input.directory.index(from: self.filterFrom)
            hours.formUnion(input.directory.hours[first...])
            events += input.entries - Int(input.directory.firsts[first])
        }
        shape = IdentityFilter.Shape(entries: events, hours: hours.count)
        filter = IdentityFilterBuilder(shape)
        uncounted = events == 0 ? [] : inputs
    }

    /// Goes on by about that many events.
    /// - Returns: whether all is done, and durable.
    mutating func advance(events: Int) throws(LedgerError) -> Bool {
        if result != nil { return true }
        if try count(events) { return false }
        if writer == nil { try beginWriting() }
        for _ in 0..<events where try !writeNext() {
            result = try writer?.finish()
            readers = []
            return true
        }
        return false
    }

    /// Counts events for the filter; `false` when all are counted.
    private mutating func count(_ events: Int) throws(LedgerError) -> Bool {
        for _ in 0..<events {
            if counting == nil {
                if uncounted.isEmpty { return false }
                counting = try IdentityRunReader(uncounted.removeFirst(), from: filterFrom)
            }
            if let reader = counting, reader.isAtEnd {
                counting = nil
                continue
            }
            if let identity = counting?.identity { filter.count(identity) }
            try counting?.advance()
        }
        return true
    }

    private mutating func beginWriting() throws(LedgerError) {
        for input in inputs {
            let reader = try IdentityRunReader(input, from: prunedBefore)
            if !reader.isAtEnd { readers.append(reader) }
        }
        writer = try IdentityRunWriter(
            number: number, ledger: ledger, in: place, filter: filter, shape: shape, filterFrom: filterFrom)
        filter = IdentityFilterBuilder(.none)
    }

    /// Writes the least of the next events; `false` when there is none.
    private mutating func writeNext() throws(LedgerError) -> Bool {
        guard !readers.isEmpty else { return false }
        var least = 0
        var index = 1
        while index < readers.count {
            if IdentityMerge.precedes(readers[index], readers[least]) { least = index }
            index += 1
        }
        let (identity, hour) = (readers[least].identity, readers[least].hour)
        try writer?.append(identity, readers[least].content, hour: hour)
        try advance(least)
        // A ledger holds an identity once an hour. Should one hold it twice all the same, the older run's stays.
        while let next = readers.indices.first(where: { readers[$0].identity == identity && readers[$0].hour == hour })
        {
            try advance(next)
        }
        return true
    }

    private mutating func advance(_ index: Int) throws(LedgerError) {
        try readers[index].advance()
        if readers[index].isAtEnd { readers.remove(at: index) }
    }

    @inline(__always)
    private static func precedes(_ left: borrowing IdentityRunReader, _ right: borrowing IdentityRunReader) -> Bool {
        left.hour != right.hour ? left.hour < right.hour : left.identity < right.identity
    }
}
