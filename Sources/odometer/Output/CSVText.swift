/// Comma-separated values (RFC 4180), with a line feed at the end of each line.
enum CSVText {
    /// One record.
    static func line(_ fields: [String]) -> String {
        fields.map { field in
            let mustBeQuoted = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
            return mustBeQuoted ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
        }.joined(separator: ",") + "\n"
    }
}
