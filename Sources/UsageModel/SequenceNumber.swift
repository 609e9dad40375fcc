/// The number of a record in a shard: a whole number of up to 256 bits, which is 77 decimal digits.
///
/// AWS writes them with 56 digits and says only that they grow with time
/// (https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html). They are compared as numbers, not as texts.
public struct SequenceNumber: Sendable, Hashable {
    /// 64 bits each, the most significant ones first.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Reads decimal digits; `nil` where there are none, another character, or more than 256 bits.
    public init?(_ digits: some Sequence<UInt8>) {
        var value: [UInt64] = [0, 0, 0, 0]
        var isEmpty = true
        for digit in digits {
            guard digit &- 0x30 < 10 else { return nil }
            isEmpty = false
            var carry = UInt64(digit &- 0x30)
            for index in stride(from: 3, through: 0, by: -1) {
                let (high, low) = value[index].multipliedFullWidth(by: 10)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                value[index] = sum
                carry = high + (overflow ? 1 : 0)
            }
            if carry > 0 { return nil }
        }
        if isEmpty { return nil }
        words = (value[0], value[1], value[2], value[3])
    }

    public init?(_ text: String) {
        self.init(text.utf8)
    }

    public static func == (left: SequenceNumber, right: SequenceNumber) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension SequenceNumber: Comparable {
    public static func < (left: SequenceNumber, right: SequenceNumber) -> Bool { left.words < right.words }
}

extension SequenceNumber: CustomStringConvertible {
    /// The decimal digits.
    public var description: String {
        var rest = [words.0, words.1, words.2, words.3]
        var digits: [UInt8] = []
        repeat {
            var remainder: UInt64 = 0
            for index in rest.indices {
                (rest[index], remainder) = UInt64(10).dividingFullWidth((remainder, rest[index]))
            }
            digits.append(0x30 + UInt8(remainder))
        } while rest.contains { $0 != 0 }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
