/// One step of a ``ShapeTrie``: the bytes between two values, and what kind of value stands behind them. The quotes of a
/// string belong to the bytes around it.
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

        @inline(__always)
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

    /// Where its bytes begin in the trie's words: two words after two, zeros behind the last byte, and then the two words of
    /// the mask under which the last two are compared.
    var firstWord: UInt32
    var length: UInt32
    /// The second half of the node of the value behind, as it stands on the tape.
    var node: JSONNode.Rest
    /// Its index on the tape.
    var index: UInt32
    /// The first of the steps that may follow, and the next that may stand here instead; -1 for none.
    var child: Int32 = -1
    var sibling: Int32 = -1
    /// The shape that ends here; -1 for none.
    var shape: Int32 = -1
    var behind: Behind

    /// How many words its bytes take.
    @inline(__always)
    var wordCount: Int { ((Int(length) &+ 15) &>> 4) &* 2 }
}
