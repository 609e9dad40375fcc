import Glibc
import UsageModel

extension LedgerReader {
    /// Checks every frame, hash, count and seal of a ledger, and compares the index and the log with what the segments give
    /// anew. It changes nothing, and needs no index.
    ///
    /// - Parameter progress: called after each frame with the bytes that were checked, and all of them.
    /// - Returns: what was checked, and what is wrong.
    /// - Throws: where the disk cannot be read; what is wrong on it is a problem of the report, not an error.
    /// - Complexity: all of the ledger.
    public static func verify(
        path: String, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(LedgerError) -> VerifyReport {
        let directory = LedgerDirectory(path: path)
        let store = DirectoryStore(directory)
        var report = VerifyReport()
        let index = try LedgerIndex.reading(directory)
        let expected = try index?.state() == nil ? nil : index?.contents()
        if let fault = try index?.fault() {
            report.problems.append("index: \(fault); delete \(directory.index) to make it again")
        }
        // A frame that a writer is just writing is no tail.
        let hasWriter = LedgerLock.hasWriter(directory)
        do {
            try directory.requireSegments()
            let segments = try Segment.all(in: store)
            report.problems += try keyProblem(of: segments[0].header.ledger, in: directory)
            let audit = try audit(of: segments[0].header.ledger, in: directory, &report)
            var verification = try LedgerVerification(segments, in: store, report, audit)
            try verification.read(upTo: expected?.state.seq ?? .max, progress)
            if let expected, !verification.isBroken {
                verification.report.problems += try compare(expected, with: verification, directory)
                try verification.read(upTo: .max, progress)
            }
            report = try verification.finish()
            if hasWriter { report.tornTailBytes = 0 }
        } catch {
            guard case .damaged = error else { throw error }
            report.problems.append(error.description)
        }
        return report
    }

    /// What is wrong with the key, as far as it may be read: that is for the writer's user alone.
    private static func keyProblem(of ledger: LedgerID, in directory: LedgerDirectory) throws(LedgerError) -> [String] {
        if directory.disk.exists(directory.key), unsafe access(directory.key, R_OK) != 0 { return [] }
        do {
            _ = try LedgerKey.read(ledger, in: directory)
            return []
        } catch {
            guard case .damaged = error else { throw error }
            return [error.description]
        }
    }

    /// How the ledger's index differs from one that was made of the same frames.
    private static func compare(
        _ expected: (state: IndexState, tables: [LedgerIndex.TableContents]), with made: borrowing LedgerVerification,
        _ directory: LedgerDirectory
    ) throws(LedgerError) -> [String] {
        if expected.state.seq > made.lastSeq {
            return ["the index knows \(expected.state.seq) frames, but the segments end with frame \(made.lastSeq)"]
        }
        return zip(try made.index.contents().tables, expected.tables).filter { $0 != $1 }.map { _, table in
            "index: table \(table.name) differs from the segments; delete \(directory.index) to make it again"
        }
    }

    /// What compares the log with the segments; where it cannot, that is a problem, and all else is checked.
    private static func audit(
        of ledger: LedgerID, in directory: LedgerDirectory, _ report: inout VerifyReport
    ) throws(LedgerError) -> LogAudit? {
        do {
            return try LogAudit(of: ledger, in: directory)
        } catch {
            guard case .damaged = error else { throw error }
            report.problems.append(error.description)
            return nil
        }
    }
}
