/// Opens a ledger for writing: takes the lock, finds the end, cuts a torn tail, brings the index up to date.
struct LedgerOpening: ~Copyable, Sendable {
    let directory: LedgerDirectory
    let lock: LedgerLock
    let index: LedgerIndex
    let report: RecoveryReport
    var segments: OpenedSegments

    static func open(
        _ directory: LedgerDirectory, _ options: LedgerOptions
    ) throws(LedgerError) -> LedgerOpening {
        try directory.create()
        let lock = try LedgerLock.writer(directory)
        let indexLock = try LedgerLock.index(directory)
        let state = try LedgerIndex.reading(directory)?.stateAndClose()
        let segments = try OpenedSegments.open(directory, segmentBytes: options.segmentBytes, knownBy: state)
        var report = segments.report
        let index = try LedgerIndex.writing(directory)
        try index.catchUp(with: segments.scan, in: segments.store, report: &report)
        _ = consume indexLock
        return LedgerOpening(directory: directory, lock: lock, index: index, report: report, segments: segments)
    }
}

extension LedgerIndex {
    /// Reads how far the index has come, for a connection that is needed for no more.
    consuming func stateAndClose() throws(LedgerError) -> IndexState? {
        let state = try state()
        try close()
        return state
    }
}
