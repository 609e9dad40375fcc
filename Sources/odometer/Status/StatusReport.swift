import Ledger
import UsageModel

/// What the ledger holds and how far it is behind its sources, ready to be written.
struct StatusReport {
    var ledger: LedgerStatus
    /// The names of the configured sources, in their order.
    var sources: [String]
    /// Of every partition that the ledger or a source knows.
    var lag: [PartitionLag]

    /// The configured sources, then those that only the ledger knows, each with its partitions by their ids.
    private var partitions: [(name: String, lag: [PartitionLag])] {
        let others = Set(lag.map(\.state.partition.source)).subtracting(sources)
        return (sources + others.sorted { ByteString($0) < ByteString($1) }).map { name in
            let own = lag.filter { $0.state.partition.source == name }
            return (name, own.sorted { $0.state.partition.id < $1.state.partition.id })
        }
    }

    /// The shape of the contract, and the last commit.
    var json: JSONValue {
        let counts = ledger.counts
        let byReason = RejectReason.allCases.filter { $0 != .conflict }.map { reason in
            let count = ledger.rejectedByReason.first { $0.reason == reason }?.count ?? 0
            return JSONValue.Member(reason.name, .number(count))
        }
        return .object([
            .init("records_read", .number(counts.read)), .init("accepted", .number(counts.accepted)),
            .init("duplicates", .number(counts.duplicates)), .init("conflicts", .number(counts.conflicts)),
            .init("rejected", .number(counts.rejected)), .init("rejected_by_reason", .object(byReason)),
            .init("unmapped", .number(counts.unmapped)), .init("commits", .number(ledger.commits)),
            .init("watermark", .time(ledger.watermark)), .init("sealed_before", .time(ledger.sealedBefore)),
            .init("last_commit", ledger.lastCommit.map { CommitLine(commit: $0).json } ?? .null),
            .init("sources", .array(partitions.map(json))),
        ])
    }

    private func json(_ source: (name: String, lag: [PartitionLag])) -> JSONValue {
        let partitions = source.lag.map { lag in
            JSONValue.object([
                .init("id", .text(lag.state.partition.id)),
                .init("position", .string(lag.state.position.description)),
                .init("lag_bytes", .number(lag.lagBytes)), .init("pending_bytes", .number(lag.pendingBytes)),
            ])
        }
        return .object([.init("name", .string(source.name)), .init("partitions", .array(partitions))])
    }

    /// For a person.
    var text: String {
        let counts = ledger.counts
        var figures = TextTable(columns: [.init(heading: "records"), .init(heading: "", isNumber: true)])
        figures.rows = [
            ["read", "\(counts.read)"], ["accepted", "\(counts.accepted)"], ["  unmapped", "\(counts.unmapped)"],
            ["duplicates", "\(counts.duplicates)"], ["conflicts", "\(counts.conflicts)"],
            ["rejected", "\(counts.rejected)"],
        ]
        figures.rows += ledger.rejectedByReason.map { ["  \($0.reason.name)", "\($0.count)"] }
        var lines = figures.lines
        lines.append("")
        lines.append("commits    \(ledger.commits)" + (ledger.lastCommit.map { ", the last at \($0.time)" } ?? ""))
        lines.append("watermark  \(ledger.watermark?.description ?? "none")")
        if let sealed = ledger.sealedBefore { lines.append("sealed     before \(sealed)") }
        lines.append("")
        var places = TextTable(columns: [
            .init(heading: "source"), .init(heading: "partition"), .init(heading: "position", isNumber: true),
            .init(heading: "lag", isNumber: true), .init(heading: "pending", isNumber: true),
        ])
        for source in partitions {
            places.rows += source.lag.map { lag in
                [
                    source.name, lag.state.partition.id.description, lag.state.position.description,
                    "\(lag.lagBytes)", "\(lag.pendingBytes)",
                ]
            }
        }
        return (lines + places.lines).joined(separator: "\n") + "\n"
    }
}
