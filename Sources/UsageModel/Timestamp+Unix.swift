extension Timestamp {
    /// Reads a number of seconds since 1970 in the form of a JSON number, such as `1762000000.25`.
    ///
    /// Digits of the fraction past the ninth are dropped. `nil` when the text is not one or is out of range.
    /// O(length), no allocation.
    @inlinable
    public init?(unixSeconds text: UnsafeBufferPointer<UInt8>) {
        let isNegative = unsafe text.count > 0 && text[0] == 0x2D
        let first = isNegative ? 1 : 0
        var index = first
        var seconds: Int64 = 0
        while index < text.count, index - first < 18, case let digit = unsafe text[index] &- 0x30, digit < 10 {
            seconds = seconds * 10 + Int64(digit)
            index += 1
        }
        if index == first { return nil }
        if index - first > 1, unsafe text[first] == 0x30 { return nil }
        var fraction: Int64 = 0
        if index < text.count, unsafe text[index] == 0x2E {
            index += 1
            let start = index
            var place: Int64 = 100_000_000
            while index < text.count, case let digit = unsafe text[index] &- 0x30, digit < 10 {
                fraction += Int64(digit) * place
                place /= 10
                index += 1
            }
            if index == start { return nil }
        }
        var nanoseconds = Int128(seconds) * 1_000_000_000 + Int128(fraction)
        if isNegative { nanoseconds = 0 - nanoseconds }
        if index < text.count {
            // An exponent, or more digits than a moment has unless an exponent makes up for them.
            guard let written = unsafe Quantity(json: text) else { return nil }
            nanoseconds = written.units / (Quantity.scale / 1_000_000_000)
        }
        guard let exact = Int64(exactly: nanoseconds) else { return nil }
        self.init(nanoseconds: exact)
    }
}
