import Testing

@testable import SchemaValidation

@Suite("Numbers by their digits")
struct DecimalTextTests {
    private func compared(_ left: String, _ right: String) -> Int {
        unsafe Array(left.utf8).withUnsafeBufferPointer { left in
            unsafe Array(right.utf8).withUnsafeBufferPointer { right in
                unsafe DecimalText(left).compared(with: DecimalText(right))
            }
        }
    }

    private func isMultiple(_ value: String, _ divisor: String) -> Bool {
        unsafe Array(value.utf8).withUnsafeBufferPointer { value in
            unsafe Array(divisor.utf8).withUnsafeBufferPointer { divisor in
                unsafe DecimalText(value).isMultiple(of: DecimalText(divisor))
            }
        }
    }

    @Test(
        "The same number has many forms",
        arguments: [
            ("1", "1.0"), ("1", "1e0"), ("100", "1E+2"), ("0.001", "1e-3"), ("0", "-0.0e99"), ("12.50", "1.25e1"),
            ("10e999999999", "1e1000000000"), ("0.00e5", "0"), ("-1200", "-0.12e4"),
        ])
    func equal(left: String, right: String) throws {
        #expect(compared(left, right) == 0)
        #expect(compared(right, left) == 0)
        #expect(try SchemaChecks.accepts(#"{"const": \#(left)}"#, right))
        #expect(try !SchemaChecks.accepts(#"{"uniqueItems": true}"#, "[\(left), \(right)]"))
    }

    @Test(
        "Order is exact at any length",
        arguments: [
            ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "1e-400"), ("9", "10"),
            ("0.1", "0.10000000000000000000000001"),
            ("9007199254740992", "9007199254740993"), ("1e400", "1e401"), ("-1e1000000000", "1e-1000000000"),
            ("123456789012345678901234567890", "123456789012345678901234567890.1"), ("99e3", "1e5"), ("-0.5", "0"),
            ("0", "0.5"), ("2", "2.0001"), ("1.9", "2"), ("-2", "-1.5"), ("999999999999999999", "1000000000000000000"),
        ])
    func ordered(less: String, more: String) throws {
        #expect(compared(less, more) == -1)
        #expect(compared(more, less) == 1)
        #expect(try SchemaChecks.accepts(#"{"minimum": \#(less)}"#, more))
        #expect(try !SchemaChecks.accepts(#"{"maximum": \#(less)}"#, more))
        #expect(try !SchemaChecks.accepts(#"{"exclusiveMaximum": \#(less)}"#, less))
    }

    @Test(
        "A multiple is exact, and huge exponents cost nothing",
        arguments: [
            ("0.3", "0.1", true), ("0.35", "0.1", false), ("1e1000000000", "7", false), ("1e1000000000", "8", true),
            ("7e1000000000", "7", true), ("1e1000000000", "1e-1000000000", true), ("1", "1e1000000000", false),
            ("1e-1000000000", "1", false), ("0", "3.7", true), ("-9", "4.5", true), ("1e308", "123456789", false),
            ("1e30", "1180591620717411303424", false), ("1e80", "1180591620717411303424", true),
            ("246913578024691357802469135780", "123456789012345678901234567890", true),
            ("246913578024691357802469135781", "123456789012345678901234567890", false),
            ("0.000000000000000000000000000006", "0.000000000000000000000000000003", true),
        ])
    func multiples(value: String, divisor: String, expected: Bool) throws {
        #expect(isMultiple(value, divisor) == expected)
        #expect(try SchemaChecks.accepts(#"{"multipleOf": \#(divisor)}"#, value) == expected)
    }

    @Test("Order and multiples agree with 128-bit arithmetic on random numbers")
    func againstIntegers() {
        var random = SplitMix64(state: 7)
        for _ in 0..<5_000 {
            let places = (Int(random.next() % 6), Int(random.next() % 6))
            let left = Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60)
            let right = Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60)
            // Both as counts of 10⁻⁵.
            let scaled = (Int128(left) * power(5 - places.0), Int128(right) * power(5 - places.1))
            let texts = ("\(left)e-\(places.0)", "\(right)e-\(places.1)")
            #expect(compared(texts.0, texts.1) == (scaled.0 < scaled.1 ? -1 : (scaled.0 == scaled.1 ? 0 : 1)))
            if right != 0 { #expect(isMultiple(texts.0, texts.1) == (scaled.0 % scaled.1 == 0), "\(texts)") }
        }
    }

    private func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { product, _ in product * 10 } }
}
