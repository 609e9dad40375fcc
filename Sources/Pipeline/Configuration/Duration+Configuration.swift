import UsageModel

extension Duration {
    /// Reads a duration as configurations write it: a whole number and one of `ms`, `s`, `m`, `h` and `d`.
    ///
    /// `nil` when the text is not one, or is longer than the 292 years that nanoseconds in 64 bits hold.
    init?(configuration text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = Int64(digits) else { return nil }
        let milliseconds: Int64
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "s": milliseconds = 1_000
        case "m": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        default: return nil
        }
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: milliseconds * 1_000_000)
        if overflow { return nil }
        self = .nanoseconds(nanoseconds)
    }
}
