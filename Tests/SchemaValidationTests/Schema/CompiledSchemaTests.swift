import Foundation
import Synchronization
import Testing

@testable import SchemaValidation

@Suite("Compiling a schema")
struct CompiledSchemaTests {
    @Test(
        "A schema that cannot be used is one line with its place",
        arguments: [
            (#"{"type": 5}"#, "schema:1: /type: must be a string or an array of strings"),
            (
                #"{"type": "text"}"#,
                #"schema:1: /type: "text" is no type; one of null, boolean, integer, number, string, array, object"#
            ),
            ("{\n\"properties\": {\n\"a\": 7}}", "schema:3: /properties/a: must be a schema: an object, true or false"),
            (#"{"required": "a"}"#, "schema:1: /required: must be an array of strings"),
            (#"{"required": ["a", "a"]}"#, "schema:1: /required/1: stands here twice"),
            (#"{"maxLength": -1}"#, "schema:1: /maxLength: must be a whole number of at least 0"),
            (#"{"minItems": 1.5}"#, "schema:1: /minItems: must be a whole number of at least 0"),
            (#"{"minimum": "1"}"#, "schema:1: /minimum: must be a number"),
            (#"{"multipleOf": 0}"#, "schema:1: /multipleOf: must be more than 0"),
            (#"{"enum": 1}"#, "schema:1: /enum: must be an array"),
            (#"{"allOf": []}"#, "schema:1: /allOf: must be an array of at least one schema"),
            (#"{"uniqueItems": 1}"#, "schema:1: /uniqueItems: must be true or false"),
            (
                #"{"$defs": {"a/b": {"not": 1}}}"#,
                "schema:1: /$defs/a~1b/not: must be a schema: an object, true or false"
            ),
            (##"{"$ref": "#/$defs/a"}"##, ##"schema:1: /$ref: "#/$defs/a" points to no schema"##),
            (##"{"$ref": "#a"}"##, ##"schema:1: /$ref: "#a" names no anchor of that schema"##),
            (
                #"{"$ref": "https://json-schema.org/draft/2020-12/schema"}"#,
                #"schema:1: /$ref: "https://json-schema.org/draft/2020-12/schema" leads to no schema that is known here"#
            ),
            (
                #"{"$schema": "http://json-schema.org/draft-07/schema#"}"#,
                "schema:1: /$schema: unknown dialect http://json-schema.org/draft-07/schema; "
                    + "supported is https://json-schema.org/draft/2020-12/schema"
            ),
            (##"{"$id": "a#b"}"##, "schema:1: /$id: must not have a fragment; $anchor names a part of a schema"),
            (#"{"$anchor": "1"}"#, "schema:1: /$anchor: must be a name of letters, digits, '-', '_' and '.'"),
            (#"{"pattern": "a)"}"#, "schema:1: /pattern: is no regular expression: unmatched closing parenthesis"),
            (
                #"{"patternProperties": {"[": true}}"#,
                "schema:1: /patternProperties/[: is no regular expression: a character class is not closed"
            ),
            ("[]", "schema:1: a schema is an object, true or false"),
        ])
    func refuses(schema: String, message: String) {
        #expect(SchemaChecks.error(schema) == message)
    }

    @Test(
        "A schema that applies itself to the same value for ever is refused",
        arguments: [
            ##"{"$ref": "#"}"##, ##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}}"##,
            ##"{"anyOf": [{"type": "string"}, {"$ref": "#"}]}"##, ##"{"if": true, "then": {"not": {"$ref": "#"}}}"##,
            ##"{"dependentSchemas": {"a": {"$ref": "#"}}}"##,
        ])
    func refusesLoops(schema: String) {
        #expect(SchemaChecks.error(schema)?.contains("applies itself to the same value for ever") == true)
    }

    @Test("A loop that only $dynamicRef closes ends when it runs")
    func endsDynamicLoop() throws {
        let schema = ##"{"$dynamicAnchor": "a", "$dynamicRef": "#a"}"##
        #expect(
            try SchemaChecks.violations(schema, "1") == [
                "the schema applies itself to this value again and again ($dynamicRef)"
            ])
        #expect(try !SchemaChecks.accepts(##"{"$dynamicAnchor": "a", "not": {"$dynamicRef": "#a"}}"##, "1"))
    }

    @Test("A schema may apply itself to what lies deeper, down to the depth of a record")
    func recursesOverInstance() throws {
        let schema = ##"{"allOf": [{"items": {"$ref": "#"}}, {"type": "array"}]}"##
        let open = String(repeating: "[", count: 128)
        let close = String(repeating: "]", count: 128)
        #expect(try SchemaChecks.accepts(schema, open + close))
        #expect(try !SchemaChecks.accepts(schema, open + "1" + close))
    }

    @Test("The deepest evaluation fits a stack of 2 MiB")
    func fitsStack() throws {
        let wide =
            ##"{"$dynamicAnchor": "a", "properties": {"x": {"allOf": [{"anyOf": [{"oneOf": [{"$dynamicRef": "#a"}]}]}]}}}"##
        let loop =
            ##"{"$dynamicAnchor": "a", "allOf": [{"if": {"$dynamicRef": "#a"}, "unevaluatedProperties": true}]}"##
        let deep = String(repeating: "{\"x\":", count: 127) + "1" + String(repeating: "}", count: 127)
        let answers = Mutex<[Bool]>([])
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            for schema in [wide, loop] {
                let answer = try? SchemaChecks.accepts(schema, deep)
                answers.withLock { $0.append(answer ?? false) }
            }
            done.signal()
        }
        thread.stackSize = 2 * 1_024 * 1_024
        thread.start()
        done.wait()
        #expect(answers.withLock { $0 } == [true, false])
    }

    @Test("A record that is wrong in a hundred thousand places is explained at once")
    func boundsExplanation() throws {
        let many = "[" + Array(repeating: "1", count: 100_000).joined(separator: ",") + "]"
        let told = try SchemaChecks.violations(##"{"items": {"anyOf": [{"type": "null"}, {"minimum": 2}]}}"##, many)
        #expect(told.count == SchemaEvaluator.maximumFailures)
        #expect(told.first == "/0: must be at least 2, is 1 (minimum)")
    }

    @Test("Text that is no JSON is told with its line")
    func refusesMalformed() {
        #expect(SchemaChecks.error("{\n\n\"a\"}")?.hasPrefix("schema:3: ") == true)
    }

    @Test("Unknown keywords and formats are annotations")
    func ignoresAnnotations() throws {
        #expect(
            try SchemaChecks.accepts(
                #"{"minimums": "x", "format": "hostname", "$comment": 5, "type": "string"}"#, #""-""#))
    }
}
