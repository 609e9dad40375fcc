/// The grammar of a JSON number (RFC 8259, section 6).
enum JSONNumber {
    /// Where the number that begins at `start` ends, at most at `limit`; `nil` when none begins there.
    ///
    /// - Parameter isInteger: false afterwards when it has a fraction or an exponent.
    @inline(__always)
    static func end(
        _ text: UnsafePointer<UInt8>, from start: Int, to limit: Int, isInteger: inout Bool
    ) -> Int? {
        var index = start
        if index < limit, unsafe text[index] == 0x2D { index &+= 1 }
        let first = index
        unsafe digits(text, &index, limit)
        guard index > first, unsafe index == first &+ 1 || text[first] != 0x30 else { return nil }
        if index < limit, unsafe text[index] == 0x2E {
            isInteger = false
            index &+= 1
            let fraction = index
            unsafe digits(text, &index, limit)
            if index == fraction { return nil }
        }
        if index < limit, unsafe text[index] | 0x20 == 0x65 {
            isInteger = false
            index &+= 1
            if index < limit, case let sign = unsafe text[index], sign == 0x2B || sign == 0x2D { index &+= 1 }
            let exponent = index
            unsafe digits(text, &index, limit)
            if index == exponent { return nil }
        }
        return index
    }

    @inline(__always)
    private static func digits(_ text: UnsafePointer<UInt8>, _ index: inout Int, _ limit: Int) {
        while index < limit, unsafe text[index] &- 0x30 < 10 { index &+= 1 }
    }
}
