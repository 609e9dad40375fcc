/// Rows of text in columns, for a terminal.
struct TextTable {
    /// A column's heading, and whether its cells stand at its right, as numbers do.
    struct Column {
        var heading: String
        var isNumber = false
    }

    var columns: [Column]
    var rows: [[String]] = []

    /// The lines, the headings first, without spaces at their ends.
    var lines: [String] {
        let cells = ([columns.map(\.heading)] + rows).map { $0.map(TextTable.printable) }
        let widths = columns.indices.map { column in cells.map { $0[column].unicodeScalars.count }.max() ?? 0 }
        return cells.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
                line += (column > 0 ? "  " : "") + (columns[column].isNumber ? padding + cell : cell + padding)
            }
            while line.utf8.last == 0x20 { line.removeLast() }
            return line
        }
    }

    /// The text without control characters: a record may hold some, and a terminal would obey them.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
