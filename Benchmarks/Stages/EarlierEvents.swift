import Foundation
import Ledger
import UsageModel
import Windowing

/// A ledger that remembers events in runs, in a directory of its own until `remove()`.
struct EarlierEvents {
    let view: IdentityView
    private let directory: URL

    /// - Parameter count: events of each run, at six hours of its own.
    init(runs: Int, of count: Int) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "odometer-benchmark-\(UUID())")
        let writer = try await LedgerWriter.open(path: directory.path, now: { Timestamp(nanoseconds: 0) })
        _ = try await writer.ensureDocument(.configuration, [])
        guard let frame = await writer.lastFrame else { preconditionFailure("a document has a frame") }
        var archive = try writer.openIdentities(IdentityRetention(horizon: .max), watermark: nil).archive
        var generator = SystemRandomNumberGenerator()
        for run in 0..<runs {
            var recent = Deduplicator()
            recent.insert(
                (0..<count).map { number in
                    EventIdentity(
                        identity: Digest128(high: generator.next(), low: generator.next()), content: 0,
                        hour: Int32(run * 6 + number * 6 / count))
                })
            try archive.flush(recent.freeze().sorted, through: frame, within: .everything)
        }
        view = archive.history.view
        try await writer.close()
    }

    func remove() throws {
        try FileManager.default.removeItem(at: directory)
    }
}
