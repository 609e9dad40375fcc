public import SchemaValidation

/// One place that records are read from.
public struct Source: Sendable, Hashable {
    /// Local files, by patterns.
    public struct FilePatterns: Sendable, Hashable {
        /// What relative patterns start from, absolute.
        public var directory: String
        /// As they were written.
        public var include: [String]
        public var exclude: [String]
    }

    public var name: String
    public var files: FilePatterns
    public var format: RecordFormat
}
