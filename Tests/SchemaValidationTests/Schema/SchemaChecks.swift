@testable import SchemaValidation

/// Short ways for the tests to run a schema.
enum SchemaChecks {
    static func accepts(_ schema: CompiledSchema, _ instance: [UInt8]) -> Bool {
        guard let document = try? JSONDocument(instance) else { return false }
        var evaluator = SchemaEvaluator()
        return unsafe document.withTape { tape, text in
            unsafe evaluator.accepts(schema, tape, node: 0, text: text)
        }
    }

    static func accepts(_ schema: String, _ instance: String) throws -> Bool {
        accepts(try CompiledSchema.compile(Array(schema.utf8), name: "schema"), Array(instance.utf8))
    }

    static func violations(_ schema: String, _ instance: String) throws -> [String] {
        let compiled = try CompiledSchema.compile(Array(schema.utf8), name: "schema")
        return try compiled.violations(in: Array(instance.utf8)).map(\.description)
    }

    /// What is wrong with a schema, or nothing.
    static func error(_ schema: String) -> String? {
        do {
            _ = try CompiledSchema.compile(Array(schema.utf8), name: "schema")
            return nil
        } catch {
            return error.description
        }
    }
}
