/// A JSON Schema (draft 2020-12), compiled once and then run over any number of records.
///
/// All keywords of the core, applicator, unevaluated and validation vocabularies count, and `format` is asserted for
/// date-time, date, time, email, uri, uuid, ipv4 and ipv6. Other keywords and formats are annotations.
public struct CompiledSchema: Sendable {
    /// The file or URI it came from, for messages.
    public let name: String
    private let storage: Storage
    let root: Int

    /// The plan behind a reference, so that passing a schema on does not touch each of the plan's arrays.
    private final class Storage: Sendable {
        let plan: SchemaPlan

        init(_ plan: SchemaPlan) {
            self.plan = plan
        }
    }

    var plan: SchemaPlan { storage.plan }

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - text: the JSON text.
    ///   - name: what messages call it, such as its path.
    ///   - documents: other schemas that a `$ref` may lead to, by the URI they are known under.
    /// - Throws: ``SchemaError`` for text that is no JSON, a keyword with a value of the wrong type, a `$ref` that leads
    ///   nowhere or only back to itself, a bad regular expression, or another dialect.
    public static func compile(
        _ text: [UInt8], name: String, documents: [(uri: String, text: [UInt8])] = []
    ) throws(SchemaError) -> CompiledSchema {
        var compiler = SchemaCompiler()
        let root = try compiler.compile(text, name: name, documents: documents)
        return CompiledSchema(name: name, storage: Storage(compiler.plan), root: root)
    }
}
