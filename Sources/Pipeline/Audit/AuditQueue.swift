import Ledger
import Synchronization
import UsageModel

/// What the workers of an audit share: the commits that are left, and what was found.
final class AuditQueue: Sendable {
    /// The commits that were read from the ledger and are not yet made again.
    private struct Ahead: ~Copyable {
        var walk: LedgerWalk
        var commits: [CommittedFrame] = []
        /// The partition that each worker has read last: it goes on there at the least cost, above all where that is compressed.
        var last: [PartitionKey?]
        var isAtEnd = false
        /// The events that count, of the first part.
        var counted: CountedOnce
    }

    private let ahead: Mutex<Ahead>
    /// How many commits are read ahead, so that each worker finds one that suits it.
    private let depth: Int
    let journal: AuditJournal?
    let total = Mutex(AuditReport())
    let moved = Mutex<[Moved: UInt64]>([:])
    /// What is wrong with the ledger's index and log.
    let problems = Mutex<[String]>([])
    /// The records that commits refused as repeats.
    let refused = Mutex<[(seq: UInt64, identities: [UInt64])]>([])

    init(_ walk: consuming sending LedgerWalk, _ journal: AuditJournal?, workers: Int, parts: UInt64) {
        ahead = Mutex(
            Ahead(walk: walk, last: [PartitionKey?](repeating: nil, count: workers), counted: CountedOnce(of: parts)))
        depth = 3 * workers
        self.journal = journal
    }

    /// A commit for a worker: one that goes on where it is, or else begins where no other is; `nil` at the end.
    func next(for worker: Int) throws(LedgerError) -> CommittedFrame? {
        try ahead.withLock { ahead throws(LedgerError) in
            while ahead.commits.count < depth, !ahead.isAtEnd { try read(&ahead) }
            if ahead.commits.isEmpty { return nil }
            let starts = ahead.commits.map { $0.commit.partition(ofRange: 0) }
            let own = ahead.last[worker]
            let place =
                starts.firstIndex { $0 != nil && $0 == own } ?? starts.firstIndex { !ahead.last.contains($0) } ?? 0
            let frame = ahead.commits.remove(at: place)
            ahead.last[worker] = frame.commit.partition(ofRange: frame.commit.ranges.count - 1)
            return frame
        }
    }

    /// Reads on in the ledger; what is wrong with frames goes into the report.
    private func read(_ ahead: inout Ahead) throws(LedgerError) {
        guard let step = try ahead.walk.next() else {
            ahead.isAtEnd = true
            return
        }
        let damage: FrameDamage?
        switch step {
        case .commit(let frame, let fault):
            ahead.counted.take(frame.commit.identities)
            ahead.commits.append(frame)
            damage = fault
        case .damage(let fault): damage = fault
        }
        let (lastSeq, root) = (ahead.walk.lastSeq, ahead.walk.root)
        total.withLock { total in
            (total.lastSeq, total.root) = (lastSeq, root)
            if let damage { total.take(damage) }
        }
    }

    /// The text of a document among the frames that were read.
    func document(_ digest: Digest256) -> [UInt8]? { ahead.withLock { $0.walk.document(digest) } }

    /// Notes what a commit refused as repeats.
    func refuse(_ identities: [UInt64], in seq: UInt64) {
        if !identities.isEmpty { refused.withLock { $0.append((seq, identities)) } }
    }

    /// Notes what is wrong with the ledger's index and log.
    func note(_ problems: [String]) { self.problems.withLock { $0 += problems } }

    /// Takes out the events that count, when all commits were read.
    func takeCounted() -> CountedOnce {
        ahead.withLock { ahead in
            let counted = ahead.counted
            ahead.counted = CountedOnce(of: 1)
            return counted
        }
    }
}

extension Commit {
    /// The partition of one of its ranges; `nil` where it has no such range.
    fileprivate func partition(ofRange index: Int) -> PartitionKey? {
        ranges.indices.contains(index) ? PartitionKey(partitions[Int(ranges[index].partition)].partition) : nil
    }
}
