import AsyncAlgorithms
import Execution
import FileReader
import Logging
import UsageModel

extension Engine {
    /// How many batches one source may send before the others have their turn, when sources are followed.
    private static let turn = 16

    /// Reads the sources one after the other, in the order of the configuration, and deals the batches to the lanes.
    ///
    /// Until-idle, each source is read to its end before the next: whatever the size of a batch, the order of the
    /// records is the same, and so is the winner of a conflict.
    /// - Returns: what could not be read, in words; the rest was read all the same.
    func read(
        resume: [PartitionState], into lanes: [Lane], until stop: StopRequest, board: ProgressBoard
    ) async throws -> [String] {
        var readers: [any SourceReader] = []
        // All readers together keep at most 512 files open, and leave half of what the process may have to the ledger.
        let handles = min(512, OpenFileLimit.raise() / 2) / max(1, configuration.sources.count)
        for source in configuration.sources {
            readers.append(
                try source.reader(
                    resume: resume, batchBytes: options.batchBytes, maximumOpenFiles: max(1, handles),
                    schedule: schedule))
        }
        var dealer = Dealer(lanes: lanes, sources: configuration.sources.map(\.name), at: clock.now)
        var troubles: [[String]] = readers.map { _ in [] }
        let lag = await present(&readers)
        if options.untilIdle { board.update { $0.bytesTotal = lag.reduce(0) { $0 + $1.lagBytes } } }
        await dealer.deal(.opened(lag.filter { $0.lagBytes > $0.pendingBytes }.map(\.state.partition)))
        while !stop.isRequested {
            let (start, dealt) = (clock.now, dealer.count)
            var isAtEnd = true
            for index in readers.indices {
                let seen = troubles[index]
                troubles[index] = []
                let isDone = try await drain(
                    &readers[index], of: configuration.sources[index].name, into: &dealer, until: stop, known: seen,
                    troubles: &troubles[index])
                isAtEnd = isAtEnd && isDone
            }
            if options.untilIdle { break }
            if isAtEnd { await rest(readers.compactMap(\.readiness), since: start, dealer.count > dealt, &dealer) }
        }
        return troubles.flatMap { $0 }
    }

    /// Waits for something to read, and lets the committer see that time passes.
    private func rest(
        _ descriptors: [CInt], since start: ContinuousClock.Instant, _ hasDealt: Bool, _ dealer: inout Dealer
    ) async {
        if hasDealt {
            dealer.idleSince = clock.now
            try? await clock.sleep(until: start + options.passInterval)
            return
        }
        await dealer.deal(.idle)
        // What was read last is committed soon; after that there is nothing to be in time for.
        let isCommitted = clock.now - dealer.idleSince > configuration.ledger.commitInterval * 2
        let tick = max(options.passInterval, configuration.ledger.commitInterval / 8)
        Readiness.wait(for: descriptors, atMost: isCommitted ? options.pollInterval : min(tick, options.pollInterval))
    }

    /// Reads one source: to its present end, or for its turn.
    /// - Returns: whether it came to the end.
    private func drain(
        _ reader: inout any SourceReader, of source: String, into dealer: inout Dealer, until stop: StopRequest,
        known: [String], troubles: inout [String]
    ) async throws -> Bool {
        var left = options.untilIdle ? Int.max : Engine.turn
        while left > 0, !stop.isRequested {
            do {
                guard let batch = try await reader.next() else {
                    await dealer.settle(source)
                    return true
                }
                await dealer.deal(batch, of: source)
                left -= 1
            } catch {
                // The reader goes on with the next partition when it is asked again; the same trouble twice is enough.
                let trouble = error.description
                if troubles.contains(trouble) { return true }
                troubles.append(trouble)
                // Until-idle it is said at the end, once.
                if !options.untilIdle, !known.contains(trouble) { logger.error("\(trouble)") }
            }
        }
        return false
    }

    /// When those who follow their files look at all of them; until-idle each pass is over everything.
    private var schedule: ScanSchedule? {
        if options.untilIdle { return nil }
        let start = clock.now
        return ScanSchedule(interval: options.pollInterval) { clock.now - start }
    }

    /// What there is to read now.
    private func present(_ readers: inout [any SourceReader]) async -> [PartitionLag] {
        var all: [PartitionLag] = []
        for index in readers.indices {
            // What cannot be read is told when it is read; here it only makes the estimate smaller.
            all += (try? await readers[index].lag()) ?? []
        }
        return all
    }
}

/// Deals the reader's items to the lanes in turn.
private struct Dealer {
    let lanes: [Lane]
    private(set) var count = 0
    /// The sources of which something was dealt since they were settled last; at first any may have.
    private var unsettled: Set<String>
    /// Since when there was nothing to deal but that.
    var idleSince: ContinuousClock.Instant

    init(lanes: [Lane], sources: [String], at moment: ContinuousClock.Instant) {
        self.lanes = lanes
        unsettled = Set(sources)
        idleSince = moment
    }

    mutating func deal(_ item: Lane.Input) async {
        await lanes[count % lanes.count].input.send(item)
        count += 1
    }

    mutating func deal(_ batch: RecordBatch, of source: String) async {
        unsettled.insert(source)
        await deal(.batch(batch))
    }

    /// Says that a source was read to its end, unless that was said before.
    mutating func settle(_ source: String) async {
        if unsettled.remove(source) != nil { await deal(.settled(source)) }
    }
}
