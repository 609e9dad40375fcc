/// Local files, by patterns.
public struct FilePlace: Sendable, Hashable {
    /// What relative patterns start from, absolute.
    public var directory: String
    /// As they were written.
    public var include: [String]
    public var exclude: [String]
}

extension FilePlace {
    init(_ cursor: ConfigurationCursor, directory: String) throws(ConfigurationError) {
        self.directory = directory
        include = try FilePlace.patterns(cursor.required("include"))
        exclude = try cursor["exclude"].map(FilePlace.patterns) ?? []
    }

    private static func patterns(_ cursor: ConfigurationCursor) throws(ConfigurationError) -> [String] {
        var patterns: [String] = []
        for item in cursor.items { patterns.append(try item.string()) }
        return patterns
    }
}
