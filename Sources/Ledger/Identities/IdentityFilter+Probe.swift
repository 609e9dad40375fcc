import UsageModel

extension IdentityFilter {
    /// A row that may have an event of the same identity at some hours of the run.
    struct Hit {
        var row: Int
        /// The number of the hour in the filter.
        var hour: Int
    }

    /// How many rows are looked for together: memory answers several reads in the time of one.
    private static let groupSize = 16

    /// Appends what may be there of each row, in the order of the rows. Two reads of memory a row, those of a group under way together.
    func probe(_ identities: Span<Digest128>, into hits: inout [Hit]) {
        let bytes = unsafe bytes.span.bytes
        var starts = [16 of UInt32](repeating: 0)
        var ends = [16 of UInt32](repeating: 0)
        // The beginning of each bucket, so that the reads of a group are under way together.
        var heads = [16 of UInt32](repeating: 0)
        var first = 0
        while first < identities.count {
            let count = min(IdentityFilter.groupSize, identities.count - first)
            for index in 0..<count {
                let bucket = shape.bucket(of: identities[first + index])
                starts[index] = load(bytes, at: bucket * 4)
                ends[index] = load(bytes, at: bucket * 4 + 4)
            }
            for index in 0..<count { heads[index] = load(bytes, at: place(Int(starts[index]))) }
            for index in 0..<count {
                let fingerprint = shape.fingerprint(of: identities[first + index])
                scan(bytes, Int(starts[index]), Int(ends[index]), head: heads[index], for: fingerprint) { hour in
                    hits.append(Hit(row: first + index, hour: hour))
                }
            }
            first += count
        }
    }

    @inline(__always)
    private func scan(
        _ bytes: RawSpan, _ start: Int, _ end: Int, head: UInt32, for fingerprint: UInt32, _ body: (Int) -> Void
    ) {
        let width = shape.width
        let fingerprintBits = UInt32(shape.fingerprintBits)
        let mask: UInt32 = 1 &<< fingerprintBits &- 1
        let hourMask: UInt32 = 1 &<< UInt32(shape.hourBits) &- 1
        var word = head
        var bit = start &* width
        let last = end &* width
        while bit < last {
            let entry = word &>> UInt32(truncatingIfNeeded: bit & 7)
            if entry & mask == fingerprint { body(Int(entry &>> fingerprintBits & hourMask)) }
            bit &+= width
            // Behind the last event four bytes follow.
            word = load(bytes, at: shape.bucketBytes &+ (bit &>> 3))
        }
    }

    @inline(__always)
    private func place(_ index: Int) -> Int {
        shape.bucketBytes + ((index * shape.width) >> 3)
    }

    @inline(__always)
    private func load(_ bytes: RawSpan, at offset: Int) -> UInt32 {
        // Any bits are a valid integer, and the span checks the bounds.
        unsafe UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
