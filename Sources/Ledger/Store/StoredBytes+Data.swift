extension StoredBytes {
    /// Where the last byte of a range that is not zero ends; the range's start where all are zero.
    func endOfData(from start: UInt64, to end: UInt64) throws(LedgerError) -> UInt64 {
        let chunk: UInt64 = 1 << 20
        var upper = end
        while upper > start {
            let lower = upper - start > chunk ? upper - chunk : start
            let bytes = try read(at: lower, count: Int(upper - lower))
            if let last = bytes.lastIndex(where: { $0 != 0 }) { return lower + UInt64(last) + 1 }
            upper = lower
        }
        return start
    }
}
