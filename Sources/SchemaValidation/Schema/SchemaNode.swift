/// One subschema of the plan: the kinds it takes and its instructions, grouped by the kind that they apply to.
struct SchemaNode {
    /// `true`: accepts everything.
    static let anything = 0
    /// `false`: accepts nothing.
    static let nothing = 1

    /// Bit *k* for the kind with raw value *k* of ``JSONNode/Kind``.
    var kinds: UInt8 = 0x7F
    /// Whether of the numbers only whole ones are taken.
    var onlyIntegers = false
    /// `minLength` and `maxLength`: nearly every string of an event has one, so they need no instruction.
    var shortest: UInt32 = 0
    var longest: UInt32 = .max
    /// What `unevaluatedProperties` or `unevaluatedItems` needs to know of this node's own evaluation.
    var tracksProperties = false
    var tracksItems = false
    /// The schema resource (the reach of an `$id`) that it lies in.
    var resource: UInt32 = 0
    /// Its instructions: those for every kind, then for numbers, strings, arrays, objects, then what comes last.
    var first: UInt32 = 0
    var anyEnd: UInt32 = 0
    var numberEnd: UInt32 = 0
    var stringEnd: UInt32 = 0
    var arrayEnd: UInt32 = 0
    var objectEnd: UInt32 = 0
    var lastEnd: UInt32 = 0
}
