import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Short numbers")
struct ShortNumberTests {
    @Test("are all that have up to eight digits on each side of a point, no sign and no exponent, with their value")
    func everyForm() {
        var random = SplitMix64(state: 3)
        var read = 0
        for _ in 0..<300_000 {
            let digits = (0..<random.below(20)).map { _ in Array("001234567899-e+".utf8)[random.below(15)] }
            var number = digits
            if random.below(2) == 0 { number.insert(0x2E, at: random.below(digits.count + 1)) }
            // What stands behind is neither a digit nor a point, but what follows that may be.
            let text = number + [0x2C] + (0..<32).map { _ in UInt8(0x30 + random.below(10)) }
            let found = unsafe text.withUnsafeBufferPointer { bytes in
                unsafe bytes.baseAddress.flatMap { unsafe ShortNumber(at: $0, length: number.count) }
            }
            let whole = number.firstIndex(of: 0x2E) ?? number.count
            let isShort = whole <= 8 && number.count - whole <= 9 && number.allSatisfy { $0 >= 0x2E && $0 <= 0x39 }
            let expected = isShort ? Quantity(String(decoding: number, as: UTF8.self)) : nil
            #expect((found == nil) == (expected == nil), "\(String(decoding: number, as: UTF8.self))")
            guard let found, let expected else { continue }
            read += 1
            let units = Int128(found.magnitude) * Int128(Quantity.powerOfTen(12 - found.decimals))
            #expect(units == expected.units, "\(String(decoding: number, as: UTF8.self))")
            #expect(found.decimals == (number.firstIndex(of: 0x2E).map { number.count - $0 - 1 } ?? 0))
        }
        #expect(read > 30_000)
    }
}
