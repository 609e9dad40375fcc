extension FailureMessage {
    /// Names the key, the one that may have been meant, and the allowed ones.
    func unknownKey(_ name: [UInt8]) -> String {
        let allowed = Set(allowedKeys(of: failure.node, depth: 0)).sorted { $0.lexicographicallyPrecedes($1) }
        let unknown = "unknown key \"\(String(decoding: name, as: UTF8.self))\""
        if allowed.isEmpty { return "\(unknown) (\(failure.keyword.rawValue))" }
        let near = allowed.map { ($0, FailureMessage.distance(name, $0)) }.min { $0.1 < $1.1 }
        if let near, near.1 <= max(1, name.count / 3) {
            return "\(unknown); is \"\(String(decoding: near.0, as: UTF8.self))\" meant? (\(failure.keyword.rawValue))"
        }
        let list = allowed.prefix(20).map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
        return "\(unknown); allowed: \(list)\(allowed.count > 20 ? ", …" : "") (\(failure.keyword.rawValue))"
    }

    /// The keys that a node and what it applies to the same value name.
    private func allowedKeys(of node: Int, depth: Int) -> [[UInt8]] {
        if depth > 16 { return [] }
        let range = Int(plan.nodes[node].first)..<Int(plan.nodes[node].lastEnd)
        var keys = slots(of: node).filter { $0.isEvaluated && !$0.isUnknown }.map(name)
        guard failure.keyword == .unevaluatedProperties else { return keys }
        for instruction in plan.instructions[range] {
            switch instruction.operation {
            case .reference: keys += allowedKeys(of: Int(instruction.first), depth: depth + 1)
            case .condition:
                for next in [instruction.first, instruction.second, instruction.third] {
                    keys += allowedKeys(of: Int(next), depth: depth + 1)
                }
            case .allOf, .anyOf, .oneOf:
                for word in plan.words[Int(instruction.first)..<Int(instruction.first + instruction.second)] {
                    keys += allowedKeys(of: Int(word), depth: depth + 1)
                }
            default: break
            }
        }
        return keys
    }

    /// How many bytes must be changed, put in or taken out to come from one to the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        // A key of a megabyte is like none.
        if left.count > 100 || right.count > 100 { return .max }
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let substituted = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
