import ArgumentParser
import Logging
import Pipeline
import UnixSignals
import UsageModel

/// The options of the commands that read sources into the ledger, and what these do with them.
struct ReadingOptions: ParsableArguments {
    @Option(help: "How many batches are decoded at once.")
    var workers = 2

    @Option(help: "The size of a batch, 256KiB to 4MiB.")
    var batchSize = "256KiB"

    @Option(help: "How progress is shown: auto is a bar on a terminal and lines elsewhere.")
    var progress = ProgressStyle.auto

    func runOptions(_ extent: RunOptions.Extent) throws(CallerMistake) -> RunOptions {
        guard (1...1_024).contains(workers) else { throw CallerMistake("--workers must be 1 to 1024, is \(workers)") }
        guard let size = ByteCount(batchSize)?.bytes, RunOptions.batchBytesRange.contains(size) else {
            throw CallerMistake("--batch-size must be 256KiB to 4MiB, is \"\(batchSize)\"")
        }
        return RunOptions(workers: workers, batchBytes: size, extent: extent)
    }

    private func engine(_ configuration: Configuration, _ options: RunOptions) -> Engine {
        let logger = Logger(label: "odometer") { _ in StandardErrorLog() }
        return Engine(configuration: configuration, options: options, logger: logger, now: { Timestamp.now })
    }

    /// Reads until the end, SIGTERM or SIGINT, and shows on standard error how far it is and what it did.
    func run(_ configuration: Configuration, _ options: RunOptions) async throws -> RunProgress {
        let reporter = ProgressReporter(style: progress)
        let engine = engine(configuration, options)
        let stop = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let summary = try await engine.run(stop: stop) { reporter.report($0) }
        reporter.finish(summary)
        return summary
    }

    /// Lets something read all sources again until the end, SIGTERM or SIGINT, and shows on standard error how far it is.
    func recount<Result>(
        _ configuration: Configuration,
        _ body: (Recount, UnixSignalsSequence, @escaping @Sendable (RunProgress) -> Void) async throws -> Result
    ) async throws -> Result {
        let reporter = ProgressReporter(style: progress)
        let recount = Recount(engine(configuration, try runOptions(.archive(nil))))
        return try await body(recount, await UnixSignalsSequence(trapping: .sigterm, .sigint)) { reporter.report($0) }
    }

    /// Makes a second ledger of what the ledger of a configuration counts, until the end, SIGTERM or SIGINT.
    func replay(
        _ configuration: Configuration, of period: EventPeriod, into directory: String, acceptsLoss: Bool
    ) async throws -> Replay.Summary? {
        let reporter = ProgressReporter(style: progress)
        let replay = Replay(engine(configuration, try runOptions(.archive(nil))), of: period, into: directory)
        let stop = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return try await replay.run(acceptsLoss: acceptsLoss, stop: stop) { reporter.report($0) }
    }
}
