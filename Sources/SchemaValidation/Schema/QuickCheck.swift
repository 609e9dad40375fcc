import UsageModel

/// Something that a schema asks of a string or of a number, in a form that is answered without the schema.
///
/// It only ever says yes: what it does not take may still be right, and is left to the schema.
struct QuickCheck {
    enum Question: UInt8 {
        /// A string has at least `low` and at most `high` characters.
        case length
        /// A string is one of `count` literals from `first` on.
        case oneOf
        /// A number keeps its limits: is not below `low` and not above `high`, nor one of them where it must not be.
        case number
        /// Only the schema can say.
        case schema
    }

    /// Of literals with more bytes two words do not say all.
    private static let longestLiteral = 16
    /// A limit of this size times a power of ten up to 10⁸ is no problem, and no short number is as large.
    private static let greatestLimit: Int64 = 1 << 32
    /// Stands for no limit, in `high` and with a sign in `low`.
    private static let noLimit = greatestLimit + 1

    var question: Question
    /// The value's index on the tape.
    var value: Int32
    /// The check that it stands for, among those of its schema.
    var check: Int32
    var first: Int32 = 0
    var count: Int32 = 0
    var low: Int64 = 0
    var high: Int64 = 0
    /// Whether a number must be written without a fraction and an exponent.
    var wantsInteger = false
    /// Whether it must not be `low` or `high` itself.
    var excludesLow = false
    var excludesHigh = false

    /// Whether the value keeps it, as far as can be told at once.
    ///
    /// - Parameters:
    ///   - text: the record, behind which thirty-two bytes can be read, and in which no backslash stands.
    @inline(__always)
    func passes(
        _ node: JSONNode, _ text: UnsafeBufferPointer<UInt8>, _ literals: borrowing ScratchStack<KeyHash>
    ) -> Bool {
        switch question {
        case .length:
            // Of n bytes there are at most n and at least n / 4 characters.
            return (node.length &+ 3) &>> 2 >= Int(low) && node.length <= Int(high)
        case .oneOf:
            return unsafe isListed(node, text, literals)
        case .number:
            return unsafe (!wantsInteger || node.isPlainInteger) && (!isLimited || isWithin(node, text))
        case .schema:
            return false
        }
    }

    @inline(__always)
    private func isListed(
        _ node: JSONNode, _ text: UnsafeBufferPointer<UInt8>, _ literals: borrowing ScratchStack<KeyHash>
    ) -> Bool {
        if node.length > QuickCheck.longestLiteral { return false }
        let key = unsafe KeyHash(text, start: Int(node.start), count: node.length)
        let literals = unsafe literals.elements(Int(first), count: Int(count))
        // Which one it is nobody can foresee, so that nothing hangs on it.
        var isListed = false
        for index in 0..<Int(count) { isListed = unsafe literals[index] == key || isListed }
        return isListed
    }

    @inline(__always)
    private func isWithin(_ node: JSONNode, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(node.start)
        if takesAllWithoutSign, unsafe text[start] != 0x2D { return true }
        guard let bytes = text.baseAddress else { return false }
        guard let number = unsafe ShortNumber(at: bytes + start, length: node.length) else { return false }
        let scale = Int64(Quantity.powerOfTen(number.decimals))
        let value = Int64(number.magnitude)
        return value &- (excludesLow ? 1 : 0) >= low &* scale && value &+ (excludesHigh ? 1 : 0) <= high &* scale
    }

    @inline(__always)
    private var isLimited: Bool { low > -QuickCheck.noLimit || high < QuickCheck.noLimit }

    /// Whether every number without a sign keeps the limits.
    @inline(__always)
    private var takesAllWithoutSign: Bool { high == QuickCheck.noLimit && (low < 0 || low == 0 && !excludesLow) }

    /// Takes in one more limit of a number.
    private mutating func limit(_ operation: SchemaInstruction.Operation, _ limit: Int64) {
        switch operation {
        case .minimum where limit > low: (low, excludesLow) = (limit, false)
        case .exclusiveMinimum where limit >= low: (low, excludesLow) = (limit, true)
        case .maximum where limit < high: (high, excludesHigh) = (limit, false)
        case .exclusiveMaximum where limit <= high: (high, excludesHigh) = (limit, true)
        default: break
        }
    }
}

extension QuickCheck {
    /// The quick forms of a check of a schema, for whatever has the shape of this record.
    ///
    /// - Parameters:
    ///   - number: the check's number.
    ///   - literals: where literals are added.
    static func forms(
        of check: SchemaCheck, number: Int, _ schema: CompiledSchema, _ tape: borrowing JSONTape,
        text: UnsafeBufferPointer<UInt8>, literals: inout ScratchStack<KeyHash>
    ) -> [QuickCheck] {
        var forms: [QuickCheck] = []
        var found: [KeyHash] = []
        let isQuick = unsafe schema.plan.withView(of: tape, text) { view in
            guard check.instruction < 0 else { return false }
            return append(check.schema, of: check, number, 0, view, &forms, &found)
        }
        if !isQuick {
            return [QuickCheck(question: .schema, value: Int32(check.value), check: Int32(number))]
        }
        for index in forms.indices { forms[index].first += Int32(literals.count) }
        for literal in found { literals.append(literal) }
        return forms
    }

    /// - Returns: whether all that the subschema asks has a quick form.
    private static func append(
        _ schema: Int, of check: SchemaCheck, _ number: Int, _ depth: Int, _ view: SchemaView,
        _ forms: inout [QuickCheck], _ literals: inout [KeyHash]
    ) -> Bool {
        if schema == SchemaNode.anything { return true }
        let node = view.node(schema)
        let kind = view.record[check.value].kind
        guard schema > SchemaNode.nothing, kind == .string || kind == .number, node.kinds & 1 << kind.rawValue != 0,
            node.objectEnd == node.lastEnd, !view.usesDynamicScope, depth < 8
        else { return false }
        func form(_ question: Question) -> QuickCheck {
            QuickCheck(question: question, value: Int32(check.value), check: Int32(number))
        }
        if kind == .string, node.shortest > 0 || node.longest < .max {
            var length = form(.length)
            (length.low, length.high) = (Int64(node.shortest), Int64(node.longest))
            forms.append(length)
        }
        var limits = form(.number)
        (limits.low, limits.high) = (-noLimit, noLimit)
        limits.wantsInteger = node.onlyIntegers
        let own = kind == .string ? node.numberEnd..<node.stringEnd : node.anyEnd..<node.numberEnd
        for index in [node.first..<node.anyEnd, own].joined() {
            let instruction = view.instruction(Int(index))
            switch instruction.operation {
            case .reference:
                guard append(Int(instruction.first), of: check, number, depth + 1, view, &forms, &literals) else {
                    return false
                }
                continue
            case .const, .enumeration:
                guard kind == .string else { return false }
                var quick = form(.oneOf)
                quick.first = Int32(literals.count)
                let isOne = instruction.operation == .const
                let values =
                    isOne
                    ? [Int(instruction.first)]
                    : (0..<Int(instruction.second)).map { view.word(Int(instruction.first) + $0) }
                literals += values.compactMap { literal($0, of: view.literals) }
                quick.count = Int32(literals.count) - quick.first
                forms.append(quick)
            case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum:
                guard instruction.hasInteger, instruction.integer.magnitude <= greatestLimit else { return false }
                limits.limit(instruction.operation, instruction.integer)
            default: return false
            }
        }
        if kind == .number, limits.wantsInteger || limits.isLimited { forms.append(limits) }
        return true
    }

    /// A literal of a schema; `nil` when it is no short string.
    private static func literal(_ index: Int, of literals: JSONTree) -> KeyHash? {
        let node = literals[index]
        guard node.kind == .string, !node.hasEscapes, node.length <= longestLiteral else { return nil }
        return unsafe KeyHash(literals.text, start: Int(node.start), count: node.length)
    }
}
