import UsageModel

@testable import SchemaValidation

/// Numbers of JSON: what is a number, what it is worth, and how two of them compare.
enum NumberTarget {
    static func run(_ input: FuzzInput) {
        var input = input
        let isExpanded = input.byte() & 1 == 1
        let texts = input.rest().split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
            .map { isExpanded ? expand($0) : Array($0) }
        let numbers = texts.map { Decimal($0) }
        for (text, number) in zip(texts, numbers) { quantity(text, number) }
        for (text, number) in zip(texts, numbers) where number != nil { shape(text, number) }
        guard texts.count == 2, let left = numbers[0], let right = numbers[1] else { return }
        pair((texts[0], left), (texts[1], right))
    }

    /// Writes the input with runs of zeros that no fuzzer would find by itself: a byte from 128 on stands for some, the
    /// higher the more, up to some 32,000; all together no more than 24,000.
    private static func expand(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            guard byte >= 128 else {
                text.append(byte)
                continue
            }
            let count = byte < 192 ? Int(byte) - 127 : (Int(byte) - 191) * 500
            if text.count + count > 24_000 { break }
            text += [UInt8](repeating: UInt8(ascii: "0"), count: count)
        }
        return text
    }

    private static func quantity(_ text: [UInt8], _ number: Decimal?) {
        let found = unsafe text.withUnsafeBufferPointer { unsafe Quantity(json: $0) }
        let (worth, expected) = (found.map { "\($0.units)" }, number?.units)
        // Zero has no sign.
        claim(worth == expected, "it is taken as \(worth ?? "none"), not \(expected ?? "none")")
        guard let found else { return }
        claim(Quantity(found.description) == found, "\(found) comes back as another quantity")
        claim(Decimal(Array(found.description.utf8))?.units == worth, "\(found) is written as another number")
    }

    private static func shape(_ text: [UInt8], _ number: Decimal?) {
        guard let number else { return }
        unsafe text.withUnsafeBufferPointer { buffer in
            let decimal = unsafe DecimalText(buffer)
            claim(decimal.isZero == number.digits.isEmpty, "zero is told otherwise")
            claim(decimal.isInteger == (number.power >= 0), "whole numbers are told otherwise")
            var digits: [UInt8] = []
            decimal.forEachDigit { digits.append($0) }
            claim(digits == number.digits, "the digits are others")
            if !number.digits.isEmpty {
                claim(decimal.leading == number.leading && decimal.trailing == number.power, "the power is another")
                claim(decimal.isNegative == number.isNegative, "the sign is another")
            }
            let place = number.digits.count / 2
            claim(decimal.digit(at: place) == UInt64(number.digits.dropFirst(place).first ?? 0), "a digit is another")
            claim(decimal.digit(at: number.digits.count) == 0, "a digit stands behind the last")
            if let small = unsafe DecimalText.smallInteger(buffer) {
                let order = Decimal(Array("\(small)".utf8)).map { $0.compared(with: number) }
                claim(number.power >= 0 && order == 0, "\(small) is taken for another number")
            }
        }
    }

    private static func pair(_ left: (text: [UInt8], number: Decimal), _ right: (text: [UInt8], number: Decimal)) {
        unsafe left.text.withUnsafeBufferPointer { leftBuffer in
            unsafe right.text.withUnsafeBufferPointer { rightBuffer in
                let (mine, its) = unsafe (DecimalText(leftBuffer), DecimalText(rightBuffer))
                let order = left.number.compared(with: right.number)
                claim(mine.compared(with: its) == order, "two numbers compare otherwise")
                claim(its.compared(with: mine) == -order, "two numbers compare otherwise the other way")
                let limit = unsafe DecimalText.smallInteger(rightBuffer)
                if let limit, let found = unsafe DecimalText.order(of: leftBuffer, to: limit) {
                    claim(found == order, "a number compares otherwise with an integer")
                }
                // Long division of long numbers by long ones takes too long for a fuzzer.
                guard left.number.digits.count < 200, right.number.digits.count < 200,
                    let expected = left.number.isMultiple(of: right.number)
                else { return }
                claim(mine.isMultiple(of: its) == expected, "a multiple is told otherwise")
            }
        }
    }
}
