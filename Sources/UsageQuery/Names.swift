import Ledger
import TenantMapping
import UsageModel

/// Numbers the series of a scan and the groups that they count in.
final class Names {
    private struct Series {
        var tenant: ByteString
        var dimensions: [ByteString?]
        /// The group where who is above whom does not matter; else -1.
        var group: Int
        /// How long a gauge's value holds, as the series' version has it.
        var hold: Int64?
    }

    private let question: UsageQuestion
    /// Whether who is above a tenant decides where its usage counts.
    let isNested: Bool
    private var series: [Series] = []
    private var numbers: [UsageRollup.Group: Int] = [:]
    private(set) var groups: [UsageRollup.Group] = []

    init(_ question: UsageQuestion) {
        self.question = question
        isNested =
            !question.hierarchy.isEmpty && (question.tenant != nil || question.rollsUp && question.group.byTenant)
    }

    /// The number of a series; `nil` where the filters leave it out.
    func tag(of version: MeterVersion, _ tenant: ByteString, _ dimensions: [ByteString?]) -> Int? {
        let header = version.header
        func value(_ name: String) -> ByteString? {
            header.dimensions.firstIndex(of: name).flatMap { dimensions[$0] }
        }
        for filter in question.filters where !filter.values.contains(value(filter.dimension)) { return nil }
        let wanted = question.group.dimensions.map(value)
        let group = isNested ? -1 : number(of: tenant, wanted)
        series.append(Series(tenant: tenant, dimensions: wanted, group: group, hold: header.hold))
        return series.count - 1
    }

    /// The group that all windows of a series count in; -1 where that depends on the time.
    func onlyGroup(of tag: Int) -> Int { series[tag].group }

    func hold(of tag: Int) -> Int64? { series[tag].hold }

    /// The groups that a window of a series counts in.
    func groups(of tag: Int, at time: Timestamp) -> [Int] {
        let series = series[tag]
        if series.group >= 0 { return [series.group] }
        let above = question.hierarchy.ancestors(of: series.tenant, at: time)
        guard let tenant = question.tenant else {
            return ([series.tenant] + above).map { number(of: $0, series.dimensions) }
        }
        return series.tenant == tenant || above.contains(tenant) ? [number(of: tenant, series.dimensions)] : []
    }

    private func number(of tenant: ByteString, _ dimensions: [ByteString?]) -> Int {
        let group = UsageRollup.Group(tenant: question.group.byTenant ? tenant : nil, dimensions: dimensions)
        if let known = numbers[group] { return known }
        numbers[group] = groups.count
        groups.append(group)
        return groups.count - 1
    }
}
