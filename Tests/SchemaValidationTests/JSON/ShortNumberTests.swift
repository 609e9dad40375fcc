import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Short numbers")
struct ShortNumberTests {
    /// The number that a text begins with, when it has so many characters.
    private static func read(_ text: [UInt8], length: Int) -> ShortNumber? {
        var word: UInt64 = 0
        for index in 0..<min(8, text.count) { word |= UInt64(text[index]) << UInt64(index * 8) }
        return ShortNumber(word, length: length)
    }

    @Test("are all that have up to eight characters, no sign and no exponent, with their value")
    func everyForm() {
        var random = SplitMix64(state: 3)
        var read = 0
        for _ in 0..<300_000 {
            let length = random.below(11)
            let text = (0..<length + 8).map { _ in Array("0012345678999..-e+".utf8)[random.below(18)] }
            let number = Array(text[..<length])
            let isShort = length <= 8 && !number.contains { $0 == 0x2D || $0 == 0x65 || $0 == 0x2B }
            let expected = isShort ? Quantity(String(decoding: number, as: UTF8.self)) : nil
            let found = ShortNumberTests.read(text, length: length)
            #expect((found == nil) == (expected == nil), "\(String(decoding: number, as: UTF8.self))")
            guard let found, let expected else { continue }
            read += 1
            let units = Int128(found.magnitude) * Int128(Quantity.powerOfTen(12 - found.decimals))
            #expect(units == expected.units, "\(String(decoding: number, as: UTF8.self))")
            #expect(found.decimals == (number.firstIndex(of: 0x2E).map { length - $0 - 1 } ?? 0))
        }
        #expect(read > 30_000)
    }
}
