import UsageModel

extension SequenceNumber {
    /// The same as `SequenceNumber.init(_:)`, for the many of an answer: 19 digits at a time, and without an allocation.
    init?(digits bytes: [UInt8], in range: Range<Int>) {
        guard !range.isEmpty, range.count <= 78 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var index = range.lowerBound
        while index < range.upperBound {
            let end = min(index + 19, range.upperBound)
            var (chunk, factor) = (UInt64(0), UInt64(1))
            for digit in index..<end {
                let value = bytes[digit] &- 0x30
                if value > 9 { return nil }
                chunk = chunk &* 10 &+ UInt64(value)
                factor = factor &* 10
            }
            var carry = chunk
            words.3 = SequenceNumber.step(words.3, factor, &carry)
            words.2 = SequenceNumber.step(words.2, factor, &carry)
            words.1 = SequenceNumber.step(words.1, factor, &carry)
            words.0 = SequenceNumber.step(words.0, factor, &carry)
            if carry > 0 { return nil }
            index = end
        }
        self.init(words: words)
    }

    /// `word` times `factor` and what was carried; the upper half is carried on.
    private static func step(_ word: UInt64, _ factor: UInt64, _ carry: inout UInt64) -> UInt64 {
        let (high, low) = word.multipliedFullWidth(by: factor)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        carry = high + (overflow ? 1 : 0)
        return sum
    }
}
