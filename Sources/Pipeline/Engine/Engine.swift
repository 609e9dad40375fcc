import Execution
import Ledger
public import Logging
public import UsageModel

/// The whole way of the data: readers, decoders, windows and ledger, put together and run.
///
/// The stages are synchronous values. The only tasks are those of the one group in `stream`, joined by bounded
/// channels: a reader, the decoders, a committer and the ledger's. What moves between them is a batch, never a record.
public struct Engine: Sendable {
    var configuration: Configuration
    let options: RunOptions
    let logger: Logger
    /// The wall clock: it dates commits, and never enters a total.
    let now: @Sendable () -> Timestamp
    let clock = ContinuousClock()
    /// The events that alone are taken in; `nil` for all.
    var counted: CountedEvents?

    public init(
        configuration: Configuration, options: RunOptions, logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.options = options
        self.logger = logger
        self.now = now
    }

    /// Reads the sources into the ledger: as far as the options say, or until it is told to stop.
    ///
    /// - Parameters:
    ///   - stop: its first element ends the run gracefully: what was read is committed. Cancellation ends it at once:
    ///     what was not committed is read again by the next run.
    ///   - onProgress: called about ten times a second, by one task at a time.
    /// - Returns: what this run did.
    /// - Throws: ``RunError`` when the work failed.
    public func run<Stop: AsyncSequence & Sendable>(
        stop: Stop, onProgress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> RunProgress where Stop.Failure == Never {
        let stages = try Stages(configuration: configuration)
        let ledger = try await LedgerWriter.open(path: configuration.ledger.path, now: now)
        if let report = await ledger.recovery.message {
            logger.warning("\(report)")
        }
        let board = ProgressBoard(start: clock.now)
        let names = Set(configuration.sources.map(\.place.partitionName))
        board.update { $0.partitionName = names.count == 1 ? names.first ?? .partition : .partition }
        let connections = ServiceConnections()
        let troubles: [String]
        do {
            troubles = try await stream(
                stages, into: ledger, connections, stop: stop, board: board, onProgress: onProgress)
        } catch {
            await ledger.abandon()
            throw error
        }
        try await ledger.close()
        // What could be read is committed; what could not be is said at the end, and is the exit status.
        if options.extent.isBounded, !troubles.isEmpty { throw RunError(troubles.joined(separator: "\n")) }
        return board.progress(at: clock.now)
    }
}
