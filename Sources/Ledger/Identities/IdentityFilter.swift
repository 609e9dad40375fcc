import UsageModel

/// Tells, from memory, which hours of a run may hold an identity: 2.4 bytes an event where the run has few hours, 2.8 with a day's,
/// 3.2 with a week's.
///
/// Each new event is looked for in each run, and nearly all are in none: a Bloom filter (``IdentityBloom``) says so, and only
/// what passes it is looked for in a table. That is one of buckets, about 24 events in each, in compressed-row form: where
/// each bucket begins, then the events of all buckets. The bucket is chosen by the high half of the identity, which is a keyed
/// digest and so evenly spread. Of an event it keeps bits of the low half (the fingerprint) and the number of its hour among
/// those of the run: without it, every hour of what is there had to be looked at.
struct IdentityFilter: Sendable {
    /// How its bytes are laid out.
    struct Shape: Sendable, Hashable {
        /// How many events it knows.
        var entries: UInt32
        var buckets: UInt32
        /// Bits of the hour's number. Where a run has more hours, several of them share a number.
        var hourBits: UInt8
        var fingerprintBits: UInt8

        static let none = Shape(entries: 0, buckets: 0, hourBits: 0, fingerprintBits: 0)
        private static let bucketSize = 24
        private static let maximumHourBits = 16
        private static let maximumFingerprintBits = 10

        /// The shape for that many events at that many hours.
        init(entries: Int, hours: Int) {
            guard entries > 0 else {
                self = .none
                return
            }
            let bits = min(Shape.maximumHourBits, Int.bitWidth - (hours - 1).leadingZeroBitCount)
            self.entries = UInt32(entries)
            buckets = UInt32((entries + Shape.bucketSize - 1) / Shape.bucketSize)
            hourBits = UInt8(bits)
            fingerprintBits = UInt8(min(Shape.maximumFingerprintBits, 24 - bits))
        }

        init(entries: UInt32, buckets: UInt32, hourBits: UInt8, fingerprintBits: UInt8) {
            self.entries = entries
            self.buckets = buckets
            self.hourBits = hourBits
            self.fingerprintBits = fingerprintBits
        }

        var isValid: Bool {
            if entries == 0 { return self == .none }
            return buckets > 0 && buckets <= entries && hourBits <= 16 && (1...24).contains(width)
        }

        /// Bits of an event.
        var width: Int { Int(hourBits) + Int(fingerprintBits) }
        /// The blocks of the Bloom filter, which come first.
        var blocks: Int { IdentityBloom.blocks(ofEvents: Int(entries)) }
        /// Where the beginnings of the buckets stand, in bytes.
        var bucketsOffset: Int { blocks * IdentityBloom.blockBytes }
        /// Where the events stand, in bytes.
        var entriesOffset: Int { entries == 0 ? 0 : bucketsOffset + (Int(buckets) + 1) * 4 }
        /// Four bytes more than the events need, so that each can be read as one word.
        var byteCount: Int { entries == 0 ? 0 : entriesOffset + (Int(entries) * width + 7) / 8 + 4 }

        @inline(__always)
        func bucket(of identity: Digest128) -> Int {
            IdentityFilter.place(of: identity, among: Int(buckets))
        }

        @inline(__always)
        func fingerprint(of identity: Digest128) -> UInt32 {
            UInt32(truncatingIfNeeded: identity.low) & (1 << fingerprintBits - 1)
        }
    }

    let shape: Shape
    let bytes: [UInt8]

    /// The one of so many places that an identity's first word chooses: as far among them as the word is among all words.
    @inline(__always)
    static func place(of identity: Digest128, among count: Int) -> Int {
        Int(truncatingIfNeeded: identity.high.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
    }

    /// - Parameter bytes: as the builder made them, and as a checksum has proved.
    init(_ shape: Shape, _ bytes: [UInt8]) {
        precondition(bytes.count == shape.byteCount && shape.entries > 0, "a filter has the size that its shape says")
        self.shape = shape
        self.bytes = bytes
    }
}
