import UsageModel

/// Makes a filter in two passes over the same events: one counts what each bucket will hold, the other fills them.
struct IdentityFilterBuilder: Sendable {
    private let shape: IdentityFilter.Shape
    /// While counting, behind each bucket's number how many it holds; while filling, where its filled part begins.
    private var places: [UInt32]
    private var bytes: [UInt8] = []

    init(_ shape: IdentityFilter.Shape) {
        self.shape = shape
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
        var entry = (shape.fingerprint(of: identity) | number << shape.fingerprintBits) << UInt32(bit & 7)
        var byte = shape.bucketBytes + (bit >> 3)
        while entry != 0 {
            bytes[byte] |= UInt8(truncatingIfNeeded: entry)
            entry >>= 8
            byte += 1
        }
    }

    /// The filter, or `nil` when it has no event.
    ///
    /// Events that were counted and not put in leave zeros, which answer "perhaps" now and then, and do no harm.
    mutating func finish() -> IdentityFilter? {
        guard shape.entries > 0 else { return nil }
        for bucket in 0...Int(shape.buckets) {
            let place = bucket == Int(shape.buckets) ? shape.entries : places[bucket + 1]
            for byte in 0..<4 { bytes[bucket * 4 + byte] = UInt8(truncatingIfNeeded: place >> UInt32(byte * 8)) }
        }
        defer { bytes = [] }
        return IdentityFilter(shape, bytes)
    }
}
