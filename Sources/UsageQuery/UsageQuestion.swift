import Foundation
public import Ledger
public import TenantMapping
public import UsageModel
public import Windowing

/// What is asked of the usage of a meter.
public struct UsageQuestion: Sendable {
    public var meter: Meter
    public var window: UsageWindow
    public var group: UsageGroup
    /// This version's only; `nil` for what the ledger has under the name.
    public var version: Int?
    /// This tenant's, and that of all that are under it.
    public var tenant: ByteString?
    /// Whether what tenants use is also shown as that of those above them.
    public var rollsUp = false
    public var hierarchy = TenantHierarchy()
    /// All of them must pass.
    public var filters: [UsageFilter] = []
    /// Only windows that start at or after it.
    public var from: Timestamp?
    /// Only windows that start before it.
    public var to: Timestamp?
    /// Shows that of the values of the meter's own windows.
    public var percentile: Percentile?
    /// Whether windows without usage count as 0 in a percentile.
    public var countsEmptyWindows = false
    /// The days of the configured time zone.
    public var days: LocalDays

    public init(meter: Meter, window: UsageWindow, group: UsageGroup, days: LocalDays) {
        self.meter = meter
        self.window = window
        self.group = group
        self.days = days
    }

    /// Answers it.
    ///
    /// It blocks on the disk.
    /// - Parameter finalUpTo: windows that end at or before it are final.
    /// - Throws: ``UsageQuestionError`` where it cannot be answered as it is asked, ``LedgerError`` and ``SpillError``.
    /// - Complexity: O(n log n) in the rows of the tenant and the period; memory for the answer, and 24 MB for what has to
    ///   be told apart.
    public func answer(from ledger: LedgerReader, finalUpTo: Timestamp?) throws -> UsageAnswer {
        let versions = try versions(in: ledger)
        let latest = try ledger.status().latest
        do {
            let own = percentile == nil ? window : .own(meter.window)
            let names = Names(self)
            var (rows, extent) = try rollup(versions, own, latest, names, ledger)
            if let percentile {
                var fold = PercentileFold(
                    percentile, window: window, meter: meter, days: days, from: from, to: to,
                    extent: extent, emptyUpTo: countsEmptyWindows ? finalUpTo ?? extent?.end : nil)
                for row in rows { fold.add(row) }
                rows = fold.rows()
            }
            return answer(rows, names, extent, finalUpTo)
        } catch AggregateError.overflow {
            throw UsageQuestionError(
                "the total of meter \(meter.name) does not fit its number; ask for smaller windows")
        } catch AggregateError.differentKinds {
            throw mixed
        }
    }

    private var mixed: UsageQuestionError {
        UsageQuestionError(
            "meter \(meter.name) was of another kind before; ask for one version with --meter-version, "
                + "which `odometer meters` lists")
    }

    /// The versions whose usage adds up to that of the meter: all, or from the one on that was counted over all the past.
    /// - Throws: ``UsageQuestionError`` for a version that there is not, and ``LedgerError``.
    public func versions(in ledger: LedgerReader) throws -> [MeterVersion] {
        let all = try ledger.meterVersions(of: meter.name)
        if let version {
            guard let found = all.first(where: { $0.number == version }) else {
                throw UsageQuestionError("meter \(meter.name) has no version \(version); the ledger has \(all.count)")
            }
            return [found]
        }
        return all.inForce
    }

    /// The rows, in no order, and what they lie in.
    private func rollup(
        _ versions: [MeterVersion], _ window: UsageWindow, _ latest: Timestamp?, _ names: Names, _ ledger: LedgerReader
    ) throws -> (rows: [UsageRollup.Row], extent: Window?) {
        var targets = UsageTargets(window, of: meter, days: days)
        var horizon = latest
        if let latest, case .tumbling = meter.window.pane { horizon = targets.ownPane(containing: latest).end }
        let selection = UsageSelection(
            versions: versions, tenants: tenant.map { Array(hierarchy.family(of: $0)) }, from: from,
            to: targets.extent(from: from, to: to).end)
        var sum = UsageRollup(
            targets: targets, from: from, to: to, horizon: horizon, names: names)
        var used: UsageDelta.MeterHeader?
        // What ends the scan would be taken for a failure of the index.
        var failure: (any Error)?
        do {
            try ledger.scan(selection) { version, tenant, dimensions in
                let known = used ?? version.header
                used = version.header
                if !isMergeable(known, version.header) {
                    failure = mixed
                    throw mixed
                }
                return names.tag(of: version, tenant, dimensions)
            } _: { piece in
                do {
                    try sum.add(piece)
                } catch {
                    failure = error
                    throw error
                }
            }
        } catch { throw failure ?? error }
        let extent = sum.extent
        return (try sum.rows(dividedBy: used?.divisor ?? .one), extent)
    }

    /// Whether two versions can be added up: they are of one kind, and where windows are finer than days, of the same windows.
    private func isMergeable(_ one: UsageDelta.MeterHeader, _ other: UsageDelta.MeterHeader) -> Bool {
        if one.aggregation != other.aggregation || one.divisor != other.divisor { return false }
        switch window {
        case .unit(.day), .unit(.month), .unit(.total):
            if percentile == nil { return true }
        default: break
        }
        return one.windows == other.windows
    }

    /// Puts names to the rows, in the order of the answer.
    private func answer(
        _ rows: [UsageRollup.Row], _ names: Names, _ extent: Window?, _ finalUpTo: Timestamp?
    ) -> UsageAnswer {
        let sorted = rows.map { row in
            let group = names.groups[row.group]
            let window = part(of: row.window, extent)
            return UsageAnswer.Row(
                window: window, tenant: group.tenant, dimensions: group.dimensions, value: row.value,
                events: row.events,
                isFinal: finalUpTo.map { max(window.end, row.end) <= $0 } ?? false)
        }.sorted(by: UsageQuestion.precedes)
        return UsageAnswer(
            meter: meter.name, window: window, group: group, percentile: percentile, from: from ?? extent?.start,
            to: to ?? extent?.end, rows: sorted)
    }

    /// The part of a window that the answer covers; of one over all of time what there is.
    private func part(of window: Window, _ extent: Window?) -> Window {
        if window == WindowGrid.allOfTime {
            return Window(start: from ?? extent?.start ?? window.start, end: to ?? extent?.end ?? window.end)
        }
        if case .own = self.window, percentile == nil { return window }
        return Window(start: max(window.start, from ?? window.start), end: min(window.end, to ?? window.end))
    }

    /// By window, tenant and dimensions, what is absent first.
    private static func precedes(_ left: UsageAnswer.Row, _ right: UsageAnswer.Row) -> Bool {
        if left.window != right.window { return left.window < right.window }
        if left.tenant != right.tenant { return precedes(left.tenant, right.tenant) }
        return left.dimensions.lexicographicallyPrecedes(right.dimensions, by: precedes)
    }

    private static func precedes(_ left: ByteString?, _ right: ByteString?) -> Bool {
        guard let right else { return false }
        return left.map { $0 < right } ?? true
    }
}

extension UsageDelta.MeterHeader {
    /// What its definition says of its windows: all from there on.
    fileprivate var windows: Substring {
        definition.range(of: "\"window\":").map { definition[$0.lowerBound...] } ?? ""
    }
}
