/// What is known of some values of a record before its schema is asked, by their indices on the tape.
struct KnownValues {
    /// These have the same bytes in every record of the shape.
    var fixed: [Int] = []
    /// These are strings with at least one character.
    var filled: [Int] = []
    /// These were read as an RFC 3339 date-time: whatever ``Timestamp`` takes keeps the format `date-time`.
    var moments: [Int] = []

    /// Whether a value keeps a subschema by what is known of it, as another record with its shape and the same knowledge does.
    func answer(_ node: SchemaNode, _ value: Int, _ view: SchemaView) -> Bool {
        if fixed.contains(value) { return true }
        guard node.shortest <= 1, node.longest == .max else { return false }
        if node.first == node.lastEnd { return filled.contains(value) || moments.contains(value) }
        let instruction = view.instruction(Int(node.first))
        return moments.contains(value) && node.lastEnd == node.first + 1 && instruction.operation == .format
            && instruction.first == UInt32(StringFormat.dateTime.rawValue)
    }
}
