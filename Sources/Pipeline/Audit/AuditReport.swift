import Foundation
import Ledger
public import UsageModel

/// What an audit found.
public struct AuditReport: Sendable {
    /// Commits that took something in, of the period that was asked for.
    public var commits: UInt64 = 0
    /// Those of them that were made again.
    public var commitsChecked: UInt64 = 0
    /// Those of them that differ.
    public var commitsDiffering: UInt64 { UInt64(Set(differences.compactMap(\.seq)).count) }
    /// Commits that have no sources of their own, such as moves between tenants: their frames were checked, and no more.
    public var commitsWithoutSources: UInt64 = 0
    public var eventsChecked: UInt64 = 0
    /// The last frame that was checked, which stands for all before it.
    public var lastSeq: UInt64 = 0
    public var root = Digest256.none
    /// What the ledger has in the commits that were made again.
    public var compared = ComparedUsage()
    /// In the order of the commits.
    public var differences: [AuditDifference] = []
    /// What is wrong with frames, each of which is a difference too.
    var damaged: [FrameDamage] = []

    public var isIdentical: Bool { differences.isEmpty }

    /// With what certainty fewer than this part of the commits differ, where a sample was made again and none of it differed:
    /// 99 of 100 samples of a ledger in which as many differ would have met one of them. `nil` where nothing follows.
    ///
    /// (1 - p)ⁿ ≤ 0.01 for n commits that were drawn; drawing without putting back meets them sooner.
    public var boundOfSample: Double? {
        guard commitsChecked < commits, commitsChecked > 0, commitsDiffering == 0 else { return nil }
        return 1 - pow(0.01, 1 / Double(commitsChecked))
    }

    mutating func take(_ other: AuditReport) {
        commits += other.commits
        commitsChecked += other.commitsChecked
        commitsWithoutSources += other.commitsWithoutSources
        eventsChecked += other.eventsChecked
        compared.take(other.compared)
        differences += other.differences
    }
}
