import AsyncAlgorithms
import Logging
import UsageModel

extension Engine {
    /// How many batches one source may send before the others have their turn, when sources are followed.
    private static let turn = 16

    /// Reads the sources one after the other, in the order of the configuration, and deals the batches to the lanes.
    ///
    /// In a bounded run each source is read to its end before the next: whatever the size of a batch, the order of the
    /// records is the same, and so is the winner of a conflict.
    /// - Returns: what could not be read, in words; the rest was read all the same.
    func read(
        _ stages: Stages, resume: [PartitionState], into lanes: [Lane], until stop: StopRequest, board: ProgressBoard
    ) async throws -> [String] {
        var readers = try readers(stages, resume: resume, until: stop, board: board)
        var dealer = Dealer(lanes: lanes)
        var troubles: [[String]] = readers.map { _ in [] }
        await dealer.deal(.opened(await expect(&readers, board: board)))
        while !stop.isRequested {
            let dealt = dealer.count
            var isAtEnd = true
            for index in readers.indices {
                let seen = troubles[index]
                troubles[index] = []
                let isDrained = await drain(
                    &readers[index], into: &dealer, until: stop, known: seen, troubles: &troubles[index])
                if !isDrained { isAtEnd = false }
            }
            if options.extent.isBounded {
                board.update { $0.isComplete = isAtEnd }
                break
            }
            if dealer.count == dealt {
                await dealer.deal(.idle)
                try? await clock.sleep(for: options.pollInterval)
            }
        }
        return troubles.flatMap { $0 }
    }

    /// Reads one source: to its present end, or for its turn.
    /// - Returns: whether it came to the end.
    private func drain(
        _ reader: inout any SourceReader, into dealer: inout Dealer, until stop: StopRequest, known: [String],
        troubles: inout [String]
    ) async -> Bool {
        var left = options.extent.isBounded ? Int.max : Engine.turn
        while left > 0, !stop.isRequested {
            do {
                guard let batch = try await reader.next() else { return true }
                // It is read again by the next run. Whether its partition is wanted may not be known yet.
                if stop.isRequested { return false }
                await dealer.deal(.batch(batch))
                left -= 1
            } catch {
                // The reader goes on with the next partition when it is asked again; the same trouble twice is enough.
                let trouble = error.description
                if troubles.contains(trouble) { return true }
                troubles.append(trouble)
                // In a bounded run it is said at the end, once.
                if !options.extent.isBounded, !known.contains(trouble) { logger.error("\(trouble)") }
            }
        }
        return false
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
