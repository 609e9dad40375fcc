import Execution
public import UsageModel

/// The one process that appends to a ledger.
///
/// A commit is durable when `append` returns: its frame is written and synced before anything is told of it. The index
/// follows by `applyIndex`, on a thread of its own; what it lacks after a crash it is given by the next opening.
///
/// All of it blocks on the disk, so it runs on executors that may; the cooperative pool never waits.
public actor LedgerWriter {
    /// Entries that may wait for the index, some 60 MB of them.
    private static let maximumPendingWeight = 1 << 17

    private let executor: BlockingExecutor
    /// The 16 secret bytes that events' identities are made with.
    public let identityKey: [UInt8]
    /// What opening found and did.
    public let recovery: RecoveryReport

    private let applier: IndexApplier
    private let options: LedgerOptions
    private let now: @Sendable () -> Timestamp
    private let store: any SegmentStore
    private let directory: LedgerDirectory
    private let history: LedgerScan
    private var last: SegmentReader.Mark?
    private var segments: SegmentWriter?
    private var lock: LedgerLock?
    private var documents: Set<Digest256>
    /// Frames that are durable and that the index lacks.
    private var pending: [LedgerEntry] = []
    /// How much memory they need, in entries.
    private var pendingWeight = 0
    private var indexFailure: LedgerError?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Opens a ledger, and makes it if it is missing.
    ///
    /// - Parameters:
    ///   - now: the wall clock, for the frames' times. It enters no total.
    /// - Throws: ``LedgerError/locked(path:pid:)`` while another writer has it, and
    ///   ``LedgerError/damaged(segment:offset:message:advice:)`` where what lies there is not what was written; then
    ///   nothing was changed.
    /// - Complexity: the frames since the index's last one; all of them when the index is made again.
    public static func open(
        path: String, options: LedgerOptions = LedgerOptions(), now: @escaping @Sendable () -> Timestamp
    ) async throws(LedgerError) -> LedgerWriter {
        let executor = BlockingExecutor(label: "ledger.segments")
        let opening = try await Opener(executor).open(path, options)
        return try await LedgerWriter(opening, options: options, executor: executor, now: now)
    }

    /// Does the opening where it may block.
    private actor Opener {
        private let executor: BlockingExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        init(_ executor: BlockingExecutor) {
            self.executor = executor
        }

        func open(_ path: String, _ options: LedgerOptions) throws(LedgerError) -> LedgerOpening {
            try LedgerOpening.open(LedgerDirectory(path: path, disk: options.disk), options)
        }
    }

    private init(
        _ opening: consuming LedgerOpening, options: LedgerOptions, executor: BlockingExecutor,
        now: @escaping @Sendable () -> Timestamp
    ) async throws(LedgerError) {
        self.executor = executor
        self.options = options
        self.now = now
        identityKey = opening.segments.key.bytes
        recovery = opening.report
        store = opening.segments.store
        directory = opening.directory
        history = opening.segments.scan
        applier = IndexApplier(opening.index, ledger: opening.segments.scan.ledger)
        documents = try await applier.documents()
        lock = consume opening.lock
        segments = consume opening.segments.writer
    }

    /// Which ledger it is.
    public nonisolated var id: LedgerID { history.ledger }

    /// How far each partition is committed, as far as the index is applied: where readers go on. Ordered by source and id.
    /// - Parameter source: those of one source only.
    public func partitions(of source: String? = nil) async throws(LedgerError) -> [PartitionState] {
        try await applier.partitions(of: source)
    }

    /// The same of one source's partitions whose ids begin with one of some bytes, a list for each of these.
    /// O(log partitions) each.
    public nonisolated func partitions(
        of source: String, startingWith prefixes: [ByteString]
    ) async throws(LedgerError) -> [[PartitionState]] {
        try await applier.partitions(of: source, startingWith: prefixes)
    }

    /// The series of fixed windows that end after a moment, as far as the index is applied. O(their rows).
    public func openSeries(after closed: Timestamp) async throws(LedgerError) -> [OpenSeries] {
        try await applier.openSeries(after: closed)
    }

    /// What the ledger remembers of the events that were accepted before this writer opened.
    ///
    /// It blocks: for the start of a run, on an executor that may wait. A writer opens them once.
    /// - Parameters:
    ///   - retention: how long events are remembered.
    ///   - watermark: that of the last commit.
    /// - Complexity: the filters of the horizon, and the commits since the last run was written; all segments when
    ///   `identities/` is missing or not as it was written.
    public nonisolated func openIdentities(
        _ retention: IdentityRetention, watermark: Timestamp?, limits: IdentityLimits = IdentityLimits()
    ) throws(LedgerError) -> IdentityOpening {
        IdentityOpening(
            try IdentityStore.open(
                directory, history, in: store, limits: limits, retention: retention, watermark: watermark))
    }

    /// The last frame that this writer has appended; `nil` before the first.
    public var lastFrame: LedgerFrame? { last.map { LedgerFrame(mark: $0) } }

    /// Puts a document into the ledger unless it is there: commits name it by its digest.
    /// - Returns: the SHA-256 of its bytes.
    public func ensureDocument(_ kind: DocumentKind, _ bytes: [UInt8]) async throws(LedgerError) -> Digest256 {
        let document = LedgerDocument(kind: kind, bytes: bytes)
        if !documents.contains(document.digest) {
            _ = try await append(.document(document))
            documents.insert(document.digest)
        }
        return document.digest
    }

    /// Appends a commit. When it returns the commit is durable, but the index may lack it.
    ///
    /// It waits for the index when that is too far behind; see ``LedgerOptions/maximumIndexLag``.
    /// - Returns: its sequence number.
    /// - Throws: after a failed write every later call throws ``LedgerError/poisoned(cause:)``; none is tried again.
    @discardableResult
    public func append(_ commit: Commit) async throws(LedgerError) -> UInt64 {
        try await append(.commit(commit))
    }

    /// Appends a commit that takes usage away or counts it anew, if it fits what there is: what is durable stays, so that one
    /// that contradicts the index would be damage.
    ///
    /// Nothing may be appended beside it. It is in the index when it returns.
    public func append(checking commit: Commit) async throws(LedgerError) {
        try await applyIndex()
        try await applier.check(commit)
        _ = try await append(.commit(commit))
        try await applyIndex()
    }

    /// Opens the archive of this ledger's records to be written, and makes it if it is missing.
    /// - Parameters:
    ///   - path: its directory, which is none of the ledger's own.
    ///   - keep: how long records are kept, by the wall clock; `nil` for ever.
    /// - Throws: ``LedgerError/foreignArchive(path:)`` where another ledger's records lie there.
    /// - Complexity: the files, and the blocks of the last one.
    public func openArchive(at path: String, keep: Duration?) throws(LedgerError) -> RecordArchive {
        guard let epoch = segments?.epoch else { throw .closed }
        let files = try ArchiveFiles(ArchiveDirectory(path: path, disk: options.disk), of: id, keep: keep)
        return RecordArchive(files, besides: store, epoch: epoch, now: now)
    }

    /// The blocks of the commit that is appended next, as an object of its own, for an archive in a bucket.
    ///
    /// When it lies there, durable, the commit may be appended, and no earlier.
    /// - Throws: ``LedgerError/fenced(epoch:by:)`` where another writer has taken over.
    /// - Complexity: the bytes.
    public func archivePiece(of blocks: [ArchiveBlock]) throws(LedgerError) -> ArchivePiece {
        guard let epoch = segments?.epoch, let seq = segments?.chain.seq else { throw .closed }
        let newest = try store.epoch()
        guard epoch >= newest else { throw .fenced(epoch: epoch, by: newest) }
        return ArchivePiece(
            blocks, named: ArchivePieceName(seq: seq + 1, epoch: epoch), at: now(), in: id)
    }

    /// Closes all windows that end at or before a moment for good, and freezes their totals in a frame of its own.
    ///
    /// Nothing may be appended beside it. It is durable, and in the index, when it returns.
    /// - Throws: ``LedgerError/invalidCommit(_:)`` where as much, or more, is sealed already.
    public func seal(before: Timestamp) async throws(LedgerError) -> Seal {
        try await applyIndex()
        let seal = try await applier.seal(before: before)
        if let after = seal.after, after >= before { throw .invalidCommit("windows up to \(after) are sealed already") }
        _ = try await append(.seal(seal))
        try await applyIndex()
        return seal
    }

    /// What the ledger holds, in numbers, as far as the index is applied.
    public func status() async throws(LedgerError) -> LedgerStatus { try await applier.status() }

    /// Brings the index up to date with what is appended so far: several commits in one transaction.
    ///
    /// It runs beside `append`, so a pipeline calls it in a task of its own, or after each commit.
    public func applyIndex() async throws(LedgerError) {
        if let indexFailure { throw indexFailure }
        if pending.isEmpty { return }
        let entries = pending
        pending = []
        pendingWeight = 0
        do {
            try await applier.apply(entries)
        } catch {
            // The first failure is the cause; what was to follow it cannot follow.
            let cause = indexFailure ?? error
            indexFailure = cause
            throw cause
        }
    }

    /// Applies what the index lacks, and frees the ledger.
    public func close() async throws(LedgerError) {
        segments = nil
        defer { lock = nil }
        try await applyIndex()
        try await applier.close()
    }

    /// Frees the ledger as it is, after a failure. The next opening gives the index what it lacks.
    public func abandon() async {
        segments = nil
        pending = []
        try? await applier.close()
        lock = nil
    }

    private func append(_ content: LedgerEntry.Content) async throws(LedgerError) -> UInt64 {
        if let indexFailure { throw indexFailure }
        guard let entry = try segments?.append(content, time: now()) else { throw .closed }
        last = entry.mark
        pending.append(entry.withoutIdentities)
        if case .commit(let commit) = content { pendingWeight += commit.delta.weight }
        if pending.count > options.maximumIndexLag || pendingWeight > LedgerWriter.maximumPendingWeight {
            try await applyIndex()
        }
        return entry.seq
    }
}

extension UsageDelta {
    /// How much memory it needs, in entries; as much as one has eight digests or two readings.
    fileprivate var weight: Int {
        entries.indices.reduce(entries.count) { weight, index in
            switch entries[index].aggregate {
            case .unique(let digests, _): weight + digests.count / 8
            case .increase(let samples), .timeWeighted(let samples): weight + samples.count / 2
            default: weight
            }
        }
    }
}
