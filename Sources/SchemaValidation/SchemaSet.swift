public import UsageModel

/// The schemas that the events of a source must satisfy.
public struct SchemaSet: Sendable {
    /// Applied to every event as a whole.
    public var cloudEvents: CompiledSchema?
    /// Applied to the `data` of the events of a type; an event of such a type without `data` does not satisfy it.
    public var byType: [(type: ByteString, schema: CompiledSchema)]

    public init(cloudEvents: CompiledSchema? = nil, byType: [(type: ByteString, schema: CompiledSchema)] = []) {
        self.cloudEvents = cloudEvents
        self.byType = byType
    }
}
