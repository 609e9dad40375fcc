import Execution
import Ledger
public import UsageModel

/// What stands behind the usage of a tenant in a window: the commits, the ranges of the sources that they read, and the events.
public struct Explanation: Sendable {
    /// What a commit added.
    public struct Part: Sendable {
        public var seq: UInt64
        public var time: Timestamp
        public var hash: Digest256
        public var configuration: Digest256
        public var tenants: Digest256
        /// All that it read; the usage came from some of it.
        public var ranges: [Range]
        public var entries: [UsageDelta.Entry]
        public var meters: [UsageDelta.MeterHeader]
        /// Whether the sources come to the same entries; true where there is nothing that they could be made of.
        public internal(set) var isConfirmed = true
    }

    /// A range as the commit has it, and as the source has it now.
    public struct Range: Sendable {
        public var range: CommittedRange
        public var digest: Digest256
        public var counts: RecordCounts
        /// What is wrong with it; `nil` where its bytes are those that were read.
        public var fault: AuditDifference.Cause?
        public var detail: String?
        /// Whether the usage may have come from it: it has events of the tenant in these windows, or is not what it was.
        public internal(set) var isInvolved = true
    }

    /// An event that counts.
    public struct Event: Sendable {
        public var seq: UInt64
        public var source: String
        public var partition: ByteString
        public var position: Position
        public var time: Timestamp
        /// What it alone comes to; `nil` where that is out of range.
        public var value: Quantity?
        /// The record's bytes.
        public var record: [UInt8]
    }

    public var meter: String
    public var tenant: ByteString
    public var start: Timestamp
    /// In the order of the ledger.
    public private(set) var parts: [Part] = []

    /// Whether all bytes that were read are still there, the same.
    public var isIntact: Bool { parts.allSatisfy { $0.ranges.allSatisfy { $0.fault == nil } } }

    /// - Parameters:
    ///   - start: the start of the window.
    public init(meter: String, tenant: ByteString, start: Timestamp) {
        (self.meter, self.tenant, self.start) = (meter, tenant, start)
    }

    /// Reads the ranges again, and finds the events.
    /// - Parameter onEvent: called with each event that counts, in the order of the ledger; `nil` to look for none.
    /// - Throws: ``RunError`` where a source cannot be asked.
    /// - Complexity: the frames of the ledger, and the bytes of the commits that have a part in it.
    public mutating func find(
        in configuration: Configuration, onEvent: (@Sendable (Event) throws -> Void)?
    ) async throws {
        // A window is named by its start, so that those that begin then have that moment.
        let question = Question(
            meter: meter, tenant: tenant, starts: Window(start: start, end: start.adding(.nanoseconds(1))))
        guard let onEvent else {
            parts = try await Explanation.parts(of: [question], in: configuration, onEvent: nil)[0]
            return
        }
        parts = try await Explanation.parts(of: [question], in: configuration) { event, _ in try onEvent(event) }[0]
    }

    /// Answers many questions in one pass, in which no commit's ranges are read twice.
    /// - Parameter onEvent: called with each event that counts and the place of the question, in the order of the ledger.
    /// - Returns: for each question what commits have of it.
    static func parts(
        of questions: [Question], in configuration: Configuration,
        onEvent: (@Sendable (Event, Int) throws -> Void)?
    ) async throws -> [[Part]] {
        let path = configuration.ledger.path
        let (ledger, id, latest, key) = try await Recount.blocking {
            let ledger = try LedgerReader.open(path: path)
            return (ledger, try ledger.id(), try ledger.partitions(), try ledger.identityKey())
        }
        let connections = ServiceConnections()
        let archive = try await configuration.archiveReader(of: id, connections)
        var readers: [CommitReader] = []
        for _ in 0..<Explanation.commitsAtOnce {
            let sources = try await CommitSources(configuration, connections, latest: latest, archive: archive)
            readers.append(CommitReader(sources, StagesInForce(configuration), ledger, key))
        }
        // Windows are named by their starts, so that they have these moments.
        let starts = questions.map(\.starts)
        guard let first = starts.map(\.start).min(), let last = starts.map(\.end).max() else { return [] }
        let span = Window(start: first, end: last)
        return try await withThrowingTaskGroup(of: [[Part]]?.self) { [readers] group in
            for reader in readers {
                group.addTask {
                    await reader.serve()
                    return nil
                }
            }
            group.addTask(executorPreference: BlockingExecutor(label: "explain")) {
                var commits = try ledger.commits(overlapping: span)
                return try await parts(of: Questions(questions), in: &commits, readers, onEvent)
            }
            var found: [[Part]]?
            while found == nil, let parts = try await group.next() { found = parts }
            group.cancelAll()
            return found ?? []
        }
    }

    /// How many commits are read again at once; the events of so many are held in memory.
    private static let commitsAtOnce = 2

    /// Reads some commits at once, time after time, and tells what is in them in their order.
    private static func parts(
        of asked: Questions, in commits: inout CommitCursor, _ readers: [CommitReader],
        _ onEvent: (@Sendable (Event, Int) throws -> Void)?
    ) async throws -> [[Part]] {
        var readers = readers
        var parts = [[Part]](repeating: [], count: asked.all.count)
        while true {
            var next: [CommitExplanation] = []
            while next.count < readers.count, let frame = try commits.next() {
                if let commit = CommitExplanation(frame, asked) { next.append(commit) }
            }
            if next.isEmpty { return parts }
            let read = try await withThrowingTaskGroup(of: (Int, CommitReader, CommitReader.Answer).self) { group in
                for (place, commit) in next.enumerated() {
                    let reader = readers[place]
                    group.addTask(executorPreference: reader.executor) {
                        var reader = reader
                        let answer = try await reader.read(commit, wantsEvents: onEvent != nil)
                        return (place, reader, answer)
                    }
                }
                var answers: [Int: CommitReader.Answer] = [:]
                for try await (place, reader, answer) in group { (readers[place], answers[place]) = (reader, answer) }
                return next.indices.compactMap { answers[$0] }
            }
            for answer in read {
                for (event, place) in answer.events { try onEvent?(event, place) }
                for (place, part) in answer.commit.parts { parts[place].append(part) }
            }
        }
    }
}
