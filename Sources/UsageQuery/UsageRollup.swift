import Ledger
import UsageModel
import Windowing

/// Adds what a scan comes upon up into the rows of an answer. Exact, and the same in any order of the series.
struct UsageRollup: ~Copyable {
    /// What is told apart in each window.
    struct Group: Hashable {
        var tenant: ByteString?
        /// The values of the group's dimensions; `nil` where the events had none.
        var dimensions: [ByteString?]
    }

    /// One window of one group.
    struct Row {
        var window: Window
        var group: Int
        var value: Quantity
        var events: UInt64
        /// Where the last of what counts in it ends: a session goes on past the window that it begins in.
        var end: Timestamp
    }

    private enum Total {
        case nothing
        case aggregate(Aggregate)
        case growth(Quantity)
        case integral(TimeIntegral)
    }

    private struct Cell {
        var window: Window
        var group: Int
        var total = Total.nothing
        var events: UInt64 = 0
        var end: Timestamp

        mutating func add(events more: UInt64) throws(AggregateError) {
            let (sum, overflow) = events.addingReportingOverflow(more)
            if overflow { throw .overflow }
            events = sum
        }

        mutating func add(growth: Quantity?) throws(AggregateError) {
            var sum = growth
            if case .growth(let known) = total { sum = growth?.adding(known) }
            guard let sum else { throw .overflow }
            total = .growth(sum)
        }
    }

    private struct Key: Hashable {
        var window: Window
        var group: Int
    }

    /// A series of readings while its windows come.
    private struct Open {
        var series: Int64
        var tag: Int
        var window: Window
        var samples: [Sample] = []
        var isBefore: Bool
        var last: Sample?
        var gauge: GaugeFold
    }

    private var targets: UsageTargets
    private let from: Timestamp?
    private let to: Timestamp?
    /// What the windows that are asked for fill.
    private let span: (start: Timestamp?, end: Timestamp?)
    /// Until when the last value of a gauge may hold.
    private let horizon: Timestamp?
    private let names: Names
    private var cells: [Cell] = []
    private var numbers: [Key: Int] = [:]
    private var distinct = DistinctCounter()
    private var open: Open?
    /// Whether the readings are a gauge's; else a counter's.
    private var isGauge = false
    /// From the first start to the last end that was added.
    private(set) var extent: Window?

    init(
        targets: UsageTargets, from: Timestamp?, to: Timestamp?, horizon: Timestamp?, names: Names
    ) {
        var targets = targets
        span = targets.extent(from: from, to: to)
        self.targets = targets
        self.from = from
        self.to = to
        self.horizon = horizon
        self.names = names
    }

    /// Takes in one piece of the ledger.
    mutating func add(_ piece: UsagePiece) throws {
        switch piece.aggregate {
        case .increase(let samples), .timeWeighted(let samples): try addReadings(samples, of: piece)
        default: try addState(piece)
        }
    }

    private mutating func addState(_ piece: UsagePiece) throws {
        note(piece.window)
        // Most windows count in one window of one group.
        let group = names.onlyGroup(of: piece.tag)
        if group >= 0, let window = targets.onlyWindow(of: piece.window) {
            return try add(piece.aggregate, in: piece.window, to: number(of: Key(window: window, group: group)))
        }
        let groups = names.groups(of: piece.tag, at: piece.window.start)
        for window in targets.windows(of: piece.window) where targets.has(window, from: from, to: to) {
            for group in groups {
                try add(piece.aggregate, in: piece.window, to: number(of: Key(window: window, group: group)))
            }
        }
    }

    private mutating func add(_ aggregate: Aggregate, in window: Window, to number: Int) throws {
        cells[number].end = max(cells[number].end, window.end)
        if case .unique(let digests, _) = aggregate {
            try distinct.add(digests, to: UInt32(number))
        } else if case .aggregate(let total) = cells[number].total {
            cells[number].total = .aggregate(try total.merged(with: aggregate))
        } else {
            cells[number].total = .aggregate(aggregate)
        }
        try cells[number].add(events: aggregate.events)
    }

    private mutating func addReadings(_ samples: [Sample], of piece: UsagePiece) throws {
        if var known = open.take() {
            if known.series == piece.series, known.window == piece.window {
                known.samples = known.samples.mergedAscending(with: samples, isSet: false)
                open = known
                return
            }
            try closeWindow(&known)
            if known.series == piece.series {
                known.window = piece.window
                known.samples = samples
                known.isBefore = piece.isBefore
                open = known
                return
            }
            finish(known)
        }
        open = Open(
            series: piece.series, tag: piece.tag, window: piece.window, samples: samples, isBefore: piece.isBefore,
            gauge: GaugeFold(hold: names.hold(of: piece.tag)))
        if case .timeWeighted = piece.aggregate { isGauge = true }
    }

    /// Adds what the readings of a window come to.
    private mutating func closeWindow(_ series: inout Open) throws {
        if !series.isBefore {
            let growth = isGauge ? .zero : SampleFold.growth(of: series.samples, after: series.last)
            let groups = names.groups(of: series.tag, at: series.window.start)
            for window in targets.windows(of: series.window) where targets.has(window, from: from, to: to) {
                for group in groups {
                    let number = number(of: Key(window: window, group: group))
                    try cells[number].add(events: UInt64(series.samples.count))
                    if !isGauge { try cells[number].add(growth: growth) }
                }
            }
            note(series.window)
        }
        if isGauge {
            var stretches: [(Quantity, Timestamp, Timestamp)] = []
            series.gauge.take(series.samples, in: series.window) { stretches.append(($0, $1, $2)) }
            for stretch in stretches { add(stretch, of: series) }
        }
        series.last = series.samples.last ?? series.last
        series.samples = []
    }

    private mutating func finish(_ series: Open) {
        guard isGauge, let end = span.end.map({ min($0, horizon ?? $0) }) ?? horizon else { return }
        var stretches: [(Quantity, Timestamp, Timestamp)] = []
        series.gauge.finish(until: end) { stretches.append(($0, $1, $2)) }
        for stretch in stretches { add(stretch, of: series) }
    }

    /// Adds a stretch of a gauge to the windows that it lies in.
    private mutating func add(_ stretch: (value: Quantity, start: Timestamp, end: Timestamp), of series: Open) {
        let (start, end) = (max(stretch.start, span.start ?? stretch.start), min(stretch.end, span.end ?? stretch.end))
        var parts: [(Window, Timestamp, Timestamp)] = []
        targets.split(start, end, atPanes: names.isNested) { parts.append(($0, $1, $2)) }
        for (window, start, end) in parts where targets.has(window, from: from, to: to) {
            for group in names.groups(of: series.tag, at: start) {
                let number = number(of: Key(window: window, group: group))
                var integral = TimeIntegral()
                if case .integral(let known) = cells[number].total { integral = known }
                integral.add(stretch.value, from: start, to: end)
                cells[number].total = .integral(integral)
            }
            note(Window(start: start, end: end))
        }
    }

    private mutating func note(_ window: Window) {
        let known = extent ?? window
        extent = Window(start: min(known.start, window.start), end: max(known.end, window.end))
    }

    private mutating func number(of key: Key) -> Int {
        if let known = numbers[key] { return known }
        numbers[key] = cells.count
        cells.append(Cell(window: key.window, group: key.group, end: key.window.end))
        return cells.count - 1
    }

    /// The rows, in no order.
    /// - Parameter divisor: what totals are divided by.
    consuming func rows(dividedBy divisor: Quantity) throws -> [Row] {
        if var last = open.take() {
            try closeWindow(&last)
            finish(last)
        }
        var counts = [UInt64](repeating: 0, count: cells.count)
        try distinct.counts { group, count in counts[Int(group)] = count }
        return try cells.enumerated().map { number, cell in
            let value: Quantity?
            switch cell.total {
            case .nothing: value = Quantity(events: counts[number])
            case .aggregate(let aggregate): value = aggregate.value(dividedBy: divisor)
            case .growth(let growth): value = growth.divided(by: divisor)
            case .integral(let integral): value = integral.hours(dividedBy: divisor)
            }
            guard let value else { throw AggregateError.overflow }
            return Row(
                window: cell.window, group: cell.group, value: value, events: cell.events, end: cell.end)
        }
    }
}
