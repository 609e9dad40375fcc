import UsageModel

extension Commit {
    /// A small commit, told from others by its number.
    static func small(_ number: Int) -> Commit {
        var commit = Commit(configuration: .none, tenants: .none)
        commit.partitions = [
            PartitionState(
                partition: Partition(source: "s", id: "p", descriptor: []), position: .byte(UInt64(number)))
        ]
        commit.delta = UsageDelta(
            meters: [UsageDelta.MeterHeader(name: "m", aggregation: .sum, dimensions: [])],
            entries: [
                UsageDelta.Entry(
                    meter: 0, tenant: "t", dimensions: [],
                    window: Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 60)),
                    aggregate: .sum(Quantity(whole: Int64(number)), events: 1))
            ])
        commit.identities = [
            EventIdentity(identity: Digest128(high: 1, low: UInt64(number)), content: 3, hour: 4)
        ]
        return commit
    }
}
