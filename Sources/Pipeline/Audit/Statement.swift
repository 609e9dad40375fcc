import TenantMapping
public import UsageModel

/// What somebody else says was used: an invoice, or a customer's own count.
public struct Statement: Sendable {
    /// One number: of a meter, for a tenant, in a window.
    public struct Line: Sendable, Hashable {
        /// Where it stands in the file, from 1.
        public var number: Int
        public var meter: String
        public var tenant: ByteString
        public var window: StatementWindow
        public var value: Quantity
    }

    /// In the order of the file.
    public var lines: [Line]

    /// Reads CSV (RFC 4180) with the columns `tenant`, `meter`, `window` or `window_start`, `value`, and `window_end` where it
    /// has one, in any order; other columns are left alone. O(bytes).
    /// - Parameter file: the file's name, for messages.
    /// - Throws: ``StatementError`` for the first line that is wrong.
    public init(csv: [UInt8], file: String, rules: StatementRules) throws(StatementError) {
        do throws(CSVFault) {
            var reader = try StatementReader(csv, rules)
            lines = try reader.lines()
        } catch {
            let place = CSVFault.place(of: error.offset, in: csv)
            throw StatementError(file: file, line: place.line, column: place.column, message: error.message)
        }
    }

    /// Reads a file.
    /// - Throws: ``StatementError`` also where it cannot be read.
    public static func load(path: String, rules: StatementRules) throws(StatementError) -> Statement {
        let bytes: [UInt8]
        do throws(ConfigurationError) { bytes = try Configuration.read(path, named: path) } catch {
            throw StatementError(file: path, line: nil, column: nil, message: error.message)
        }
        return try Statement(csv: bytes, file: path, rules: rules)
    }
}
