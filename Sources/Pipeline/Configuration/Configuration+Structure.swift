import SchemaValidation
import UsageModel

extension Configuration {
    /// Enforces the schema of the configuration file.
    /// - Throws: the first thing that it does not allow, an unknown key before others.
    static func checkStructure(of root: ConfigurationCursor) throws(ConfigurationError) {
        let schema: CompiledSchema
        do throws(SchemaError) {
            schema = try CompiledSchema.compile(BuiltInSchema.configuration, name: "odometer.schema.json")
        } catch {
            preconditionFailure("the built-in schema cannot be used: \(error)")
        }
        let violations: [SchemaViolation]
        do throws(JSONFault) {
            violations = try schema.violations(in: root.node.json)
        } catch {
            throw root.error("\(error)")
        }
        // A misspelt key often makes a required one missing: the misspelling is what to mend.
        let unknown = violations.first { $0.name == "additionalProperties" }
        guard let violation = unknown ?? violations.first else { return }
        let place = root.descend(JSONPointer(violation.instance)?.tokens[...] ?? [])
        throw place.error(violation.words)
    }
}

extension SchemaViolation {
    /// The keyword's name.
    fileprivate var name: Substring { keyword.split(separator: "/").last ?? "" }

    /// The message without the keyword at its end, which means nothing to whoever wrote a configuration.
    fileprivate var words: String {
        let suffix = " (\(name))"
        return message.hasSuffix(suffix) ? String(message.dropLast(suffix.count)) : message
    }
}
