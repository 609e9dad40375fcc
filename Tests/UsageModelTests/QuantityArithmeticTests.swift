import Testing
import UsageModel

@Suite("Products and quotients")
struct QuantityArithmeticTests {
    private func quantity(_ text: String) throws -> Quantity { try #require(Quantity(text)) }

    @Test("Products agree with multiplication of whole numbers, and division brings them back")
    func products() throws {
        var random = SplitMix64(state: 5)
        for _ in 0..<10_000 {
            let (left, right) = (Int64(truncatingIfNeeded: random.next()), Int64(truncatingIfNeeded: random.next()) | 1)
            let units = Int128(left) * Int128(right)
            // a × 10⁻⁶ times b × 10⁻⁶ is a·b × 10⁻¹².
            let one = Quantity(units: Int128(left) * 1_000_000)
            let other = Quantity(units: Int128(right) * 1_000_000)
            #expect(one.multiplied(by: other) == Quantity(units: units))
            if right > 0 { #expect(Quantity(units: units).divided(by: other) == one) }
        }
    }

    @Test(
        "A quotient is rounded to twelve decimals, half to even",
        arguments: [
            ("1", "3", "0.333333333333"), ("2", "3", "0.666666666667"), ("-2", "3", "-0.666666666667"),
            ("0.000000000001", "2", "0"), ("0.000000000003", "2", "0.000000000002"), ("-0.000000000001", "2", "0"),
            ("170141183460469231731687303", "1", "170141183460469231731687303"), ("5", "0.5", "10"),
        ] as [(String, String, String)])
    func quotients(_ left: String, _ right: String, _ expected: String) throws {
        #expect(try quantity(left).divided(by: try quantity(right))?.description == expected)
    }

    @Test("A quotient that does not fit is none, and averages are rounded once")
    func limits() throws {
        #expect(try quantity("170141183460469231731687303").divided(by: try quantity("0.5")) == nil)
        #expect(Quantity(units: .min).divided(by: .one) == Quantity(units: .min))
        #expect(try quantity("1").average(of: 3, dividedBy: .one)?.description == "0.333333333333")
        // By 3 and then by 3 again it would be …1112.
        #expect(try quantity("1").average(of: 3, dividedBy: try quantity("3"))?.description == "0.111111111111")
        #expect(Quantity(units: 5).average(of: 0, dividedBy: .one) == .zero)
    }

    @Test("An integral is the same in one part and in many, also past 128 bits")
    func integrals() throws {
        let hour: Int64 = 3_600_000_000_000
        var whole = TimeIntegral()
        whole.add(Quantity(units: .max), for: .max)
        #expect(whole.hours() == nil)
        var parts = TimeIntegral()
        parts.add(Quantity(units: .max), for: .max - 12_345)
        parts.add(Quantity(units: .max), for: 12_345)
        #expect(parts == whole)
        parts.add(Quantity(units: -Int128.max), for: .max)
        #expect(parts == TimeIntegral())
        #expect(parts.hours() == .zero)
        for value in ["7", "-7", "0.000000000001", "170141183460469231731687303.715884105727"] {
            var integral = TimeIntegral()
            let value = try quantity(value)
            for _ in 0..<6 { integral.add(value, for: hour / 6) }
            #expect(integral.hours() == value)
            #expect(integral.hours(dividedBy: try quantity("4")) == value.divided(by: try quantity("4")))
        }
        var negative = TimeIntegral()
        negative.add(try quantity("-1"), for: 1)
        #expect(negative.hours() == .zero)
        negative.add(try quantity("-10"), for: hour / 3)
        #expect(negative.hours()?.description == "-3.333333333334")
    }
}
