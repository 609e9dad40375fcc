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
            for segment in segments { report.totalBytes += try store.open(segment.name).size() }
            let fresh = try LedgerIndex.temporary()
            var reader = try SegmentReader(segments, in: store)
            report.bytes = UInt64(SegmentHeader.size * segments.count)
            try check(&reader, in: store, into: fresh, upTo: expected?.state.seq ?? .max, &report, progress)
            if let expected {
                if expected.state.seq > reader.chain.seq {
                    report.problems.append(
                        "the index knows \(expected.state.seq) frames, but the segments end with frame \(reader.chain.seq)"
                    )
                } else {
                    for (made, table) in zip(try fresh.contents().tables, expected.tables) where made != table {
                        report.problems.append(
                            "index: table \(table.name) differs from the segments; delete \(directory.index) to make it again"
                        )
                    }
                }
                try check(&reader, in: store, into: fresh, upTo: .max, &report, progress)
            }
            if hasWriter { report.tornTailBytes = 0 }
        } catch {
            guard case .damaged = error else { throw error }
            report.problems.append(error.description)
        }
        return report
    }

    /// Reads frames up to a number, or to the end, and puts them into an index.
    private static func check(
        _ reader: inout SegmentReader, in store: any SegmentStore, into index: LedgerIndex, upTo limit: UInt64,
        _ report: inout VerifyReport, _ progress: (UInt64, UInt64) -> Void
    ) throws(LedgerError) {
        let ledger = reader.ledger
        try index.apply(to: ledger, startingOver: reader.chain.seq == 0) { apply in
            while reader.chain.seq < limit {
                switch try reader.next() {
                case .frame(let frame, let segment, let offset):
                    let entry = try LedgerEntry(checking: frame, segment: segment.name, offset: offset)
                    report.count(entry)
                    try apply(entry)
                    progress(report.bytes, report.totalBytes)
                case .broken(let broken):
                    let tail = try TornTail(broken, after: reader.chain, ledger: ledger, in: store)
                    report.tornTailBytes = tail.length
                    return
                case .end:
                    return
                }
            }
        }
    }
}

extension VerifyReport {
    fileprivate mutating func count(_ entry: LedgerEntry) {
        frames += 1
        bytes += entry.size
        switch entry.content {
        case .commit: commits += 1
        case .document: documents += 1
        case .seal: seals += 1
        }
    }
}
