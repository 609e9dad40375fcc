import Crypto
import Foundation
import Ledger
public import UsageModel

/// What usage would have been under other meters or another tenant table: a second ledger of the events that the first one
/// counts, made of the sources again.
///
/// The first ledger is only read, also beside its writer. Which records are events, and which repeats, it has decided; what they are
/// worth, and whose they are, the configuration of the replay decides.
public struct Replay: Sendable {
    /// What it found.
    public struct Summary: Sendable, Hashable {
        /// The events of the period that the ledger counts, in its whole hours where it begins or ends within one.
        public var counted: UInt64
        /// Those of them that are in the sources still.
        public var found: UInt64
    }

    private let engine: Engine
    private let period: EventPeriod
    private let directory: String

    /// - Parameters:
    ///   - engine: how the sources are read, under the configuration that is tried; its extent is that of an archive.
    ///   - period: only events in it are counted.
    ///   - directory: where the second ledger lies.
    public init(_ engine: Engine, of period: EventPeriod, into directory: String) {
        self.engine = engine
        self.period = period
        self.directory = directory
    }

    /// Makes the second ledger, or goes on with it where it was interrupted.
    ///
    /// - Parameters:
    ///   - acceptsLoss: whether events may be missing from the sources.
    ///   - stop: its first element ends it; the same replay goes on from there.
    /// - Throws: ``ReplayPlaceError`` where the directory holds something else, ``RunError`` where events that were counted are
    ///   not in the sources any more.
    /// - Returns: `nil` when it was stopped.
    /// - Complexity: the frames of the ledger and the bytes of the sources; 8 bytes of memory for each event of the period.
    public func run<Stop: AsyncSequence & Sendable>(
        acceptsLoss: Bool, stop: Stop, onProgress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> Summary? where Stop.Failure == Never {
        let place = directory
        let last = try await Recount.blocking { try claim(place) }
        let known = try await Recount.blocking { try counted(upTo: last) }
        var configuration = engine.configuration
        configuration.ledger.path = place
        // What was counted is counted again, whatever else would be said of it today.
        configuration.takeEverything()
        var engine = engine
        engine.configuration = configuration
        engine.counted = CountedEvents(known.words, in: period, key: known.key)
        let progress = try await engine.run(stop: stop, onProgress: onProgress)
        if !progress.isComplete { return nil }
        let found = try await Recount.blocking { try self.found(in: place) }
        let summary = Summary(counted: known.counted, found: found)
        if found < summary.counted, !acceptsLoss {
            throw RunError(
                "\(summary.counted - found) of \(summary.counted) events that the ledger counts are not in the sources any"
                    + " more, so the replay in \(place) is not whole; bring them back and run it again in another directory,"
                    + " or take --accept-loss")
        }
        return summary
    }

    /// The events that the ledger counts in the period.
    /// - Parameter last: the last commit that is looked at.
    private func counted(upTo last: UInt64) throws -> (words: EventWords, counted: UInt64, key: [UInt8]) {
        let ledger = try LedgerReader.open(path: engine.configuration.ledger.path)
        let hours = hours
        var (words, counted): (EventWords, UInt64) = (EventWords(), 0)
        var commits = try ledger.commits()
        while let frame = try commits.next(), frame.seq <= last {
            for event in frame.commit.identities where hours.some.contains(event.hour) {
                words.insert(event)
                if hours.whole.contains(event.hour) { counted += 1 }
            }
        }
        words.sort()
        return (words, counted, try ledger.identityKey())
    }

    /// How many events a replay's ledger counts, in whole hours of the period.
    private func found(in place: String) throws -> UInt64 {
        var commits = try LedgerReader.open(path: place).commits()
        let hours = hours.whole
        var count: UInt64 = 0
        while let frame = try commits.next() {
            count += UInt64(frame.commit.identities.count { hours.contains($0.hour) })
        }
        return count
    }

    /// The hours that have a moment of the period, and those that have no other.
    private var hours: (some: Range<Int32>, whole: Range<Int32>) {
        let start = period.start ?? Timestamp(nanoseconds: .min)
        let end = period.end ?? Timestamp(nanoseconds: .max)
        func isHour(_ time: Timestamp) -> Bool { time.nanoseconds % 3_600_000_000_000 == 0 }
        let first = start.hour
        let last = isHour(end) && period.end != nil ? end.hour : end.hour + 1
        let firstWhole = isHour(start) || period.start == nil ? first : first + 1
        let lastWhole = period.end == nil ? last : end.hour
        return (first..<max(first, last), firstWhole..<max(firstWhole, lastWhole))
    }

    /// A path without links, as far as it is there.
    private static func resolved(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    /// Takes a directory for this replay, where it is free or holds a part of the same.
    /// - Returns: the last commit of the ledger that is replayed: that of the time when the replay was begun.
    private func claim(_ place: String) throws -> UInt64 {
        let (own, other) = (Replay.resolved(engine.configuration.ledger.path), Replay.resolved(place))
        if own == other || own.hasPrefix(other + "/") || other.hasPrefix(own + "/") {
            throw ReplayPlaceError(
                message: "\(place) is the ledger itself, or lies in it or around it; give another directory")
        }
        var hash = SHA256()
        hash.update(data: engine.configuration.document)
        hash.update(data: engine.configuration.tenantDocument)
        hash.update(data: Array("\(own) \(period)".utf8))
        let text = "odometer replay \(Digest256(bytes: Array(hash.finalize()))) "
        let files = FileManager.default
        let marker = place + "/replay"
        if let found = files.contents(atPath: marker) {
            let known = String(decoding: found, as: UTF8.self)
            if known.hasPrefix(text), let last = UInt64(known.dropFirst(text.count).dropLast()) { return last }
            throw ReplayPlaceError(
                message:
                    "\(place) holds a replay of another configuration or period; give another directory")
        }
        let contents = (try? files.contentsOfDirectory(atPath: place)) ?? []
        guard contents.isEmpty else {
            throw ReplayPlaceError(message: "\(place) is not empty and holds no replay; give another directory")
        }
        do {
            try files.createDirectory(atPath: place, withIntermediateDirectories: true)
            let last = try LedgerReader.open(path: engine.configuration.ledger.path).status().appliedSeq
            try Data("\(text)\(last)\n".utf8).write(to: URL(filePath: marker), options: .atomic)
            return last
        } catch let error as LedgerError {
            throw error
        } catch {
            throw ReplayPlaceError(message: "\(place) cannot be made: \(error.localizedDescription)")
        }
    }
}

/// Why a directory cannot take a replay: the caller's mistake.
public struct ReplayPlaceError: Error, CustomStringConvertible {
    public var message: String

    public var description: String { message }
}
