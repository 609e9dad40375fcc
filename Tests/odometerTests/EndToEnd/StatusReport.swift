/// What `odometer status --format json` says of the records.
struct StatusReport: Decodable, Equatable {
    var read: Int
    var accepted: Int
    var duplicates: Int
    var conflicts: Int
    var rejected: Int
    var reasons: [String: Int]
    var unmapped: Int
    var pendingBytes: Int

    private enum CodingKeys: String, CodingKey {
        case read = "records_read"
        case accepted, duplicates, conflicts, rejected, unmapped, sources
        case reasons = "rejected_by_reason"
    }

    private struct Source: Decodable {
        struct Partition: Decodable {
            var pending: Int

            enum CodingKeys: String, CodingKey {
                case pending = "pending_bytes"
            }
        }

        var partitions: [Partition]
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        read = try container.decode(Int.self, forKey: .read)
        accepted = try container.decode(Int.self, forKey: .accepted)
        duplicates = try container.decode(Int.self, forKey: .duplicates)
        conflicts = try container.decode(Int.self, forKey: .conflicts)
        rejected = try container.decode(Int.self, forKey: .rejected)
        unmapped = try container.decode(Int.self, forKey: .unmapped)
        reasons = try container.decode([String: Int].self, forKey: .reasons).filter { $0.value != 0 }
        pendingBytes = try container.decode([Source].self, forKey: .sources)
            .flatMap(\.partitions).map(\.pending).reduce(0, +)
    }

    /// Nothing vanishes: every record that was read has one outcome, and every rejection a reason.
    var isComplete: Bool {
        read == accepted + duplicates + conflicts + rejected && rejected == reasons.values.reduce(0, +)
    }
}
