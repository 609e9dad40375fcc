import Ledger
import UsageModel

/// Usage that was moved between tenants since: what the table of today says of it is in the ledger.
struct Moved: Hashable {
    var meter: String
    var tenant: ByteString
    var window: Window
}

extension [Moved: UInt64] {
    mutating func note(_ frame: CommittedFrame) {
        for entry in frame.commit.delta.entries where entry.correction == .debit || entry.correction == .credit {
            let meter = frame.commit.delta.meters[Int(entry.meter)].name
            let key = Moved(meter: meter, tenant: entry.tenant, window: entry.window)
            self[key] = Swift.max(self[key] ?? 0, frame.seq)
        }
    }
}

extension AuditReport {
    /// Takes in what is wrong with frames.
    mutating func take(_ damage: FrameDamage) {
        damaged.append(damage)
        differences.append(AuditDifference(seq: damage.seq, cause: .ledgerAltered, detail: damage.description))
    }

    /// Leaves out what another table would say of usage that was moved by a later commit.
    mutating func leaveOut(_ moved: (Moved) -> UInt64?) {
        differences.removeAll { difference in
            guard difference.cause == .mappingChanged, let usage = difference.usage, let seq = difference.seq else {
                return false
            }
            let key = Moved(meter: usage.meter.name, tenant: usage.tenant, window: usage.window)
            return moved(key).map { $0 > seq } ?? false
        }
    }

    /// Blames the ledger for numbers that differ without another cause, where its frames were altered or do not agree with its
    /// index and its log.
    /// - Parameter problems: what is wrong with these. Altered frames contradict them, and are told already.
    mutating func blame(_ problems: [String]) {
        let isDamaged = !damaged.isEmpty
        if !isDamaged {
            differences += problems.map { AuditDifference(seq: nil, cause: .ledgerAltered, detail: $0) }
        }
        let rewritten = damaged.filter(\.isOfAllBehind).map(\.seq).min() ?? (isDamaged || problems.isEmpty ? .max : 0)
        let altered = Set(damaged.map(\.seq))
        for index in differences.indices where differences[index].cause == .codeDiffers {
            guard let seq = differences[index].seq, altered.contains(seq) || seq >= rewritten else { continue }
            differences[index].cause = .ledgerAltered
            differences[index].detail =
                "the bytes are those that were read, and the frame is not the one that was written"
        }
    }
}
