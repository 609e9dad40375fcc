public import UsageModel

/// Where the parts of an event come from in a format that has no events of its own: the `event` block of a source.
public struct EventMapping: Sendable, Hashable {
    /// The same for all events, or a field of the record.
    public enum Part: Sendable, Hashable {
        case constant(ByteString)
        case field(CombinedField)
    }

    /// What makes an event itself, within its source.
    public enum Identity: Sendable, Hashable {
        /// The partition and the record's byte offset: there are no duplicates.
        case position
        /// A field that holds an id.
        case field(CombinedField)
    }

    public var type: Part
    public var subject: Part
    /// The field of the event's time. ``CombinedField/time`` is read as the format writes it, any other as RFC 3339.
    public var time: CombinedField
    public var id: Identity

    public init(type: Part, subject: Part, time: CombinedField = .time, id: Identity = .position) {
        self.type = type
        self.subject = subject
        self.time = time
        self.id = id
    }
}
