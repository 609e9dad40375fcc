import Execution
import Ledger
import TenantMapping
public import UsageModel
import Windowing

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
    }

    /// A range as the commit has it, and as the source has it now.
    public struct Range: Sendable {
        public var range: CommittedRange
        public var digest: Digest256
        public var counts: RecordCounts
        /// What is wrong with it; `nil` where its bytes are those that were read.
        public var fault: AuditDifference.Cause?
        public var detail: String?
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
        let (ledger, latest, key) = try await Recount.blocking {
            let ledger = try LedgerReader.open(path: configuration.ledger.path)
            return (ledger, try ledger.partitions(), try ledger.identityKey())
        }
        let connections = ServiceConnections()
        let sources = try await CommitSources(
            configuration, connections, latest: latest,
            archive: try await configuration.archiveReader(of: ledger, connections))
        let question = self
        parts = try await withThrowingTaskGroup(of: [Part]?.self) { group in
            group.addTask {
                await sources.serve()
                return nil
            }
            group.addTask(executorPreference: BlockingExecutor(label: "explain")) {
                var sources = sources
                var stages = StagesInForce(configuration, ledger)
                var commits = try ledger.commits()
                var parts: [Part] = []
                while let frame = try commits.next() {
                    guard let part = question.part(of: frame) else { continue }
                    parts.append(
                        try await question.read(part, frame, &sources, try stages.stages(of: frame), key, onEvent))
                }
                return parts
            }
            var found: [Part]?
            while found == nil, let parts = try await group.next() { found = parts }
            group.cancelAll()
            return found ?? []
        }
    }

    /// What a commit has of it; `nil` for nothing.
    private func part(of frame: CommittedFrame) -> Part? {
        let commit = frame.commit
        let entries = commit.delta.entries.filter(isAsked(in: commit.delta))
        if entries.isEmpty { return nil }
        return Part(
            seq: frame.seq, time: frame.time, hash: frame.hash, configuration: commit.configuration,
            tenants: commit.tenants,
            ranges: zip(commit.committedRanges, commit.ranges).map {
                Range(range: $0, digest: $1.digest, counts: $1.counts)
            },
            entries: entries, meters: commit.delta.meters)
    }

    private func isAsked(in delta: UsageDelta) -> (UsageDelta.Entry) -> Bool {
        { $0.window.start == start && $0.tenant == tenant && delta.meters[Int($0.meter)].name == meter }
    }

    /// Reads a commit's ranges, and tells their events.
    private func read(
        _ part: Part, _ frame: CommittedFrame, _ sources: inout CommitSources, _ stages: Stages, _ key: [UInt8],
        _ onEvent: (@Sendable (Event) throws -> Void)?
    ) async throws -> Part {
        guard let window = part.entries.first?.window else { return part }
        var part = part
        var replay = CommitReplay(frame, stages, identityKey: key)
        var alone = CommitReplay.accumulator(stages, stages.tenants, key)
        let (number, isUnmapped) = (stages.tenants.tenants.firstIndex(of: tenant), tenant.isOfUnmapped)
        try await sources.replay(&replay) { batch, rows, range in
            guard let onEvent else { return }
            for row in rows where window.contains(batch.events.time[row]) {
                let index = batch.tenant[row]
                guard index == AttributedBatch.unmapped ? isUnmapped : Int(index) == number else { continue }
                let (one, admission) = batch.alone(row)
                try alone.add(one, admission)
                let delta = alone.drain()
                guard let entry = delta.entries.first(where: isAlone(delta, in: window)) else { continue }
                let events = batch.events
                let place = events.records.records[Int(events.record[row])]
                let bytes = events.records.bytes[Int(place.start)..<Int(place.start + place.length)]
                try onEvent(
                    Event(
                        seq: frame.seq, source: range.partition.source, partition: range.partition.id,
                        position: events.records.position(ofRecord: Int(events.record[row])), time: events.time[row],
                        value: entry.aggregate.value(dividedBy: delta.meters[Int(entry.meter)].divisor),
                        record: Array(bytes)))
            }
        }
        for fault in replay.faults {
            for index in part.ranges.indices where part.ranges[index].range == fault.range {
                (part.ranges[index].fault, part.ranges[index].detail) = (fault.cause, fault.detail)
            }
        }
        return part
    }

    /// Whether an entry that one event made is of the tenant and the meter; a session of one is as long as the gap.
    private func isAlone(_ delta: UsageDelta, in window: Window) -> (UsageDelta.Entry) -> Bool {
        { entry in
            let meter = delta.meters[Int(entry.meter)]
            return entry.tenant == tenant && meter.name == self.meter
                && (meter.isSession ? window.contains(entry.window.start) : entry.window == window)
        }
    }
}

extension ByteString {
    /// Whether subjects without a tenant may have it for their tenant.
    fileprivate var isOfUnmapped: Bool { bytes.starts(with: "unmapped:".utf8) }
}

extension AttributedBatch {
    /// One row, let in.
    fileprivate func alone(_ row: Int) -> (AttributedBatch, Admission) {
        let one = rows([row])
        var deduplicator = Deduplicator()
        return (one, deduplicator.admit(one))
    }
}
