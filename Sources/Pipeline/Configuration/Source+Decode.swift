import SchemaValidation
import UsageModel

extension Source {
    init(_ cursor: ConfigurationCursor, directory: String) throws(ConfigurationError) {
        name = try cursor.required("name").string()
        for kind in ["s3", "kinesis"] {
            if let place = cursor[kind] { throw place.error("a source of this kind is not supported by this version") }
        }
        let files = try cursor.required("files")
        self.files = FilePatterns(
            directory: directory, include: try Source.patterns(files.required("include")),
            exclude: try files["exclude"].map(Source.patterns) ?? [])
        format = try RecordFormat(cursor)
        do throws(SourceError) {
            // Making a reader reads nothing, but it reads the patterns.
            _ = try reader(resume: [])
        } catch {
            throw files.error(error.message)
        }
    }

    private static func patterns(_ cursor: ConfigurationCursor) throws(ConfigurationError) -> [String] {
        var patterns: [String] = []
        for item in cursor.items { patterns.append(try item.string()) }
        return patterns
    }
}
