import Execution
import UsageModel

/// Owns the index's one writing connection. It works on a thread of its own, beside the segments' writer.
actor IndexApplier {
    private let executor = BlockingExecutor(label: "ledger.index")
    private let index: LedgerIndex
    private let ledger: LedgerID

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ index: LedgerIndex, ledger: LedgerID) {
        self.index = index
        self.ledger = ledger
    }

    /// Applies entries that follow each other, in one transaction.
    func apply(_ entries: [LedgerEntry]) throws(LedgerError) {
        try index.apply(to: ledger) { apply in try entries.forEach(apply) }
    }

    func partitions(of source: String?) throws(LedgerError) -> [PartitionState] { try index.partitions(of: source) }

    func partitions(
        of source: String, startingWith prefixes: [ByteString]
    ) throws(LedgerError) -> [[PartitionState]] {
        try index.partitions(of: source, startingWith: prefixes)
    }

    func status() throws(LedgerError) -> LedgerStatus { try index.status() }

    /// A seal of the windows up to a moment, as the index has them.
    func seal(before: Timestamp) throws(LedgerError) -> Seal { try index.seal(before: before) }

    func openSeries(after closed: Timestamp) throws(LedgerError) -> [OpenSeries] {
        var series: [OpenSeries] = []
        try index.forEachOpenSeries(after: closed) { series.append($0) }
        return series
    }

    func check(_ commit: Commit) throws(LedgerError) { try index.check(commit, of: ledger) }

    func documents() throws(LedgerError) -> Set<Digest256> { try index.documents() }

    func close() throws(LedgerError) { try index.close() }
}
