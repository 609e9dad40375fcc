import Testing

@testable import SchemaValidation

@Suite("The JSON tape and a slow reader")
struct JSONTapeTests {
    private func tree(_ bytes: [UInt8]) -> SlowJSON.Value? {
        guard let document = try? JSONDocument(bytes) else { return nil }
        func value(_ index: Int) -> SlowJSON.Value {
            switch document.kind(index) {
            case .null: .null
            case .true: .bool(true)
            case .false: .bool(false)
            case .number: .number(String(decoding: document.text(index), as: UTF8.self))
            case .string: .string(document.string(index))
            case .array: .array(document.elements(index).map(value))
            case .object: .object(document.members(index).map { .init(name: $0.name, value: value($0.value)) })
            }
        }
        return value(document.root)
    }

    @Test("agree on the values of random texts", arguments: 0..<8)
    func valid(seed: Int) {
        var generator = RandomJSON(random: SplitMix64(state: UInt64(seed)))
        for _ in 0..<500 {
            let text = generator.text()
            let expected = SlowJSON.read(text)
            #expect(expected != nil)
            #expect(tree(text) == expected, "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test("agree on which spoiled texts are none", arguments: 0..<8)
    func spoiled(seed: Int) {
        var generator = RandomJSON(random: SplitMix64(state: UInt64(seed + 100)))
        var rejected = 0
        for _ in 0..<1_500 {
            let text = generator.spoiled(generator.text())
            let expected = SlowJSON.read(text)
            if expected == nil { rejected += 1 }
            #expect(tree(text) == expected, "\(text) \(String(decoding: text, as: UTF8.self))")
        }
        #expect(rejected > 100 && rejected < 1_500)
    }

    @Test("agree on random bytes")
    func noise() {
        var random = SplitMix64(state: 7)
        let alphabet = Array("{}[]:,\"\\ 0123-+.eEtrufalsn\n\t".utf8)
        for round in 0..<4_000 {
            let text = (0..<random.below(40)).map { _ in
                round % 2 == 0 ? alphabet[random.below(alphabet.count)] : UInt8(random.below(256))
            }
            #expect(tree(text) == SlowJSON.read(text), "\(text)")
        }
    }

    @Test("tell bytes that are not UTF-8 from other faults")
    func encoding() {
        var generator = RandomJSON(random: SplitMix64(state: 99))
        for _ in 0..<5_000 {
            let text = generator.spoiled(generator.text())
            var isEncoding = false
            do throws(JSONFault) {
                _ = try JSONDocument(text)
            } catch {
                if case .badEncoding = error { isEncoding = true }
            }
            #expect(isEncoding == (String(validating: text, as: UTF8.self) == nil), "\(text)")
        }
    }
}
