import UsageModel

extension LedgerReader {
    /// Checks every frame, hash and count of a ledger, and compares the index with one that is made anew from the
    /// segments. It changes nothing, and needs no index.
    ///
    /// - Parameter progress: called after each frame with the bytes that were checked, and all of them.
    /// - Returns: what was checked, and what is wrong.
    /// - Throws: where the disk cannot be read; what is wrong on it is a problem of the report, not an error.
    /// - Complexity: all of the ledger.
    public static func verify(
        path: String, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(LedgerError) -> VerifyReport {
        let directory = LedgerDirectory(path: path)
        guard try !directory.segmentNames().isEmpty else { throw .missing(path: path) }
        let store = DirectoryStore(directory)
        var report = VerifyReport()
        let index = try LedgerIndex.reading(directory)
        let expected = try index?.state() == nil ? nil : index?.contents()
        // A frame that a writer is just writing is no tail.
        let hasWriter = LedgerLock.hasWriter(directory)
        do {
            let segments = try Segment.all(in: store)
            report.segments = segments.count
            let fresh = try LedgerIndex.temporary()
            let last = try check(
                segments, in: store, into: fresh, upTo: expected?.state.seq ?? 0, &report, progress)
            if hasWriter { report.tornTailBytes = 0 }
            guard let expected else { return report }
            if expected.state.seq > last.seq {
                report.problems.append(
                    "the index knows \(expected.state.seq) frames, but the segments end with frame \(last.seq)")
                return report
            }
            for (made, table) in zip(try fresh.contents().tables, expected.tables) where made != table {
                report.problems.append(
                    "index: table \(table.name) differs from the segments; delete \(directory.index) to make it again")
            }
        } catch {
            guard case .damaged = error else { throw error }
            report.problems.append(error.description)
        }
        return report
    }

    /// Reads all frames, and makes an index of those that the ledger's own index holds.
    /// - Returns: the last frame.
    private static func check(
        _ segments: [Segment], in store: any SegmentStore, into index: LedgerIndex, upTo applied: UInt64,
        _ report: inout VerifyReport, _ progress: (UInt64, UInt64) -> Void
    ) throws(LedgerError) -> Chain {
        var total: UInt64 = 0
        for segment in segments { total += try store.open(segment.name).size() }
        report.bytes = UInt64(SegmentHeader.size * segments.count)
        let ledger = segments[0].header.ledger
        var reader = try SegmentReader(segments, in: store)
        try index.apply(to: ledger, startingOver: true) { apply in
            while true {
                switch try reader.next() {
                case .frame(let frame, let segment, let offset):
                    let entry = try LedgerEntry(checking: frame, segment: segment.name, offset: offset)
                    report.frames += 1
                    report.bytes += entry.size
                    switch entry.content {
                    case .commit: report.commits += 1
                    case .document: report.documents += 1
                    }
                    if entry.seq <= applied { try apply(entry) }
                    progress(report.bytes, total)
                case .broken(let broken):
                    report.tornTailBytes = try TornTail(
                        broken, after: reader.chain, ledger: ledger, in: store
                    ).length
                    return
                case .end:
                    return
                }
            }
        }
        return reader.chain
    }
}
