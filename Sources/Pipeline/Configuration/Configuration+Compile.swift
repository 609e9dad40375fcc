import SchemaValidation
public import TenantMapping
import UsageModel

extension Configuration {
    /// The schemas that events must satisfy, compiled.
    /// - Throws: what is wrong with one, with its file and line.
    func schemaSet() throws(ConfigurationError) -> SchemaSet {
        var set = SchemaSet(cloudEvents: try schema.cloudEvents.schema())
        for (type, file) in schema.byType { set.byType.append((type: type, schema: try file.schema())) }
        return set
    }

    /// Which tenant is under which.
    /// - Throws: what is wrong with the tenant table, with its file, line and column.
    public func tenantHierarchy() throws(ConfigurationError) -> TenantHierarchy { try tenantTable().hierarchy }

    /// The tenant table; one that knows no subject where the configuration names none.
    /// - Throws: what is wrong with it, with its file, line and column.
    func tenantTable() throws(ConfigurationError) -> TenantTable {
        let file = tenants ?? NamedFile(path: "tenants", bytes: Array("subject,tenant\n".utf8), line: nil)
        do throws(TenantTableError) {
            return try TenantTable(csv: file.bytes, file: file.path)
        } catch {
            throw ConfigurationError(
                file: error.file, line: error.line, column: error.column, message: error.message)
        }
    }
}

extension Configuration.NamedFile {
    fileprivate func schema() throws(ConfigurationError) -> CompiledSchema {
        do throws(SchemaError) {
            return try CompiledSchema.compile(bytes, name: path)
        } catch {
            let place = error.pointer.isEmpty ? "" : "\(error.pointer): "
            throw ConfigurationError(file: error.file, line: error.line, message: place + error.message)
        }
    }
}
