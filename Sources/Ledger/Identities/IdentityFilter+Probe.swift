import CPrefetch
import UsageModel

extension IdentityFilter {
    /// A row that may have an event of the same identity at some hours of the run.
    struct Hit {
        var row: Int
        /// The number of the hour in the filter.
        var hour: Int
    }

    /// As many entries of a bucket as one word can hold wherever in a byte they begin, looked at together.
    private struct Lanes {
        let width: Int
        /// How many entries one word has.
        let count: Int
        /// The lowest bit of each entry, the bits of its fingerprint, and the highest of these.
        let lowest: UInt64
        let fingerprints: UInt64
        let highest: UInt64

        init(_ shape: Shape) {
            let width = shape.width
            // The first entry begins at any bit of a byte.
            let count = (UInt64.bitWidth - 7) / width
            lowest = (0..<count).reduce(0) { $0 | 1 << UInt64($1 * width) }
            fingerprints = lowest &* (1 << UInt64(shape.fingerprintBits) - 1)
            highest = lowest << UInt64(max(1, shape.fingerprintBits) - 1)
            self.width = width
            self.count = count
        }

        /// Whether one of the entries has a fingerprint, which stands in `pattern` once for each. The bits above a
        /// fingerprint are those of an hour, and count for nothing.
        @inline(__always)
        func have(_ pattern: UInt64, in entries: UInt64) -> Bool {
            let difference = (entries ^ pattern) & fingerprints
            // A zero leaves the highest bit of its place set; only above one can it be set for another reason.
            return (difference &- lowest) & ~difference & highest != 0
        }
    }

    /// How many rows ahead memory is fetched: it answers about as many reads in the time of one.
    private static let distance = 32

    /// Appends what may be there of each row, in the order of the rows. One read of memory a row, those of several rows under
    /// way together, and three of what passes the Bloom filter.
    func probe(_ identities: Span<Digest128>, into hits: inout [Hit]) {
        let bytes = unsafe bytes.span.bytes
        let lanes = Lanes(shape)
        var rows: [Int] = []
        rows.reserveCapacity(identities.count / 8)
        sift(identities, bytes, into: &rows)
        for row in rows { prefetch(bytes, bucketOffset(of: identities[row])) }
        // In bits.
        var ranges: [(start: Int, end: Int)] = []
        ranges.reserveCapacity(rows.count)
        for row in rows {
            let offset = bucketOffset(of: identities[row])
            let start = Int(load(bytes, at: offset)) &* shape.width
            let end = Int(load(bytes, at: offset &+ 4)) &* shape.width
            prefetch(bytes, shape.entriesOffset &+ start &>> 3)
            prefetch(bytes, shape.entriesOffset &+ end &>> 3)
            ranges.append((start, end))
        }
        for (row, range) in zip(rows, ranges) {
            let fingerprint = shape.fingerprint(of: identities[row])
            if have(bytes, range.start, range.end, UInt64(fingerprint) &* lanes.lowest, lanes) {
                append(bytes, range.start, range.end, fingerprint, row: row, to: &hits)
            }
        }
    }

    /// Appends the rows that pass the Bloom filter.
    private func sift(_ identities: Span<Digest128>, _ bytes: RawSpan, into rows: inout [Int]) {
        let (blocks, distance) = (shape.blocks, IdentityFilter.distance)
        for row in 0..<min(distance, identities.count) {
            prefetch(bytes, IdentityBloom.offset(of: identities[row], blocks: blocks))
        }
        for row in 0..<identities.count {
            let ahead = row &+ distance
            if ahead < identities.count {
                prefetch(bytes, IdentityBloom.offset(of: identities[ahead], blocks: blocks))
            }
            let offset = IdentityBloom.offset(of: identities[row], blocks: blocks)
            if IdentityBloom.passes(identities[row], bytes, at: offset) { rows.append(row) }
        }
    }

    @inline(__always)
    private func bucketOffset(of identity: Digest128) -> Int {
        shape.bucketsOffset &+ shape.bucket(of: identity) &* 4
    }

    /// Whether an entry from one bit to another has a fingerprint, or one that follows these.
    @inline(__always)
    private func have(_ bytes: RawSpan, _ start: Int, _ end: Int, _ pattern: UInt64, _ lanes: Lanes) -> Bool {
        for bit in stride(from: start, to: end, by: lanes.count &* lanes.width)
        where lanes.have(pattern, in: word(bytes, at: bit)) {
            return true
        }
        return false
    }

    /// Appends the entries of a bucket that have a fingerprint. It is rarely called.
    private func append(
        _ bytes: RawSpan, _ start: Int, _ end: Int, _ fingerprint: UInt32, row: Int, to hits: inout [Hit]
    ) {
        let fingerprintMask: UInt64 = 1 << UInt64(shape.fingerprintBits) - 1
        let hourMask: UInt64 = 1 << UInt64(shape.hourBits) - 1
        for bit in stride(from: start, to: end, by: shape.width) {
            let entry = word(bytes, at: bit)
            if entry & fingerprintMask != UInt64(fingerprint) { continue }
            hits.append(Hit(row: row, hour: Int(entry >> UInt64(shape.fingerprintBits) & hourMask)))
        }
    }

    /// The word that begins at a bit of the entries, or at their end; what lies behind the last of them is zero.
    @inline(__always)
    private func word(_ bytes: RawSpan, at bit: Int) -> UInt64 {
        let place = shape.entriesOffset &* 8 &+ bit
        // The last entries have no whole word behind them, but always one before.
        let offset = min(place &>> 3, bytes.byteCount &- 8)
        // Any bits are a valid integer, and the span checks the bounds.
        return unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            &>> UInt64(truncatingIfNeeded: place &- offset &* 8)
    }

    @inline(__always)
    private func prefetch(_ bytes: RawSpan, _ offset: Int) {
        // Fetching does no harm anywhere.
        unsafe bytes.withUnsafeBytes { unsafe prefetch_line($0.baseAddress?.advanced(by: offset)) }
    }

    @inline(__always)
    private func load(_ bytes: RawSpan, at offset: Int) -> UInt32 {
        // Any bits are a valid integer, and the span checks the bounds.
        unsafe UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
