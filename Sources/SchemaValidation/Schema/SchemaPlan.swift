/// A JSON Schema as flat arrays: what evaluation reads. Everything refers to everything by index.
struct SchemaPlan: Sendable {
    var nodes: [SchemaNode] = []
    var instructions: [SchemaInstruction] = []
    var tables: [MemberTable] = []
    var slots: [MemberSlot] = []
    /// Lists of indices that instructions and tables point into.
    var words: [UInt32] = []
    /// The values of `const`, `enum` and limits, as a tape over `bytes`.
    var literals: [JSONNode] = []
    /// The text of the literals and the keys.
    var bytes: [UInt8] = []
    var patterns: [CompiledPattern] = []
    /// For `$dynamicRef`: name, resource, node, three words each, in `words`.
    var firstAnchor = 0
    var anchorCount = 0
    /// Whether the dynamic scope is needed at all.
    var usesDynamicScope = false
    /// For each node where it stands: URI or file, `#` and a JSON Pointer.
    var locations: [String] = []
}
