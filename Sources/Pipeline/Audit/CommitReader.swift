import Execution
import Ledger
import UsageModel

/// Reads commits again, one after the other, to explain what they have.
struct CommitReader: Sendable {
    /// What a commit has of what is asked.
    struct Answer: Sendable {
        var commit: CommitExplanation
        /// In their order, each with the place of its question.
        var events: [(Explanation.Event, Int)] = []
    }

    let executor = BlockingExecutor(label: "explain")
    private var sources: CommitSources
    private var stages: StagesInForce
    private let ledger: LedgerReader
    private let key: [UInt8]

    init(_ sources: CommitSources, _ stages: StagesInForce, _ ledger: LedgerReader, _ key: [UInt8]) {
        (self.sources, self.stages, self.ledger, self.key) = (sources, stages, ledger, key)
    }

    /// Does what the sources begin ahead, until it is cancelled.
    func serve() async { await sources.serve() }

    /// - Throws: ``RunError`` where a source cannot be asked, or what was in force is not known any more.
    mutating func read(_ commit: CommitExplanation, wantsEvents: Bool) async throws -> Answer {
        var answer = Answer(commit: commit)
        let frame = commit.frame
        if frame.commit.ranges.isEmpty { return answer }
        let (ledger, key) = (ledger, key)
        guard let stages = try stages.stages(of: frame, { try ledger.document($0) }) else {
            throw RunError("what was in force at commit \(frame.seq) is not in the ledger")
        }
        var events: [(Explanation.Event, Int)] = []
        if wantsEvents {
            try await answer.commit.read(&sources, stages, key) { events.append(($0, $1)) }
        } else {
            try await answer.commit.read(&sources, stages, key, nil)
        }
        answer.events = events
        return answer
    }
}
