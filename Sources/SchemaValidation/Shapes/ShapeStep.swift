/// One step of a ``ShapeTrie``: the bytes between two values, and what kind of value stands behind them.
struct ShapeStep {
    /// What stands behind the bytes.
    enum Behind: UInt8 {
        /// The bytes end with its opening quote.
        case string
        case number, `true`, `false`, null
        /// Nothing: they end the record.
        case end

        init?(_ kind: JSONNode.Kind) {
            switch kind {
            case .string: self = .string
            case .number: self = .number
            case .true: self = .true
            case .false: self = .false
            case .null: self = .null
            case .array, .object: return nil
            }
        }

        var kind: JSONNode.Kind {
            switch self {
            case .string: .string
            case .number: .number
            case .true: .true
            case .false: .false
            case .null, .end: .null
            }
        }
    }

    /// Where its bytes begin in the trie's words; the last word is compared under `lastMask`.
    var firstWord: Int
    var length: Int
    var lastMask: UInt64
    /// How many bytes of white space stand before the first structural character.
    var lead: Int
    /// How many structural characters there are, that of the value behind included.
    var structurals: Int
    var behind: Behind
    /// The index on the tape of the value behind.
    var node: Int
    /// The first of the steps that may follow, and the next that may stand here instead; -1 for none.
    var child = -1
    var sibling = -1
    /// The shape that ends here; -1 for none.
    var shape = -1
}
