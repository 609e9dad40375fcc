import Testing
import UsageModel

@testable import SchemaValidation

@Suite("SipHash-2-4-128")
struct SipHash128Tests {
    /// `vectors_sip128` of the reference implementation (https://github.com/veorq/SipHash): key 00…0f, input 00, 01, ….
    private static let vectors: [Int: String] = [
        0: "a3817f04ba25a8e66df67214c7550293", 1: "da87c1d86b99af44347659119b22fc45",
        2: "8177228da4a45dc7fca38bdef60affe4", 3: "9c70b60c5267a94e5f33b6b02985ed51",
        4: "f88164c12d9c8faf7d0f6e7c7bcd5579", 5: "1368875980776f8854527a07690e9627",
        6: "14eeca338b208613485ea0308fd7a15e", 7: "a1f1ebbed8dbc153c0b84aa61ff08239",
        8: "3b62a9ba6258f5610f83e264f31497b4", 15: "5493e99933b0a8117e08ec0f97cfc3d9",
    ]

    private static let key = Array(UInt8(0)..<16)

    private func digest(_ pieces: [[UInt8]]) -> Digest128 {
        var state = SipHash128(key: SipHash128Tests.key)
        for piece in pieces { unsafe piece.withUnsafeBufferPointer { unsafe state.write($0) } }
        return state.finalize()
    }

    private func hex(_ digest: Digest128) -> String {
        [digest.high, digest.low].map { word in
            (0..<8).map { byte in
                let text = String(word >> UInt64(byte * 8) & 0xFF, radix: 16)
                return text.count == 1 ? "0" + text : text
            }.joined()
        }.joined()
    }

    @Test("The reference implementation's vectors come out", arguments: vectors.keys.sorted())
    func reference(length: Int) {
        #expect(hex(digest([Array(0..<UInt8(length))])) == SipHash128Tests.vectors[length])
    }

    @Test("However the input is cut into pieces, the digest is the one of the definition")
    func pieces() {
        var random = SplitMix64(state: 1)
        for length in 0..<200 {
            let input = (0..<length).map { _ in UInt8(random.below(256)) }
            let expected = SlowSipHash.digest(input, key: SipHash128Tests.key)
            #expect(digest([input]) == expected)
            let first = random.below(length + 1)
            let second = first + random.below(length - first + 1)
            let pieces = [Array(input[..<first]), Array(input[first..<second]), Array(input[second...])]
            #expect(digest(pieces) == expected)
        }
    }

    @Test("An identity is the digest of the source's length, the source and the id")
    func identity() {
        func identity(_ source: String, _ id: String) -> Digest128 {
            let source = Array(source.utf8)
            let id = Array(id.utf8)
            return unsafe source.withUnsafeBufferPointer { source in
                unsafe id.withUnsafeBufferPointer {
                    unsafe SipHash128(key: SipHash128Tests.key).identity(source: source, id: $0)
                }
            }
        }
        #expect(
            identity("/gateway", "abc")
                == SlowSipHash.digest([8, 0, 0, 0, 0, 0, 0, 0] + Array("/gatewayabc".utf8), key: SipHash128Tests.key))
        #expect(identity("a", "bc") != identity("ab", "c"))
    }

    @Test("A number is fed as its decimal digits", arguments: [0, 9, 10, 99, 12_345, UInt64.max])
    func decimal(number: UInt64) {
        var state = SipHash128(key: SipHash128Tests.key)
        state.write(decimal: number)
        #expect(state.finalize() == digest([Array(String(number).utf8)]))
    }
}
