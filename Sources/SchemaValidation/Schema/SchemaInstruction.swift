/// One keyword of a subschema, ready to run: 24 bytes.
struct SchemaInstruction {
    enum Operation: UInt8 {
        // For every kind.
        case const, enumeration, reference, dynamicReference, allOf, anyOf, oneOf, not, condition
        case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
        case pattern, format
        case minItems, maxItems, uniqueItems, items, contains
        case minProperties, maxProperties, members
        case unevaluatedItems, unevaluatedProperties
    }

    /// Which kind of value it applies to; the order is that of the instructions in a node.
    enum Section: Int {
        case any, number, string, array, object, last
    }

    var operation: Operation
    /// Indices into the plan, counts or limits, as the operation has it; see `SchemaCompiler+Keywords`.
    var first: UInt32 = 0
    var second: UInt32 = 0
    var third: UInt32 = 0
    /// A limit that fits; `nil` for one that must be compared digit by digit.
    var integer: Int64 = 0
    var hasInteger = false

    var section: Section {
        switch operation {
        case .const, .enumeration, .reference, .dynamicReference, .allOf, .anyOf, .oneOf, .not, .condition: .any
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf: .number
        case .pattern, .format: .string
        case .minItems, .maxItems, .uniqueItems, .items, .contains: .array
        case .minProperties, .maxProperties, .members: .object
        case .unevaluatedItems, .unevaluatedProperties: .last
        }
    }
}
