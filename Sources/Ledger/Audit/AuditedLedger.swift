public import UsageModel

/// A ledger as an audit reads it: as it lies there, damaged or not, and without writing anything, not even to its index.
public struct AuditedLedger: Sendable {
    private let directory: LedgerDirectory
    private let store: DirectoryStore
    private let names: [String]
    private let index: LedgerIndex?
    private let witness: IndexWitness?
    private let limit: UInt64

    /// Which ledger it is.
    public let id: LedgerID

    /// - Throws: ``LedgerError/missing(path:)`` where there is none, and damage where it cannot be told which ledger it is.
    public init(path: String) throws(LedgerError) {
        let directory = LedgerDirectory(path: path)
        try directory.requireSegments()
        let store = DirectoryStore(directory)
        // What a writer writes meanwhile is for the next audit.
        let hasWriter = LedgerLock.hasWriter(directory)
        let index = try LedgerIndex.reading(directory)
        let state = try index?.state()
        let names = try store.list()
        var ledger = try AuditedLedger.ledger(names, store)
        if ledger == nil { ledger = state?.ledger }
        guard let ledger else {
            throw .damage(in: names[0], at: 0, "no segment has a whole header, and no index says which ledger it is")
        }
        id = ledger
        limit = hasWriter ? state?.seq ?? .max : .max
        witness = if let index { try IndexWitness(index, of: ledger) } else { nil }
        (self.directory, self.store, self.names, self.index) = (directory, store, names, index)
    }

    /// The commits from the first one on, and what is wrong with frames.
    public func walk() -> LedgerWalk {
        LedgerWalk(FrameScan(names, of: id, in: store), witness, upTo: limit)
    }

    /// How far each partition is committed, as far as the index knows.
    public func partitions() throws(LedgerError) -> [PartitionState] {
        witness == nil ? [] : try index?.partitions() ?? []
    }

    /// How many events the commits count, as far as the index knows.
    public func accepted() throws(LedgerError) -> UInt64 {
        witness == nil ? 0 : try index?.status().counts.accepted ?? 0
    }

    /// Calls a closure with each commit whose frame can be read, the oldest first. O(bytes of the ledger).
    public func forEachSoundCommit(_ body: (CommittedFrame) -> Void) throws(LedgerError) {
        var walk = walk()
        while let step = try walk.next() {
            if case .commit(let frame, nil) = step { body(frame) }
        }
    }

    /// The 16 secret bytes that events' identities are made with.
    /// - Throws: damage, where they are missing, broken or those of another ledger.
    public func identityKey() throws(LedgerError) -> [UInt8] { try LedgerKey.read(id, in: directory).bytes }

    private static func ledger(_ names: [String], _ store: DirectoryStore) throws(LedgerError) -> LedgerID? {
        for name in names {
            let bytes = try store.open(name).read(at: 0, count: SegmentHeader.size)
            if let header = try? SegmentHeader.decode(bytes) { return header.ledger }
        }
        return nil
    }
}
