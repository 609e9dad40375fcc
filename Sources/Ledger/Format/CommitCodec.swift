import UsageModel

/// A commit as bytes and back. The layout stands in `Schemas/ledger.md`.
///
/// The same commit always has the same bytes. Identities are grouped by hour, hours ascending, and keep the order of
/// acceptance within an hour; so `decode` gives them back in that order.
enum CommitCodec {
    static let version: UInt8 = 2

    /// What stands for an aggregate that is no number: its state in a commit, in a seal the number that it came to.
    enum Form {
        case states, totals
    }

    /// What must hold for a commit to be written or believed: nothing vanishes, and its parts fit together.
    /// - Returns: what does not hold.
    static func inconsistency(in commit: Commit) -> String? {
        for (index, range) in commit.ranges.enumerated() {
            guard range.partition < commit.partitions.count else { return "range \(index) names no partition" }
            guard let read = range.counts.checkedRead, read == range.records else {
                return "range \(index) read \(range.records) records, but accounts for another number"
            }
            guard range.counts.unmapped <= range.counts.accepted else {
                return "range \(index) has more unmapped records than accepted ones"
            }
        }
        for (index, entry) in commit.delta.entries.enumerated() {
            guard entry.meter < commit.delta.meters.count else { return "entry \(index) names no meter" }
            let meter = commit.delta.meters[Int(entry.meter)]
            guard entry.dimensions.count == meter.dimensions.count, entry.aggregate.aggregation == meter.aggregation
            else { return "entry \(index) does not fit its meter \(meter.name)" }
            if case .total = entry.aggregate { return "entry \(index) is of no state" }
        }
        if let bad = commit.recounted.first(where: { $0 >= commit.delta.meters.count }) {
            return "meter \(bad) is recounted, but not named"
        }
        if let bad = commit.quarantine.firstIndex(where: { $0.partition >= commit.partitions.count }) {
            return "quarantined record \(bad) names no partition"
        }
        return nil
    }
}

extension RecordCounts {
    /// `read`, or `nil` where the sum does not fit.
    var checkedRead: UInt64? {
        var sum: UInt64 = 0
        for part in [accepted, duplicates, conflicts, rejected] {
            let (next, overflow) = sum.addingReportingOverflow(part)
            if overflow { return nil }
            sum = next
        }
        return sum
    }
}

extension Meter.Aggregation {
    /// Its number in the ledger.
    var tag: UInt8 {
        switch self {
        case .count: 1
        case .sum: 2
        case .min: 3
        case .max: 4
        case .avg: 5
        case .unique: 6
        case .latest: 7
        case .increase: 8
        case .timeWeighted: 9
        }
    }

    init?(tag: UInt8) {
        guard let found = Meter.Aggregation.allCases.first(where: { $0.tag == tag }) else { return nil }
        self = found
    }
}
