extension Generation {
    /// `summary.json`: how many records of each kind were made.
    var summary: String {
        let broken = Malformation.allCases.map { "\"\($0.rawValue)\": \(counts.malformed[$0] ?? 0)" }
        return """
            {
              "records": \(counts.records),
              "originals": \(counts.originals),
              "duplicates": \(counts.duplicates),
              "conflicts": \(counts.conflicts),
              "malformed": {\(broken.joined(separator: ", "))},
              "late": \(late),
              "bytes": \(counts.bytes)
            }

            """
    }
}
