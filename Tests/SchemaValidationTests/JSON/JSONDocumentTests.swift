import Testing

@testable import SchemaValidation

@Suite("A JSON document")
struct JSONDocumentTests {
    private func fault(_ bytes: [UInt8]) -> JSONFault? {
        do throws(JSONFault) {
            _ = try JSONDocument(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func fault(_ text: String) -> JSONFault? { fault(Array(text.utf8)) }

    @Test("Members, elements, strings and numbers are found again")
    func access() throws {
        let text = #" {"a":[1,-2.5e3,[]],"b\u0041":{"c":null,"d":true,"e":false,"f":{}}, "s":"x\n\ud83d\ude00\\" } "#
        let document = try JSONDocument(Array(text.utf8))
        #expect(document.kind(document.root) == .object)
        #expect(document.members(document.root).map { String(decoding: $0.name, as: UTF8.self) } == ["a", "bA", "s"])
        let array = try #require(document.member("a", of: document.root))
        let elements = document.elements(array)
        #expect(elements.map(document.kind) == [.number, .number, .array])
        #expect(elements.map { String(decoding: document.text($0), as: UTF8.self) } == ["1", "-2.5e3", "[]"])
        let object = try #require(document.member("bA", of: document.root))
        #expect(document.members(object).map { document.kind($0.value) } == [.null, .true, .false, .object])
        let string = try #require(document.member("s", of: document.root))
        #expect(String(decoding: document.string(string), as: UTF8.self) == "x\n\u{1F600}\\")
        #expect(String(decoding: document.text(array), as: UTF8.self) == "[1,-2.5e3,[]]")
        unsafe document.withTape { tape, _ in
            #expect(tape[0].count == 3)
            #expect(tape[array].count == 3)
            #expect(tape[object].count == 4)
            #expect(Int(tape[0].next) == tape.count)
        }
    }

    @Test(
        "Any scalar is a document",
        arguments: ["0", "-0", "1e5", "\"\"", "\"a\"", "true", " false ", "null\n", "[]", "{}", "[[],{}]", "1.0E+2"])
    func scalars(text: String) {
        #expect(fault(text) == nil)
    }

    @Test(
        "What the grammar does not have is malformed",
        arguments: [
            "", " ", "[", "]", "{", "}", "[1,]", "[,1]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}", "[1 2]",
            "1 2", "{} {}", "tru", "truex", "nul", "falsee", "01", "-", "+1", "1.", ".5", "1e", "1e+", "--1", "0x1",
            "1\"a\"", "\"a\"b", "\"a", "\"a\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\ud800\"", "\"\\udc00\"",
            "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\u{1}\"", "\"a\nb\"", "\u{0}", "[1\u{0}]", "[1\u{c}]", "[\u{1a}]",
            "'a'", "NaN", "[1]]", "{\"a\":1]", "[1}", "{\"a\" \"b\"}", "\\", "[\\]", "{\"a\":1}x", "\u{feff}{}",
            "[1\u{a0}]",
        ])
    func malformed(text: String) {
        guard case .malformed = fault(text) else {
            Issue.record("\(text) gave \(String(describing: fault(text)))")
            return
        }
    }

    @Test("128 containers may stand in one another, 129 may not")
    func depth() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(fault(nested(128)) == nil)
        #expect(fault(nested(129)) == .tooDeep(offset: 128))
        #expect(fault(nested(10_000)) == .tooDeep(offset: 128))
        #expect(fault(String(repeating: "{\"a\":", count: 129)) == .tooDeep(offset: 128 * 5))
    }

    @Test("Bytes that are not UTF-8 are told before anything else")
    func encoding() {
        #expect(fault([0x22, 0x61, 0xFF, 0x22]) == .badEncoding(offset: 2))
        #expect(fault([0x22, 0xED, 0xA0, 0x80]) == .badEncoding(offset: 1))
        #expect(fault([0x22, 0xC3]) == .badEncoding(offset: 1))
        #expect(fault([0x7B, 0xF5, 0x7D]) == .badEncoding(offset: 1))
    }
}
