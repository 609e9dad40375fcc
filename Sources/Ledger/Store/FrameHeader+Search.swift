extension FrameHeader {
    /// The first whole header of a ledger that lies in some bytes, at any byte: lost bytes may have shifted all that follow.
    /// - Parameter isWanted: whether a header that was found, and where it stands, is the one that is looked for.
    /// - Complexity: the bytes from `start` on to the header, or to `end`.
    static func first(
        in stored: any StoredBytes, from start: UInt64, to end: UInt64, of ledger: LedgerID,
        where isWanted: (FrameHeader, UInt64) -> Bool
    ) throws(LedgerError) -> UInt64? {
        let chunk = 1 << 20
        var base = start
        while base + UInt64(size) <= end {
            let bytes = try stored.read(at: base, count: chunk + size - 1)
            var index = 0
            while index + size <= bytes.count {
                if bytes[index] == magic[0], bytes[index + 1] == magic[1],
                    let header = try? decode(Array(bytes[index..<index + size]), in: ledger)
                {
                    let place = base + UInt64(index)
                    if isWanted(header, place) { return place }
                }
                index += 1
            }
            base += UInt64(chunk)
        }
        return nil
    }
}
