import Testing
import UsageModel

@testable import Ledger

/// One ledger on a simulated disk, and what its writer was told: what must be there after every end.
struct CrashLife: ~Copyable {
    private let directory: LedgerDirectory
    /// Whether an index survives that knows all that was acknowledged or found.
    private let knowsIndex: Bool
    private var index: IndexState?
    private var writer: SegmentWriter?

    /// The last commit that `append` returned for, or that an opening found.
    private var acknowledged = 0
    /// The last commit that was given to `append`.
    private var attempted = 0
    private var paddings: [Int] = []

    /// Whether a sync was ever a lie.
    var wasLiedTo = false
    /// What the last opening found.
    private(set) var found = 0
    private(set) var cutTornTail = false
    private(set) var keptUnacknowledged = false
    /// Acknowledged commits that the last opening did not find.
    private(set) var lost = 0

    init(disk: SimulatedDisk, knowsIndex: Bool) {
        directory = LedgerDirectory(path: "/ledger", disk: disk)
        self.knowsIndex = knowsIndex
    }

    /// Opens the ledger and checks that it holds the acknowledged commits, perhaps the one that was under way, and nothing
    /// else: each once, in order, with all of its bytes.
    mutating func open() throws {
        writer = nil
        try directory.create()
        let opened = try OpenedSegments.open(directory, segmentBytes: 4_000, knownBy: index)
        var reader = try SegmentReader(opened.scan.segments, in: opened.store)
        var number = 0
        while let entry = try reader.entry(upTo: opened.scan.chain.seq) {
            number += 1
            guard case .commit(let commit) = entry.content else { throw Mismatch("frame \(number) is no commit") }
            guard number <= attempted, commit == CrashLife.commit(number, padding: paddings[number - 1]) else {
                throw Mismatch("commit \(number) was never written so")
            }
            index = mark(entry, in: opened.scan)
        }
        guard wasLiedTo || number >= acknowledged else {
            throw Mismatch("of \(acknowledged) acknowledged commits \(number) are there")
        }
        lost = max(0, acknowledged - number)
        keptUnacknowledged = number > acknowledged
        cutTornTail = opened.scan.tail != nil
        found = number
        acknowledged = number
        attempted = number
        paddings.removeLast(paddings.count - number)
        if !knowsIndex { index = nil }
        writer = opened.takeWriter()
    }

    /// Appends the next commit.
    mutating func append(padding: Int) throws {
        attempted += 1
        paddings.append(padding)
        let commit = CrashLife.commit(attempted, padding: padding)
        guard let entry = try writer?.append(.commit(commit), time: Timestamp(nanoseconds: 0)) else {
            throw Mismatch("nothing is open")
        }
        acknowledged = attempted
        if knowsIndex, let state = index { index = IndexState(ledger: state.ledger, applied: .init(entry)) }
    }

    private func mark(_ entry: LedgerEntry, in scan: LedgerScan) -> IndexState {
        IndexState(ledger: scan.ledger, applied: .init(entry))
    }

    /// A commit told from all others, with bytes that do not compress to fill sectors with.
    private static func commit(_ number: Int, padding: Int) -> Commit {
        var commit = Commit.small(number)
        var generator = SplitMix64(seed: UInt64(number))
        commit.quarantine = [
            QuarantinedRecord(
                partition: 0, position: .byte(0), length: UInt64(padding), reason: .badLine, detail: "",
                bytes: (0..<padding).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
        ]
        return commit
    }

    /// The ledger is not what it has to be.
    struct Mismatch: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }
}

extension SegmentReader.Mark {
    fileprivate init(_ entry: LedgerEntry) {
        self.init(chain: entry.chain, segment: entry.segment, offset: entry.offset)
    }
}
