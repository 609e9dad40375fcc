import Testing
import UsageModel

@Suite struct SequenceNumberTests {
    private static let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

    @Test(
        "Its digits come back as they were, without zeros in front",
        arguments: [
            "0", "1", "18446744073709551615", "18446744073709551616", largest,
            "49590338271490256608559692538361571095921575989136588898",
        ])
    func digits(text: String) {
        #expect(SequenceNumber(text)?.description == text)
        #expect(SequenceNumber("000" + text) == SequenceNumber(text))
    }

    @Test(
        "What is no number, or too large, is none", arguments: ["", "-1", "1a", " 1", "1.0", largest.dropLast() + "6"])
    func none(text: String) {
        #expect(SequenceNumber(text) == nil)
    }

    @Test("They are ordered as numbers, not as texts")
    func order() {
        var random = SplitMix64(state: 5)
        var numbers: [String] = []
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...76, using: &random)
            let first = Character(String(Int.random(in: 1...9, using: &random)))
            numbers.append(
                String(
                    [first] + (1..<max(2, count)).map { _ in Character(String(Int.random(in: 0...9, using: &random))) })
            )
        }
        // As texts: the longer one is the larger.
        let expected = numbers.sorted { $0.count != $1.count ? $0.count < $1.count : $0 < $1 }
        #expect(numbers.compactMap { SequenceNumber($0) }.sorted().map(\.description) == expected)
    }
}
