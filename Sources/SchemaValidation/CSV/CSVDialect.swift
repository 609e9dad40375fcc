public import UsageModel

/// How the values of a CSV source are set apart, and what its columns are called.
public struct CSVDialect: Sendable, Hashable {
    /// What stands between two fields: an ASCII character that is no quote and no line end.
    public var delimiter: UInt8
    /// The columns' names; `nil` when the first record of each file names them.
    public var columns: [ByteString]?

    public init(delimiter: UInt8 = 0x2C, columns: [ByteString]? = nil) {
        precondition(
            delimiter < 0x80 && ![0x22, 0x0A, 0x0D].contains(delimiter), "a delimiter is no quote and no line end")
        self.delimiter = delimiter
        self.columns = columns
    }
}
