import UsageModel

/// What has to be known of a shard beside its position, to go on in it safely: what stands in `Partition.descriptor`.
///
/// Encoding, version 1, little-endian: version (1 byte), flags (1: bit 0 with an arrival, bit 1 with a tip, bit 2 the
/// source was begun at a time, bit 3 the shard was closed when the source was begun), the stream's creation (8), then as
/// far as they are there the arrival (8), the tip (8) and the time of the beginning (8), in nanoseconds since 1970, then
/// the length of the stream's identity (2) and that.
struct ShardDescriptor: Sendable, Hashable {
    /// The stream's ARN, or its name where the service tells no ARN.
    var stream: String
    /// When it was created: another one may have had its name.
    var created: Timestamp
    /// Where the source was begun: shards that were there then and are not committed yet are begun there too.
    var start: Timestamp?
    /// Whether the shard was closed when the source was begun, so that its children were there as well.
    var wasClosedAtStart = false
    /// When the record before the position arrived.
    var arrival: Timestamp?
    /// When the shard had nothing behind the position.
    var tip: Timestamp?

    init(stream: String, created: Timestamp, start: Timestamp?) {
        self.stream = stream
        self.created = created
        self.start = start
    }

    /// What arrived up to then is before the position, or it was not discarded yet; `nil` where nothing is known.
    var known: Timestamp? { [arrival, tip].compactMap { $0 }.max() }

    func encoded() -> [UInt8] {
        let flags = [arrival != nil, tip != nil, start != nil, wasClosedAtStart]
        var bytes: [UInt8] = [1, flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) }]
        func put(_ value: UInt64, _ count: Int) {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
        }
        for time in [created, arrival, tip, start].compactMap({ $0 }) { put(UInt64(bitPattern: time.nanoseconds), 8) }
        put(UInt64(stream.utf8.count), 2)
        return bytes + stream.utf8
    }

    /// `nil` when the bytes are not such an encoding.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        func number(_ count: Int) -> UInt64? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        func time() -> Timestamp? { number(8).map { Timestamp(nanoseconds: Int64(bitPattern: $0)) } }
        guard number(1) == 1, let flags = number(1), flags < 16, let created = time() else { return nil }
        self.init(stream: "", created: created, start: nil)
        for (bit, field) in [\ShardDescriptor.arrival, \.tip, \.start].enumerated() where flags & 1 << bit != 0 {
            guard let time = time() else { return nil }
            self[keyPath: field] = time
        }
        wasClosedAtStart = flags & 8 != 0
        guard let count = number(2), rest.count == count, let text = String(validating: rest, as: UTF8.self) else {
            return nil
        }
        stream = text
    }
}
