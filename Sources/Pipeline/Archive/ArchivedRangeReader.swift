import Ledger
import UsageModel

/// Reads again from a source, and from the archive what the source does not have any more.
struct ArchivedRangeReader: RangeReader {
    /// `nil` for one that has no ranges which could be read again, or that is not in the configuration any more.
    private var source: (any RangeReader)?
    private var archive: any RangeReader

    init(_ source: (any RangeReader)?, _ archive: any RangeReader) {
        (self.source, self.archive) = (source, archive)
    }

    mutating func expect(_ ranges: [CommittedRange]) { source?.expect(ranges) }

    func serve() async { await source?.serve() }

    mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        guard var source else { return try await kept(range) }
        do throws(RangeError) {
            let batch = try await source.read(range)
            self.source = source
            return batch
        } catch {
            self.source = source
            guard case .gone(let detail) = error else { throw error }
            return try await read(range, missing: detail)
        }
    }

    private mutating func read(_ range: CommittedRange, missing detail: String) async throws(RangeError) -> RecordBatch
    {
        do throws(RangeError) {
            return try await kept(range)
        } catch {
            switch error {
            case .gone(let more): throw .gone("\(detail); \(more)")
            case .changed(let more): throw .changed("\(detail); \(more)")
            case .failed: throw error
            }
        }
    }

    private mutating func kept(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        var archive = archive
        defer { self.archive = archive }
        return try await archive.read(range)
    }
}
