import Testing

@testable import SchemaValidation

@Suite("What a violation says")
struct ViolationTests {
    @Test(
        "Every keyword names the place, the rule and the value",
        arguments: [
            (
                #"{"properties": {"data": {"properties": {"bytes": {"minimum": 0}}}}}"#, #"{"data":{"bytes":-4}}"#,
                "/data/bytes: must be at least 0, is -4 (minimum)"
            ),
            (#"{"maximum": 1.5}"#, "1.50001", "must be at most 1.5, is 1.50001 (maximum)"),
            (#"{"exclusiveMinimum": 0}"#, "0.0", "must be more than 0, is 0.0 (exclusiveMinimum)"),
            (#"{"exclusiveMaximum": 0}"#, "0", "must be less than 0, is 0 (exclusiveMaximum)"),
            (#"{"multipleOf": 0.1}"#, "0.15", "must be a multiple of 0.1, is 0.15 (multipleOf)"),
            (#"{"type": "integer"}"#, "1.5", "must be a whole number, is 1.5 (type)"),
            (#"{"enum": ["a", 1, null]}"#, #""b""#, #"must be one of "a", 1, null, is "b" (enum)"#),
            (#"{"maxLength": 2}"#, #""äöü""#, #"must have at most 2 characters, has 3: "äöü" (maxLength)"#),
            (#"{"minLength": 3}"#, #""äö""#, "must have at least 3 characters, has 2 (minLength)"),
            (#"{"pattern": "^a"}"#, #""b""#, #"must match ^a, is "b" (pattern)"#),
            (#"{"minItems": 2}"#, "[1]", "must have at least 2 items, has 1 (minItems)"),
            (#"{"maxItems": 0}"#, "[1]", "must have at most 0 items, has 1 (maxItems)"),
            (#"{"uniqueItems": true}"#, "[1, [2], 1.0]", "has 1.0 more than once (uniqueItems)"),
            (#"{"contains": {"type": "null"}}"#, "[1]", "has no item of the form that it must contain (contains)"),
            (
                #"{"contains": true, "maxContains": 1}"#, "[1,2]",
                "must contain at most 1 items of the form (maxContains)"
            ),
            (#"{"minProperties": 1}"#, "{}", "must have at least 1 keys, has 0 (minProperties)"),
            (#"{"maxProperties": 0}"#, #"{"a":1}"#, "must have at most 0 keys, has 1 (maxProperties)"),
            (
                #"{"dependentRequired": {"a": ["b"]}}"#, #"{"a":1}"#,
                #"the key "b" is missing, which "a" needs (dependentRequired)"#
            ),
            (
                #"{"propertyNames": {"maxLength": 1}}"#, #"{"ab":1}"#,
                #"/ab: must have at most 1 characters, has 2: "ab" (maxLength)"#
            ),
            (#"{"items": {"properties": {"a/b~": false}}}"#, #"[{}, {"a/b~": 1}]"#, "/1/a~1b~0: is not allowed"),
            (
                #"{"prefixItems": [true], "unevaluatedItems": false}"#, "[1,2]",
                "/1: is an item that is not allowed (unevaluatedItems)"
            ),
            (#"{"not": {"type": "string"}}"#, #""a""#, #"has a form that is not allowed, is "a" (not)"#),
            (
                #"{"oneOf": [true, {"minimum": 1}]}"#, "2",
                "takes more than one of the forms of which exactly one is allowed (oneOf)"
            ),
            (#"{"anyOf": [{"minimum": 5}, {"maximum": 1}]}"#, "3", "takes none of the forms that are allowed (anyOf)"),
        ])
    func message(schema: String, instance: String, message: String) throws {
        #expect(try SchemaChecks.violations(schema, instance) == [message])
        #expect(try !SchemaChecks.accepts(schema, instance))
    }

    @Test("An unknown key is named, with its place and the key that may have been meant")
    func unknownKey() throws {
        let schema =
            #"{"properties": {"ledger": {"properties": {"path": {}, "commit": {}}, "additionalProperties": false}}}"#
        #expect(
            try SchemaChecks.violations(schema, #"{"ledger": {"path": 1, "comit": 2, "x": 3}}"#) == [
                #"/ledger/comit: unknown key "comit"; is "commit" meant? (additionalProperties)"#,
                #"/ledger/x: unknown key "x"; allowed: commit, path (additionalProperties)"#,
            ])
        let split =
            #"{"allOf": [{"properties": {"name": {}}}], "properties": {"path": {}}, "unevaluatedProperties": false}"#
        #expect(
            try SchemaChecks.violations(split, #"{"name": 1, "nam": 2}"#) == [
                #"/nam: unknown key "nam"; is "name" meant? (unevaluatedProperties)"#
            ])
    }

    @Test("Of several forms the one that was meant tells what is wrong")
    func nearestForm() throws {
        let schema = #"{"oneOf": [{"type": "string"}, {"type": "object", "properties": {"size": {"type": "string"}}}]}"#
        #expect(try SchemaChecks.violations(schema, #"{"size": 5}"#) == ["/size: must be a string, is 5 (type)"])
        #expect(try SchemaChecks.violations(schema, "5") == ["takes none of the forms that are allowed (oneOf)"])
    }

    @Test("All violations are told in the order of the text, with the keyword's own place")
    func allViolations() throws {
        let schema =
            ##"{"$defs": {"n": {"minimum": 3}}, "required": ["z"], "properties": {"b": {"$ref": "#/$defs/n"}, "a": {"type": "null"}}}"##
        let compiled = try CompiledSchema.compile(Array(schema.utf8), name: "my.json")
        #expect(
            try compiled.violations(in: Array(#"{"a": 1, "b": 2}"#.utf8)) == [
                SchemaViolation(
                    instance: "", keyword: "my.json#/required", message: #"the key "z" is missing (required)"#),
                SchemaViolation(
                    instance: "/a", keyword: "my.json#/properties/a/type", message: "must be null, is 1 (type)"),
                SchemaViolation(
                    instance: "/b", keyword: "my.json#/$defs/n/minimum", message: "must be at least 3, is 2 (minimum)"),
            ])
    }

    @Test("What an escaped key or string means counts, not how it is written")
    func escapes() throws {
        #expect(
            try SchemaChecks.accepts(
                #"{"required": ["äb"], "additionalProperties": false, "properties": {"äb": {"const": "\n"}}}"#,
                #"{"\u00e4\u0062": "\u000A"}"#))
        #expect(
            try SchemaChecks.accepts(
                #"{"maxLength": 1, "pattern": "^😀$", "enum": ["\ud83d\ude00"]}"#, #""\uD83D\uDE00""#))
        #expect(try !SchemaChecks.accepts(#"{"properties": {"a": false}}"#, #"{"\u0061": 1}"#))
        #expect(
            try SchemaChecks.accepts(
                #"{"patternProperties": {"^x": {"type": "null"}}, "additionalProperties": false}"#, #"{"\u0078": null}"#
            ))
    }

    @Test("NFC and NFD are different keys and strings")
    func bytesAreIdentity() throws {
        #expect(try !SchemaChecks.accepts("{\"const\": \"\u{e9}\"}", "\"e\u{301}\""))
        #expect(try !SchemaChecks.accepts("{\"required\": [\"\u{e9}\"]}", "{\"e\u{301}\": 1}"))
    }

    @Test("More than 64 required keys are told apart")
    func manyKeys() throws {
        let keys = (0..<200).map { "\"key-number-\($0)\"" }
        let schema = #"{"required": [\#(keys.joined(separator: ","))]}"#
        func object(without missing: Int) -> String {
            "{" + keys.indices.filter { $0 != missing }.map { "\(keys[$0]): 1" }.joined(separator: ",") + "}"
        }
        #expect(try SchemaChecks.accepts(schema, object(without: -1)))
        for missing in [0, 1, 63, 64, 65, 127, 128, 199] {
            #expect(
                try SchemaChecks.violations(schema, object(without: missing)) == [
                    #"the key "key-number-\#(missing)" is missing (required)"#
                ])
        }
    }
}
