import UsageModel

/// What is measured of each event type, flattened: which column is one of the event's values, and which is worked out of
/// several.
struct ValueColumns {
    /// For each column the index in its type's operands; -1 where it is worked out.
    private var plain: [Int] = []
    private var values: [ExtractionPlan.Value] = []
    /// Where each type's columns begin, and the end of the last.
    private var starts = [0]

    init(_ plan: ExtractionPlan) {
        for type in plan.types {
            for value in type.values {
                plain.append(value.expression.isPlain ? value.operands[0] : -1)
                values.append(value)
            }
            starts.append(values.count)
        }
    }

    @inline(__always)
    func columns(of type: Int) -> Range<Int> { starts[type]..<starts[type + 1] }

    @inline(__always)
    func plainOperand(of column: Int) -> Int { plain[column] }

    /// The indices of what a column is worked out of, in its type's operands.
    func operands(of column: Int) -> [Int] { values[column].operands }

    /// - Parameter operands: the values of ``operands(of:)``.
    func value(of column: Int, _ operands: [Quantity]) throws(Refusal) -> Quantity {
        let expression = values[column].expression
        guard let value = expression.sum(of: operands) else {
            throw Refusal(
                .badNumber, "\(expression) is out of range or has more than \(Quantity.decimalPlaces) decimals")
        }
        return value
    }
}
