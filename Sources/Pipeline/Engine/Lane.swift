import AsyncAlgorithms
import Ledger
import UsageModel

/// One way through the decoders: batches go in, attributed batches come out, in the same order.
///
/// The reader deals its items to the lanes in turn, and the committer takes from them in the same turn. So batches
/// decode in parallel and are back in the order of the source without being sorted, and no more of them are under way
/// than there are lanes: a slow committer holds the lanes, and they hold the reader. There are more lanes than workers.
struct Lane: Sendable {
    /// What the reader says.
    enum Input: Sendable {
        /// These partitions have something to read; sent before their first batch.
        case opened([PartitionLag])
        /// Nothing more comes of these at present.
        case dropped([Partition])
        case batches([RecordBatch])
        /// The source of this name has nothing more at present.
        case settled(String)
        /// Another tenant table is in force; each lane is told.
        case tenants(TenantVersion)
        /// Time has passed without a batch.
        case idle
    }

    /// What the decoder says.
    enum Output: Sendable {
        case opened([PartitionLag])
        case dropped([Partition])
        case batches([Decoded])
        case settled(String)
        case tenants(TenantVersion)
        case idle
    }

    /// A batch that was decoded.
    struct Decoded: Sendable {
        var batch: AttributedBatch
        /// For the archive, where the source is kept there.
        var block: ArchiveBlock?
    }

    /// Of all lanes.
    let load: LaneLoad
    let input = AsyncChannel<Input>()
    let output = AsyncChannel<Output>()
}
