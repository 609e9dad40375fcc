import Ledger
import UsageModel

/// The part of one commit in what is asked.
struct CommitExplanation {
    let frame: CommittedFrame
    private let questions: Explanation.Questions
    /// By the question's place.
    private(set) var parts: [Int: Explanation.Part]

    /// - Returns: `nil` where it has none.
    init?(_ frame: CommittedFrame, _ questions: Explanation.Questions) {
        let commit = frame.commit
        let entries = questions.entries(of: frame)
        if entries.isEmpty { return nil }
        (self.frame, self.questions) = (frame, questions)
        let ranges = zip(commit.committedRanges, commit.ranges).map {
            Explanation.Range(range: $0, digest: $1.digest, counts: $1.counts)
        }
        parts = entries.mapValues { entries in
            Explanation.Part(
                seq: frame.seq, time: frame.time, hash: frame.hash, configuration: commit.configuration,
                tenants: commit.tenants, ranges: ranges, entries: entries, meters: commit.delta.meters)
        }
    }

    /// Reads the commit's ranges once, holds them to their digests and the usage to what they come to, and tells their events.
    /// - Parameters:
    ///   - stages: those in force at the commit.
    ///   - onEvent: called with each event and the question's place; `nil` to look for none.
    mutating func read(
        _ sources: inout CommitSources, _ stages: Stages, _ key: [UInt8],
        _ onEvent: ((Explanation.Event, Int) throws -> Void)?
    ) async throws {
        var replay = CommitReplay(frame, stages, identityKey: key)
        var search = EventSearch(parts, of: questions.all, stages, key)
        var involved: [CommittedRange: Set<Int>] = [:]
        let seq = frame.seq
        try await sources.replay(&replay) { batch, rows, range in
            involved[range] = try search.take(batch, rows, of: range, in: seq, onEvent)
        }
        let missed = frame.commit.delta.differences(from: replay.delta())
        for place in parts.keys {
            let question = questions.all[place]
            let isMissed = missed.contains { question.asks(about: $0, of: seq) }
            parts[place]?.isConfirmed = !isMissed
            parts[place]?.note(replay.faults) { involved[$0]?.contains(place) ?? true }
        }
    }
}

extension Explanation.Part {
    fileprivate mutating func note(_ faults: [CommitReplay.RangeFault], isInvolved: (CommittedRange) -> Bool) {
        for fault in faults {
            for index in ranges.indices where ranges[index].range == fault.range {
                (ranges[index].fault, ranges[index].detail) = (fault.cause, fault.detail)
            }
        }
        for index in ranges.indices where ranges[index].fault == nil {
            ranges[index].isInvolved = isInvolved(ranges[index].range)
        }
    }
}
