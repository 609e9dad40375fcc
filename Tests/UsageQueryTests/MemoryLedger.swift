import UsageModel

@testable import Ledger

/// A ledger's index, given commits as their frames would: without segments, so that thousands are made in a test.
struct MemoryLedger {
    private final class Count { var last: UInt64 = 0 }

    private let index: LedgerIndex
    private let count = Count()
    private static let id = LedgerID(bytes: [UInt8](repeating: 1, count: 16))

    init() throws {
        index = try LedgerIndex.temporary()
        try index.apply(to: Self.id, startingOver: true) { _ in }
    }

    var reader: LedgerReader {
        let directory = LedgerDirectory(path: "/nowhere")
        return LedgerReader(directory: directory, store: DirectoryStore(directory), index: index)
    }

    /// Applies commits in one transaction, each by way of its bytes.
    func append(_ commits: [Commit]) throws {
        try index.apply(to: Self.id) { apply in
            for commit in commits {
                count.last += 1
                let content = LedgerEntry.Content.commit(try CommitCodec.decode(CommitCodec.encode(commit)))
                try apply(
                    LedgerEntry(
                        seq: count.last, epoch: 1, time: Timestamp(nanoseconds: 0), hash: .none, segment: "s",
                        offset: 0,
                        size: 0, content: content))
            }
        }
    }

    func append(_ delta: UsageDelta) throws {
        var commit = Commit(configuration: .none, tenants: .none)
        commit.delta = delta
        try append([commit])
    }
}
