/// What a subschema asks of an object's members: its part of the plan's slots, found by a hash of the key.
struct MemberTable {
    /// The slots are those from `firstSlot`, a power of two of them.
    var firstSlot: UInt32 = 0
    var mask: UInt32 = 0
    var multiplier: UInt64 = 1
    /// The patterns of `patternProperties`: index of the pattern, index of the node, pair by pair in the words.
    var firstPattern: UInt32 = 0
    var patternCount: UInt32 = 0
    /// For the members that nothing else is said of.
    var additional: UInt32 = 0
    /// Whether `additionalProperties` is written at all, and so counts as an evaluation.
    var hasAdditional = false
    var names: UInt32 = 0
    /// The keys whose presence matters have bits 0..<tracked; the required ones come first.
    var tracked: UInt32 = 0
    var required: UInt32 = 0
    /// `dependentRequired`: trigger bit, needed bit, pair by pair.
    var firstDependency: UInt32 = 0
    var dependencyCount: UInt32 = 0
    /// `dependentSchemas`: trigger bit, node, pair by pair.
    var firstDependent: UInt32 = 0
    var dependentCount: UInt32 = 0
}

/// One key that a ``MemberTable`` knows.
struct MemberSlot {
    /// The key's first and last eight bytes, as ``KeyHash`` has them.
    var prefix: UInt64 = 0
    var suffix: UInt64 = 0
    var offset: UInt32 = 0
    /// ``empty`` for a slot without a key.
    var length: UInt32 = MemberSlot.empty
    /// The node for its value where there is one; where there are more their place in the words.
    var firstNode: UInt32 = 0
    var nodeCount: UInt16 = 0
    /// Whether `properties`, a pattern or `additionalProperties` evaluates it.
    var isEvaluated = false
    /// Whether the value's only node is `additionalProperties: false`.
    var isUnknown = false
    /// The bit of its presence; -1 when nobody asks.
    var bit: Int32 = -1

    static let empty = UInt32.max
}
