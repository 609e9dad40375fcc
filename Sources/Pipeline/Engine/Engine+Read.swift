import AsyncAlgorithms
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
        for source in configuration.sources {
            readers.append(try source.reader(resume: resume, batchBytes: options.batchBytes))
        }
        var dealer = Dealer(lanes: lanes)
        var troubles: [[String]] = readers.map { _ in [] }
        let lag = await present(&readers)
        if options.untilIdle { board.update { $0.bytesTotal = lag.reduce(0) { $0 + $1.lagBytes } } }
        await dealer.deal(.opened(lag.filter { $0.lagBytes > $0.pendingBytes }.map(\.state.partition)))
        while !stop.isRequested {
            var idle = true
            for index in readers.indices {
                let seen = troubles[index]
                troubles[index] = []
                let dealt = dealer.count
                try await drain(
                    &readers[index], into: &dealer, until: stop, known: seen, troubles: &troubles[index])
                if dealer.count > dealt { idle = false }
            }
            if options.untilIdle { break }
            if idle {
                await dealer.deal(.idle)
                try? await clock.sleep(for: options.pollInterval)
            }
        }
        return troubles.flatMap { $0 }
    }

    /// Reads one source: to its present end, or for its turn.
    private func drain(
        _ reader: inout any SourceReader, into dealer: inout Dealer, until stop: StopRequest, known: [String],
        troubles: inout [String]
    ) async throws {
        var left = options.untilIdle ? Int.max : Engine.turn
        while left > 0, !stop.isRequested {
            do {
                guard let batch = try await reader.next() else { return }
                await dealer.deal(.batch(batch))
                left -= 1
            } catch {
                // The reader goes on with the next partition when it is asked again; the same trouble twice is enough.
                let trouble = error.description
                if troubles.contains(trouble) { return }
                troubles.append(trouble)
                // Until-idle it is said at the end, once.
                if !options.untilIdle, !known.contains(trouble) { logger.error("\(trouble)") }
            }
        }
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

    init(lanes: [Lane]) {
        self.lanes = lanes
    }

    mutating func deal(_ item: Lane.Input) async {
        await lanes[count % lanes.count].input.send(item)
        count += 1
    }
}
