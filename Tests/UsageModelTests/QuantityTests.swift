import Testing
import UsageModel

@Suite("A quantity")
struct QuantityTests {
    @Test("0.1 and 0.2 are 0.3")
    func decimal() throws {
        let sum = try #require(Quantity("0.1")).adding(try #require(Quantity("0.2")))
        #expect(sum == Quantity("0.3"))
        #expect(sum?.description == "0.3")
    }

    @Test("Ten million times 0.000001 are exactly 10")
    func manySmall() throws {
        let one = try #require(Quantity("0.000001"))
        var sum = Quantity.zero
        for _ in 0..<10_000_000 { sum = sum.adding(one) ?? .zero }
        #expect(sum == Quantity(whole: 10))
    }

    @Test(
        "A JSON number is read to the last digit",
        arguments: [
            ("0", "0"), ("-0", "0"), ("-0.000", "0"), ("0e99999999", "0"), ("0.0000000000000000000000", "0"),
            ("7", "7"),
            ("-12", "-12"), ("1e3", "1000"), ("1E+3", "1000"), ("1.50e3", "1500"), ("1500e-3", "1.5"),
            ("0.000000000001", "0.000000000001"), ("1e-12", "0.000000000001"), ("10e-13", "0.000000000001"),
            ("1.0000000000000000000000000", "1"), ("1000000000000000000", "1000000000000000000"),
            ("999999999999999999", "999999999999999999"), ("999999.999999999999", "999999.999999999999"),
            ("1234567.123456789012", "1234567.123456789012"), ("123456789012345678.5", "123456789012345678.5"),
            ("0.000000000000000000000000000001e18", "0.000000000001"),
            ("170141183460469231731687303.715884105727", "170141183460469231731687303.715884105727"),
            ("-170141183460469231731687303.715884105728", "-170141183460469231731687303.715884105728"),
            ("100000000000000000000000000", "100000000000000000000000000"),
            ("100000000000000000000000000000000000000000000e-30", "100000000000000"),
        ])
    func exact(text: String, expected: String) {
        #expect(Quantity(text)?.description == expected)
    }

    @Test(
        "What has a digit below 10⁻¹², or is out of range, is none",
        arguments: [
            "0.0000000000001", "1.0000000000001", "-1e-13", "1234567890123456789012345678901234567890", "1e27", "2e26",
            "170141183460469231731687303.715884105728", "-170141183460469231731687303.715884105729", "1e10000",
            "1e-10000", "1e99999999999999999999", "1e-99999999999999999999", "12345.1234567890123",
        ])
    func notExact(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test(
        "What is not a JSON number is none",
        arguments: [
            "", "-", "+1", ".5", "5.", "-.5", "01", "-01", "00", "1e", "1e+", "1.e5", "0x10", "1_000", "1,5", " 1",
            "1 ",
            "NaN", "Infinity", "1a", "--1", "1-", "1.5.5", "1e5.5", "１",
        ])
    func notNumber(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test("An exponent of any size counts in full, also where thousands of zeros make up for it")
    func zerosAndExponents() {
        for count in [38, 500, 9_999, 10_000, 10_001, 20_000] {
            let zeros = String(repeating: "0", count: count)
            #expect(Quantity("0.\(zeros)1e\(count + 1)") == Quantity(whole: 1))
            #expect(Quantity("-0.\(zeros)12e\(count + 4)") == Quantity(whole: -1_200))
            #expect(Quantity("1\(zeros)e-\(count)") == Quantity(whole: 1))
            #expect(Quantity("25\(zeros)e-\(count + 2)") == Quantity("0.25"))
            #expect(Quantity("1\(zeros)e-\(count + 13)") == nil)
            #expect(Quantity("0.\(zeros)1e\(count + 40)") == nil)
        }
    }

    @Test("Random numbers agree with arithmetic on digits", arguments: 0..<4)
    func random(seed: Int) {
        var random = SplitMix64(state: UInt64(seed))
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in "\(random.below(3) == 0 ? 0 : random.below(10))" }.joined()
        }
        var taken = 0
        for _ in 0..<10_000 {
            var text = random.below(2) == 0 ? "-" : ""
            let whole = digits(1 + random.below(random.below(4) == 0 ? 42 : 20))
            text += String(whole.drop { $0 == "0" }).isEmpty ? "0" : String(whole.drop { $0 == "0" })
            if random.below(2) == 0 { text += ".\(digits(1 + random.below(15)))" }
            if random.below(3) == 0 {
                text += ["e", "E"][random.below(2)] + ["", "+", "-"][random.below(3)] + digits(1 + random.below(2))
            }
            let expected = SlowDecimal.canonical(text)
            if expected != nil { taken += 1 }
            #expect(Quantity(text)?.description == expected, "\(text)")
        }
        #expect(taken > 2_000 && taken < 9_900)
    }

    @Test("Printing and reading is the same number again")
    func roundTrip() {
        var random = SplitMix64(state: 5)
        for _ in 0..<5_000 {
            let high = Int128(Int64(bitPattern: random.next())) << 64
            let units = (high | Int128(random.next())) >> Int128(random.below(127))
            #expect(Quantity(Quantity(units: units).description) == Quantity(units: units))
        }
    }

    @Test("A sum out of range is none, not wrapped")
    func overflow() {
        let largest = Quantity(units: .max)
        let unit = Quantity(units: 1)
        #expect(largest.adding(unit) == nil)
        #expect(Quantity(units: .min).adding(Quantity(units: -1)) == nil)
        #expect(largest.adding(Quantity(units: -1))?.adding(unit) == largest)
        #expect(Quantity(whole: .max).units == Int128(Int64.max) * 1_000_000_000_000)
    }
}

/// Decimal numbers as lists of digits: the oracle for ``Quantity``.
private enum SlowDecimal {
    /// The number of a JSON text as ``Quantity`` prints it; `nil` when it has more than 12 decimals or is out of range.
    static func canonical(_ text: String) -> String? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var digits = String(mantissa[0]) + fraction
        // Move the point twelve places to the right: what is then behind it must be zeros.
        let shift = exponent - fraction.count + 12
        if shift >= 0 {
            digits += String(repeating: "0", count: shift)
        } else {
            let cut = String(digits.suffix(-shift))
            if cut.contains(where: { $0 != "0" }) { return nil }
            digits = String(digits.dropLast(-shift))
        }
        digits = String(digits.drop { $0 == "0" })
        let limit = isNegative ? "170141183460469231731687303715884105728" : "170141183460469231731687303715884105727"
        if digits.count > limit.count || (digits.count == limit.count && digits > limit) { return nil }
        if digits.isEmpty { return "0" }
        digits = String(repeating: "0", count: max(0, 13 - digits.count)) + digits
        var decimals = String(digits.suffix(12))
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return (isNegative ? "-" : "") + digits.dropLast(12) + (decimals.isEmpty ? "" : ".\(decimals)")
    }
}
