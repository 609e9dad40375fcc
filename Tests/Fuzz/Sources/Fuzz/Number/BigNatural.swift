/// A natural number of any size, with no more than a question of divisibility needs.
struct BigNatural {
    /// 32 bits each, the lowest first.
    private var words: [UInt32] = []

    /// - Parameter decimal: digits from 0 to 9, the highest first.
    init(decimal: [UInt8]) {
        for digit in decimal {
            var carry = UInt64(digit)
            for index in words.indices {
                carry += UInt64(words[index]) * 10
                words[index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry > 0 { words.append(UInt32(carry)) }
        }
    }

    /// Long division bit by bit, of which only the rest is kept.
    func isMultiple(of divisor: BigNatural) -> Bool {
        var rest = BigNatural(decimal: [])
        for word in words.reversed() {
            for bit in (0..<32).reversed() {
                rest.double(adding: word >> UInt32(bit) & 1)
                if !rest.isLess(than: divisor) { rest.subtract(divisor) }
            }
        }
        return rest.words.isEmpty
    }

    private mutating func double(adding bit: UInt32) {
        var carry = bit
        for index in words.indices {
            let next = words[index] >> 31
            words[index] = words[index] << 1 | carry
            carry = next
        }
        if carry > 0 { words.append(carry) }
    }

    private func isLess(than other: BigNatural) -> Bool {
        if words.count != other.words.count { return words.count < other.words.count }
        return words.reversed().lexicographicallyPrecedes(other.words.reversed())
    }

    private mutating func subtract(_ other: BigNatural) {
        var borrow: Int64 = 0
        for index in words.indices {
            let difference = Int64(words[index]) - (index < other.words.count ? Int64(other.words[index]) : 0) - borrow
            borrow = difference < 0 ? 1 : 0
            words[index] = UInt32(truncatingIfNeeded: difference)
        }
        while words.last == 0 { words.removeLast() }
    }
}
