import AsyncAlgorithms
import Execution
import Logging
import TenantMapping
import UsageModel

extension Engine {
    /// How many batches one source may send before the others have their turn, when sources are followed.
    private static let turn = 64

    /// Reads the sources one after the other, in the order of the configuration, and deals the batches to the lanes.
    ///
    /// In a bounded run each source is read to its end before the next: whatever the size of a batch, the order of the
    /// records is the same, and so is the winner of a conflict.
    /// - Returns: what could not be read, in words; the rest was read all the same.
    func read(
        _ readers: [any SourceReader], into lanes: [Lane], _ load: LaneLoad, until stop: StopRequest,
        board: ProgressBoard
    ) async -> [String] {
        var readers = readers
        var dealer = Dealer(lanes: lanes, load, sources: configuration.sources.map(\.name), at: clock.now)
        var troubles = readers.map { _ in Troubles() }
        var tenants = options.extent.isBounded ? nil : TenantFile(configuration, at: clock.now)
        for index in readers.indices {
            await tell(readers[index].news(), of: configuration.sources[index].name, &dealer, board)
        }
        while !stop.isRequested {
            await tellChange(of: &tenants, &dealer)
            let (start, dealt) = (clock.now, dealer.count)
            var isAtEnd = true
            for index in readers.indices {
                troubles[index].beginPass()
                let isDrained = await drain(
                    &readers[index], of: configuration.sources[index].name, into: &dealer, until: stop,
                    troubles: &troubles[index], board: board)
                await dealer.flush()
                if !isDrained { isAtEnd = false }
            }
            if options.extent.isBounded {
                board.update { $0.isComplete = isAtEnd }
                break
            }
            if isAtEnd { await rest(readers.compactMap(\.readiness), since: start, dealer.count > dealt, &dealer) }
        }
        return troubles.flatMap(\.texts)
    }

    /// Lets a changed tenant table come into force; one that cannot be used is told of, and the one before stays.
    private func tellChange(of tenants: inout TenantFile?, _ dealer: inout Dealer) async {
        do throws(ConfigurationError) {
            guard let version = try tenants?.change(at: clock.now) else { return }
            logger.info("the tenant table changed: \(version.table.subjectCount) subjects")
            await dealer.deal(version)
        } catch {
            logger.error("\(error); the tenant table before stays in force")
        }
    }

    /// Waits for something to read, and lets the committer see that time passes.
    private func rest(
        _ descriptors: [CInt], since start: ContinuousClock.Instant, _ hasDealt: Bool, _ dealer: inout Dealer
    ) async {
        // Also where hints come one after the other, of files that are none of ours.
        try? await clock.sleep(until: start + options.passInterval)
        if hasDealt {
            dealer.idleSince = clock.now
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
        troubles: inout Troubles, board: ProgressBoard
    ) async -> Bool {
        var left = options.extent.isBounded ? Int.max : Engine.turn
        while left > 0, !stop.isRequested {
            do {
                let next = try await reader.next()
                await tell(reader.news(), of: source, &dealer, board)
                guard let batch = next else {
                    if reader.isWaiting {
                        // The others have their turn; where there is nothing but to come to the end, it is waited for.
                        if !options.extent.isBounded { return true }
                        await dealer.flush()
                        Readiness.wait(for: [reader.readiness].compactMap { $0 }, atMost: options.pollInterval)
                        continue
                    }
                    // A bounded run has its end; what it could not read, or left alone, holds the watermark to it.
                    if !options.extent.isBounded { await dealer.settle(source) }
                    return true
                }
                // It is read again by the next run. Whether its partition is wanted is not known when the looking was stopped.
                if stop.isRequested, options.extent.hasPeriod { return false }
                await dealer.deal(batch, of: source)
                left -= 1
            } catch {
                // The reader goes on with the next partition when it is asked again.
                let trouble = error.description
                guard troubles.note(trouble) else { continue }
                // A bounded run says it at its end, once.
                if !options.extent.isBounded, troubles.isToBeSaid(trouble, at: clock.now) {
                    logger.error("\(trouble)")
                }
            }
        }
        return false
    }
}

extension Engine {
    /// Passes on what a reader found, so that it holds the watermark before it is read, and what it noticed.
    private func tell(
        _ news: SourceNews, of source: String, _ dealer: inout Dealer, _ board: ProgressBoard
    ) async {
        for notice in news.notices { logger.warning("source \(source): \(notice)") }
        if options.extent.isBounded {
            board.update { $0.expect(news, in: source) }
        }
        await dealer.deal(news, of: source)
    }
}

/// Deals the reader's items to the lanes in turn.
private struct Dealer {
    private let lanes: [Lane]
    private let load: LaneLoad
    private(set) var count = 0
    /// Batches that are dealt together.
    private var group = BatchGroup()
    /// The sources of which something was dealt since they were settled last; at first any may have.
    private var unsettled: Set<String>
    /// The sources that look for more.
    private var looking: Set<String> = []
    /// Since when there was nothing to deal but that.
    var idleSince: ContinuousClock.Instant

    init(lanes: [Lane], _ load: LaneLoad, sources: [String], at moment: ContinuousClock.Instant) {
        self.lanes = lanes
        self.load = load
        unsettled = Set(sources)
        idleSince = moment
    }

    /// Deals the batches that wait for more.
    mutating func flush() async {
        if group.isEmpty { return }
        load.enter()
        await send(.batches(group.take()))
    }

    mutating func deal(_ item: Lane.Input) async {
        await flush()
        await send(item)
    }

    private mutating func send(_ item: Lane.Input) async {
        await lanes[count % lanes.count].input.send(item)
        count += 1
    }

    /// What was found, and the looking itself, hold the watermark.
    mutating func deal(_ news: SourceNews, of source: String) async {
        let listing = Partition(source: source, id: Dealer.listing, descriptor: [])
        var found = news.found
        if news.isLooking, looking.insert(source).inserted {
            let state = PartitionState(partition: listing, position: .byte(0))
            found.append(PartitionLag(state: state, lagBytes: 0, pendingBytes: 0))
        }
        if !found.isEmpty {
            unsettled.insert(source)
            await deal(.opened(found))
        }
        var dropped = news.dropped.map(\.state.partition)
        if !news.isLooking, looking.remove(source) != nil { dropped.append(listing) }
        if !dropped.isEmpty { await deal(.dropped(dropped)) }
    }

    /// Stands for what a listing may still find; no partition has no name.
    private static let listing: ByteString = ""

    /// As many as there are lanes, one after the other, reach each lane.
    mutating func deal(_ version: TenantVersion) async {
        for _ in lanes { await deal(.tenants(version)) }
    }

    mutating func deal(_ batch: RecordBatch, of source: String) async {
        unsettled.insert(source)
        group.add(batch)
        if group.isFull || load.isIdle { await flush() }
    }

    /// Says that a source was read to its end, unless that was said before.
    mutating func settle(_ source: String) async {
        if unsettled.remove(source) != nil { await deal(.settled(source)) }
    }
}
