import Ledger
import UsageModel

/// One commit, ready to be written.
struct CommitLine {
    var commit: CommitSummary

    var json: JSONValue {
        let counts = commit.counts
        return .object([
            .init("seq", .number(commit.seq)), .init("time", .time(commit.time)), .init("epoch", .number(commit.epoch)),
            .init("hash", .string(commit.hash.description)), .init("segment", .string(commit.segment)),
            .init("offset", .number(commit.offset)), .init("bytes", .number(commit.bytes)),
            .init("records_read", .number(counts.read)), .init("accepted", .number(counts.accepted)),
            .init("duplicates", .number(counts.duplicates)), .init("conflicts", .number(counts.conflicts)),
            .init("rejected", .number(counts.rejected)), .init("unmapped", .number(counts.unmapped)),
            .init("ranges", .number(UInt64(commit.ranges))), .init("entries", .number(UInt64(commit.entries))),
            .init("watermark", .time(commit.watermark)), .init("sealed_before", .time(commit.sealedBefore)),
        ])
    }

    /// For a person, on one line.
    var text: String {
        let counts = commit.counts
        let place =
            "\(commit.seq) \(commit.time) \(commit.hash.description.prefix(12)) \(commit.segment):\(commit.offset)"
        if let sealed = commit.sealedBefore { return "\(place) sealed before \(sealed), \(commit.entries) totals" }
        return place + " \(counts.read) read \(counts.accepted) accepted \(counts.duplicates) duplicates"
            + " \(counts.conflicts) conflicts \(counts.rejected) rejected, \(commit.ranges) ranges,"
            + " \(commit.entries) entries, watermark \(commit.watermark?.description ?? "none")"
    }
}
