import Crypto
import Execution
import Foundation
import Ledger
public import UsageModel

/// Counts meters anew over all that a ledger has taken in, from the sources.
///
/// It is a run of its own into a ledger beside the other, over the events that the other counts and no more; what that comes
/// to is put into the other as one commit. So a crash leaves nothing half done, and the next attempt goes on where it was.
public struct Recount: Sendable {
    /// What it found.
    public struct Summary: Sendable, Hashable {
        /// The events that the ledger counts.
        public var counted: UInt64
        /// Those of them that were found again in the sources.
        public var found: UInt64
    }

    private let engine: Engine

    var configuration: Configuration { engine.configuration }

    /// - Parameter engine: how the sources are read into the ledger; its extent is that of an archive.
    public init(_ engine: Engine) {
        self.engine = engine
    }

    /// Counts meters over all the past, and puts it in the place of what the ledger has of these versions of them.
    ///
    /// - Parameters:
    ///   - stop: its first element ends it; the next attempt goes on from there.
    ///   - acceptsLoss: whether events may be missing from the sources.
    /// - Throws: ``RunError`` where events that were counted are not in the sources any more.
    /// - Returns: `nil` when it was stopped.
    public func count<Stop: AsyncSequence & Sendable>(
        _ meters: [Meter], acceptsLoss: Bool, stop: Stop, onProgress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> Summary? where Stop.Failure == Never {
        let ledger = try await openExisting()
        do {
            guard let (summary, place) = try await count(meters, beside: ledger, acceptsLoss, stop, onProgress) else {
                try await ledger.close()
                return nil
            }
            var commit = Commit(
                configuration: try await ledger.ensureDocument(.configuration, configuration.document),
                tenants: try await ledger.ensureDocument(.tenants, configuration.tenantDocument))
            commit.delta = try await Recount.blocking { try Recount.usage(of: meters, in: place) }
            commit.recounted = Array(0..<UInt32(commit.delta.meters.count))
            try await ledger.append(checking: commit)
            try await ledger.close()
            try removeAttempts()
            return summary
        } catch {
            await ledger.abandon()
            throw error
        }
    }

    /// A ledger that is not there is not made for this.
    func openExisting() async throws -> LedgerWriter {
        let path = configuration.ledger.path
        _ = try await Recount.blocking { try LedgerReader.open(path: path) }
        return try await LedgerWriter.open(path: path, now: engine.now)
    }

    /// Counts meters into a ledger beside another.
    /// - Returns: where that lies; `nil` when it was stopped.
    func count<Stop: AsyncSequence & Sendable>(
        _ meters: [Meter], beside ledger: LedgerWriter, _ acceptsLoss: Bool, _ stop: Stop,
        _ onProgress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> (Summary, path: String)? where Stop.Failure == Never {
        let status = try await ledger.status()
        let place = try place(of: meters, at: status)
        let key = await ledger.identityKey
        let retention = configuration.retention
        let counted = try await Recount.blocking {
            CountedEvents(try ledger.openIdentities(retention, watermark: status.watermark), key: key)
        }
        var beside = configuration
        beside.ledger.path = place
        beside.meters = meters
        // What was counted is counted again, whatever else would be said of it today.
        beside.takeEverything()
        var engine = engine
        engine.configuration = beside
        engine.counted = counted
        let progress = try await engine.run(stop: stop, onProgress: onProgress)
        if !progress.isComplete { return nil }
        let counts = try await Recount.blocking { try LedgerReader.open(path: place).status().counts }
        let found = counts.accepted
        let summary = Summary(counted: status.counts.accepted, found: found)
        if found < summary.counted, !acceptsLoss {
            throw RunError(
                "\(summary.counted - found) of \(summary.counted) events that the ledger counts are not in the sources any"
                    + " more" + (configuration.dedupKeep == nil ? "" : ", or are older than dedup.keep")
                    + (counts.rejected == 0 ? "" : ", or are among \(counts.rejected) records that are rejected now")
                    + ", so nothing was changed; bring them back, or take --accept-loss to count what there is")
        }
        return (summary, place)
    }

    /// Does what waits for the disk, and not in the pool.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withTaskExecutorPreference(BlockingExecutor(label: "recount")) { () async throws -> Value in
            try body()
        }
    }

    /// What a ledger has of some meters.
    static func usage(of meters: [Meter], in path: String) throws -> UsageDelta {
        let reader = try LedgerReader.open(path: path)
        var delta = UsageDelta(meters: meters.map(\.header), entries: [])
        for (number, header) in delta.meters.enumerated() {
            let versions = try reader.meterVersions(of: header.name).filter { $0.header == header }
            for row in try reader.usage(of: UsageSelection(versions: versions)) {
                delta.entries.append(
                    UsageDelta.Entry(
                        meter: UInt32(number), tenant: row.tenant, dimensions: row.dimensions, window: row.window,
                        aggregate: row.aggregate))
            }
        }
        return delta
    }

    private var directory: String { configuration.ledger.path + "/recount" }

    /// Removes what attempts left, when what they were for is done.
    func removeAttempts() throws {
        try FileManager.default.removeItem(atPath: directory)
    }

    /// The directory of an attempt: of these meters, this configuration and this tenant table, while nothing has come to the ledger. What other
    /// attempts left is removed.
    private func place(of meters: [Meter], at status: LedgerStatus) throws -> String {
        var hash = SHA256()
        for meter in meters { hash.update(data: Array("\(meter.name) \(meter.definition)\n".utf8)) }
        hash.update(data: configuration.text)
        hash.update(data: configuration.tenantDocument)
        let name = "\(status.appliedSeq)-\(Hexadecimal.text(Array(hash.finalize().prefix(8))))"
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for other in try files.contentsOfDirectory(atPath: directory) where other != name {
            try files.removeItem(atPath: directory + "/" + other)
        }
        return directory + "/" + name
    }
}

extension Configuration {
    /// Refuses nothing, and reads all from its beginning: of events that a ledger counts, which another run counts again.
    mutating func takeEverything() {
        schema = EventSchemas(
            cloudEvents: NamedFile(path: "any", bytes: Array("true".utf8), line: nil), byType: [])
        future = .seconds(300 * 366 * 86_400)
        dedupKeep = nil
        archive = nil
        sources = sources.map(\.fromItsBeginning)
    }
}

extension Source {
    /// The same from the first record on that there is.
    fileprivate var fromItsBeginning: Source {
        guard case .kinesis(var stream) = place else { return self }
        stream.start = .trimHorizon
        stream.acceptsGaps = true
        var source = self
        source.place = .kinesis(stream)
        return source
    }
}
