/// How far the ledger is with the partitions of one source, looked up as it is wanted: for readers of sources that have too
/// many to keep in memory.
///
/// What it tells may be a few commits old. So a reader remembers what it gave out until it finds it here.
public struct CommittedPartitions: Sendable {
    /// The states whose partition's id begins with one of some prefixes, in a list for each prefix, ordered by id.
    public let find: @Sendable (_ prefixes: [ByteString]) async throws(SourceError) -> [[PartitionState]]

    public init(find: @escaping @Sendable ([ByteString]) async throws(SourceError) -> [[PartitionState]]) {
        self.find = find
    }

    /// Those that are at hand. A lookup takes O(log states) for each prefix.
    public init(_ states: [PartitionState]) {
        let states = states.sorted { $0.partition.id < $1.partition.id }
        find = { prefixes in
            prefixes.map { prefix in
                var (low, high) = (0, states.count)
                while low < high {
                    let middle = (low + high) / 2
                    if states[middle].partition.id < prefix { low = middle + 1 } else { high = middle }
                }
                return Array(states[low...].prefix { $0.partition.id.bytes.starts(with: prefix.bytes) })
            }
        }
    }
}
