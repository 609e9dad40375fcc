import UsageModel

/// What one GetRecords gave, with the records of aggregated ones apart.
struct ShardAnswer: Sendable {
    /// A record of the stream.
    struct Carrier: Sendable, Hashable {
        var number: SequenceNumber
        /// When the service got it, as far as it tells.
        var arrival: Timestamp?
    }

    /// A record for the pipeline.
    struct Entry: Sendable, Hashable {
        /// Where it lies in the slab, without its line end.
        var start: UInt32
        var length: UInt32
        /// The bytes it has in the stream.
        var stored: UInt32
        /// The index of its carrier.
        var carrier: UInt32
        /// Its number within an aggregated carrier, or ``plain``.
        var sub: UInt32

        /// Stands for the number of a record that is not aggregated.
        static let plain = UInt32.max
    }

    var slab: [UInt8] = []
    var carriers: [Carrier] = []
    /// In the order of the stream; blank ones are left out.
    var entries: [Entry] = []
    /// `nil` at the shard's end.
    var nextIterator: String?
    var millisBehindLatest: Int64 = 0
    /// Where the shard's records go on, told at its end.
    var children: [ListedShard] = []
    /// Bytes that count against the shard's rate.
    var payloadBytes = 0
    /// When it was asked for.
    var time = Timestamp(nanoseconds: 0)
    /// The pass in which it was asked for.
    var pass = 0
    /// Whether the record that the iterator stood in front of was there.
    var sawExpected = false
    /// Whether the service gave any record, also one that was given out before.
    var hasRecords = false

    var isEnd: Bool { nextIterator == nil }
    /// Whether the shard had nothing more. An answer with records does not say it for certain: what arrived in the same
    /// millisecond as its last one may be left.
    var isTip: Bool { !hasRecords && millisBehindLatest == 0 }
    /// What keeping it takes.
    var heldBytes: Int {
        slab.count + carriers.count * MemoryLayout<Carrier>.stride + entries.count * MemoryLayout<Entry>.stride
    }

    /// The position behind the first `count` entries, and behind what is blank after them.
    func position(behind count: Int) -> ShardPosition {
        precondition(count > 0 || !entries.isEmpty || !carriers.isEmpty, "an empty answer has no position")
        if count == entries.count { return .behind(carriers[carriers.count - 1].number, sub: nil) }
        let next = entries[count]
        if count > 0, entries[count - 1].carrier == next.carrier {
            return .behind(carriers[Int(next.carrier)].number, sub: UInt64(entries[count - 1].sub))
        }
        precondition(next.carrier > 0 || count > 0, "nothing stands before the first entry")
        return .behind(carriers[Int(next.carrier) - 1].number, sub: nil)
    }

    /// The arrival of the last carrier that the position lies behind or in.
    func arrival(behind count: Int) -> Timestamp? {
        if count == entries.count { return carriers.last?.arrival }
        let next = Int(entries[count].carrier)
        let isInside = count > 0 && entries[count - 1].carrier == entries[count].carrier
        return isInside ? carriers[next].arrival : carriers[next - 1].arrival
    }

    /// Where an entry stands.
    func place(of entry: Entry) -> ShardPosition {
        .behind(
            carriers[Int(entry.carrier)].number, sub: entry.sub == Entry.plain ? nil : UInt64(entry.sub))
    }
}
