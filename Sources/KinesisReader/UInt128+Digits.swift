extension UInt128 {
    /// Reads decimal digits; `nil` where there are none, another character, or too many.
    init?(digits: some Sequence<UInt8>) {
        var value: UInt128 = 0
        var isEmpty = true
        for digit in digits {
            guard digit &- 0x30 < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt128(digit &- 0x30))
            if overflow || carried { return nil }
            value = sum
            isEmpty = false
        }
        if isEmpty { return nil }
        self = value
    }
}
