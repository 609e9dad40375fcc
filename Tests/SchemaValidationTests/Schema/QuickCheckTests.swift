import Testing
import UsageModel

@testable import SchemaValidation

@Suite("What a schema asks, answered without it")
struct QuickCheckTests {
    private static func json(_ text: String, _ body: (borrowing JSONTape, UnsafeBufferPointer<UInt8>) -> Void) throws {
        var tape = JSONTape()
        var indexer = JSONIndexer()
        let bytes = Array(text.utf8) + [UInt8](repeating: 0x2C, count: 32)
        try unsafe bytes.withUnsafeBufferPointer { padded in
            let text = unsafe UnsafeBufferPointer(rebasing: padded[..<text.utf8.count])
            try unsafe tape.parse(text, with: &indexer)
            unsafe body(tape, text)
        }
    }

    /// The quick forms of a schema for values like one, and whether another value passes all of them.
    private static func passes(_ schema: String, like sample: String, _ value: String) throws -> (
        quick: Bool, all: Bool
    ) {
        let compiled = try CompiledSchema.compile(Array(schema.utf8), name: "schema")
        var literals = ScratchStack<KeyHash>()
        var forms: [QuickCheck] = []
        try unsafe json(sample) { tape, text in
            let check = SchemaCheck(schema: compiled.root, instruction: -1, value: 0)
            unsafe forms = QuickCheck.forms(of: check, number: 0, compiled, tape, text: text, literals: &literals)
        }
        var all = true
        var isValid = false
        try unsafe json(value) { tape, text in
            for form in forms { all = unsafe all && form.passes(tape[0], text, literals) }
            var evaluator = SchemaEvaluator()
            isValid = unsafe evaluator.accepts(compiled, tape, node: 0, text: text)
        }
        // It never says yes where the schema says no.
        #expect(isValid || !all, "\(value) under \(schema)")
        return (!forms.contains { $0.question == .schema }, all)
    }

    @Test(
        "says yes at once where it is clear",
        arguments: [
            (#"{"enum": ["eu-west-1", "us", "ap-south-1-long"]}"#, #""us""#),
            (#"{"enum": ["eu-west-1"]}"#, #""eu-west-1""#),
            (#"{"const": "a-name-of-16-by!"}"#, #""a-name-of-16-by!""#),
            (#"{"type": "string", "minLength": 1}"#, #""abcd""#),
            (#"{"type": "string", "minLength": 1, "maxLength": 5}"#, #""abcde""#),
            (#"{"type": "integer"}"#, "123456789012"),
            (#"{"type": "integer", "minimum": 100, "maximum": 599}"#, "599"),
            (#"{"minimum": 0}"#, "12345678.123456789"),
            (#"{"minimum": 0, "exclusiveMaximum": 1000}"#, "999.9999"), (#"{"exclusiveMinimum": 0}"#, "0.1"),
            (#"{"type": "integer"}"#, "-12"), (#"{"exclusiveMinimum": -1}"#, "12345678.123456789"),
            (#"{"minimum": 5, "exclusiveMinimum": 4}"#, "5"), (#"{"maximum": 5, "exclusiveMaximum": 6}"#, "5.0"),
            (##"{"$defs": {"x": {"enum": ["a", "b"]}}, "$ref": "#/$defs/x"}"##, #""b""#),
        ])
    func clear(schema: String, value: String) throws {
        let answer = try QuickCheckTests.passes(schema, like: value, value)
        #expect(answer.quick && answer.all)
    }

    @Test(
        "leaves to the schema what it does not take",
        arguments: [
            (#"{"enum": ["eu-west-1", "us"]}"#, #""eu-west-2""#), (#"{"enum": ["eu-west-1", "us"]}"#, #""eu""#),
            (#"{"enum": ["eu-west-1", "us"]}"#, #""us-a-name-of-more-than-16""#), (#"{"type": "integer"}"#, "1.0"),
            (#"{"minimum": 100}"#, "99"), (#"{"maximum": 599}"#, "599.1"), (#"{"exclusiveMinimum": 5}"#, "5.000"),
            (#"{"exclusiveMaximum": 5}"#, "5"), (#"{"minimum": 0}"#, "-1"),
            (#"{"minLength": 3, "maxLength": 4}"#, #""äö""#),
            (#"{"maxLength": 4}"#, #""abcde""#), (#"{"maximum": 5}"#, "1e1"),
            (#"{"minimum": 5, "exclusiveMinimum": 5}"#, "5"), (#"{"maximum": 5, "exclusiveMaximum": 5}"#, "5.0"),
            (#"{"minimum": 0, "maximum": 4294967296}"#, "4294967297"), (#"{"exclusiveMinimum": 0}"#, "0"),
        ])
    func unclear(schema: String, value: String) throws {
        let answer = try QuickCheckTests.passes(schema, like: value, value)
        #expect(answer.quick && !answer.all)
    }

    @Test(
        "has no quick form of what it does not know",
        arguments: [
            (#"{"pattern": "^a"}"#, #""a""#), (#"{"multipleOf": 3}"#, "3"), (#"{"enum": [1, 2]}"#, "1"),
            (#"{"not": {"const": "a"}}"#, #""b""#), (#"{"anyOf": [{"minimum": 3}]}"#, "5"), (#"{"minimum": 0.5}"#, "1"),
            (#"{"type": "object"}"#, "{}"), (#"{"maximum": 99999999999}"#, "1"),
        ])
    func unknown(schema: String, value: String) throws {
        #expect(try !QuickCheckTests.passes(schema, like: value, value).quick)
    }
}
