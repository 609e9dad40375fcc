import Testing

@testable import SchemaValidation

@Suite("Regular expressions")
struct PatternTests {
    private func accepts(_ pattern: String, _ text: String) throws -> Bool {
        var matcher = PatternMatcher()
        let compiled = try CompiledPattern(Array(pattern.utf8))
        return unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe matcher.match(compiled, $0) } == .match
    }

    @Test(
        "They mean what ECMA 262 says",
        arguments: [
            (#"^.$"#, "\u{85}", true), (#"^.$"#, "\u{2028}", false), (#"^.$"#, "\r", false), (#"a$"#, "a\n", false),
            (#"^\v$"#, "\u{0b}", true), (#"^\v$"#, "\n", false), (#"^[\S]$"#, "\u{2003}", false),
            (#"^[^\s]$"#, "ä", true),
            (#"^[\S\s]$"#, "\n", true), (#"^\u{1F432}$"#, "🐲", true), (#"^\ud83d\udc32$"#, "🐲", true),
            (#"^[[a]]$"#, "[]", true), (#"^[[:alpha:]]$"#, "b]", false), (#"^[]$"#, "]", false),
            (#"^[^]$"#, "\n", true),
            (#"^(?:(a)|b)\1$"#, "b", true), (#"^\0$"#, "\0", true), (#"^[\b]$"#, "\u{8}", true),
            (#"a{,2}"#, "a{,2}", true),
            (#"^\/\-\.$"#, "/-.", true), (#"^(?<year>\d{4})-\k<year>$"#, "2026-2026", true), (#"(?<=a)b"#, "ab", true),
            (#"^\p{Script=Greek}+$"#, "αβγ", true), (#"^\P{Lu}$"#, "A", false), (#"^\p{gc=Nd}$"#, "৪", true),
            (#"^\x41\cJ$"#, "A\n", true), (#"^a??b*?$"#, "ab", true), (#"^{$"#, "{", true),
        ])
    func meaning(pattern: String, text: String, expected: Bool) throws {
        #expect(try accepts(pattern, text) == expected)
    }

    @Test(
        "What ECMA 262 does not have is refused",
        arguments: [
            #"^\Z"#, #"\Aa"#, #"a++"#, #"(?i)a"#, #"(?>a)"#, #"(*NO_JIT)a"#, #"\Qa\E"#, #"[a"#, #"(a"#, #"a**"#,
            #"\u12"#,
            #"\ud83d"#, #"\c1"#, #"\p{NoSuch}"#, #"(?P<a>b)"#, #"\2"#, "a\\", #"\C"#, #"*a"#, #"\R"#,
        ])
    func refused(pattern: String) {
        #expect(throws: ECMAPattern.Failure.self) { try CompiledPattern(Array(pattern.utf8)) }
    }

    @Test(
        "A pattern that explodes ends, and fails the record whatever stands around it",
        arguments: [
            #"{"pattern": "^(a+)+$"}"#, #"{"not": {"pattern": "^(a+)+$"}}"#,
            #"{"anyOf": [{"pattern": "^(a|a)*$"}, {"type": "string"}]}"#,
        ])
    func catastrophe(schema: String) throws {
        let text = "\"" + String(repeating: "a", count: 40) + "!\""
        #expect(try !SchemaChecks.accepts(schema, text))
        let told = try SchemaChecks.violations(schema, text)
        #expect(told.count == 1)
        #expect(told.first?.contains("took too long") == true)
    }

    @Test("After one pattern that took too long no other key is tried")
    func catastropheOnce() throws {
        let key = String(repeating: "a", count: 40)
        let object = "{" + (0..<2_000).map { "\"\(key)\($0)!\": 1" }.joined(separator: ",") + "}"
        let clock = ContinuousClock()
        var isAccepted = true
        let time = try clock.measure {
            isAccepted = try SchemaChecks.accepts(#"{"patternProperties": {"^(a+)+$": true}}"#, object)
        }
        #expect(!isAccepted)
        #expect(time < .seconds(10))
    }
}
