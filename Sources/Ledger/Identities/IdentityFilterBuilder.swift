import UsageModel

/// Makes a filter in two passes over the same events: one counts what each bucket will hold, the other fills them.
struct IdentityFilterBuilder: Sendable {
    private let shape: IdentityFilter.Shape
    private let blocks: Int
    /// While counting, behind each bucket's number how many it holds; while filling, where its filled part begins.
    private var places: [UInt32]
    private var bytes: [UInt8] = []

    init(_ shape: IdentityFilter.Shape) {
        self.shape = shape
        blocks = shape.blocks
        places = [UInt32](repeating: 0, count: shape.entries == 0 ? 0 : Int(shape.buckets) + 2)
    }

    mutating func count(_ identity: Digest128) {
        places[shape.bucket(of: identity) + 1] += 1
    }

    /// Ends the counting.
    mutating func beginFilling() {
        var total: UInt32 = 0
        for index in places.indices {
            total += places[index]
            places[index] = total
        }
        precondition(total == shape.entries, "as many events were counted as the filter is made for")
        bytes = [UInt8](repeating: 0, count: shape.byteCount)
    }

    /// Puts in an event that was counted. `hour` is the number of its hour among those that the filter knows.
    mutating func insert(_ identity: Digest128, hour: Int) {
        let bucket = shape.bucket(of: identity) + 1
        places[bucket] -= 1
        let number = UInt32(truncatingIfNeeded: hour) & (1 << shape.hourBits - 1)
        let bit = Int(places[bucket]) * shape.width
        let entry = (shape.fingerprint(of: identity) | number << shape.fingerprintBits) << UInt32(bit & 7)
        let (place, blocks) = (shape.entriesOffset + (bit >> 3), blocks)
        // An entry has at most 24 bits and begins in the first byte, so that it lies in one word; four bytes follow the last.
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        IdentityBloom.insert(identity, into: &raw, blocks: blocks)
        let word = unsafe UInt32(littleEndian: raw.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self))
        raw.storeBytes(of: (word | entry).littleEndian, toByteOffset: place, as: UInt32.self)
    }

    /// The filter, or `nil` when it has no event.
    ///
    /// Events that were counted and not put in leave zeros, which answer "perhaps" now and then, and do no harm.
    mutating func finish() -> IdentityFilter? {
        guard shape.entries > 0 else { return nil }
        var filter = bytes
        bytes = []
        var span = filter.mutableSpan
        var raw = unsafe span.mutableBytes
        let start = shape.bucketsOffset
        for bucket in 0..<Int(shape.buckets) {
            raw.storeBytes(of: places[bucket + 1].littleEndian, toByteOffset: start + bucket * 4, as: UInt32.self)
        }
        raw.storeBytes(of: shape.entries.littleEndian, toByteOffset: start + Int(shape.buckets) * 4, as: UInt32.self)
        return IdentityFilter(shape, filter)
    }
}
