public import UsageModel

/// Where the parts of an event come from in a format that has no events of its own: the `event` block of a source.
///
/// A field is known by the name that its format has for it: a column of CSV, a key of logfmt, a JSON Pointer into a
/// record of JSON, a field of an access log.
public struct EventMapping: Sendable, Hashable {
    /// The same for all events, or a field of the record.
    public enum Part: Sendable, Hashable {
        case constant(ByteString)
        case field(ByteString)
    }

    /// What makes an event itself, within its source.
    public enum Identity: Sendable, Hashable {
        /// The partition and the record's byte offset: there are no duplicates.
        case position
        /// A field that holds an id.
        case field(ByteString)
    }

    public var type: Part
    public var subject: Part
    /// The field of the event's time. `time` of an access log is read as that writes it, a JSON number and a number of
    /// CSV or logfmt as seconds since 1970, any other as RFC 3339.
    public var time: ByteString
    public var id: Identity

    public init(type: Part, subject: Part, time: ByteString = "time", id: Identity = .position) {
        self.type = type
        self.subject = subject
        self.time = time
        self.id = id
    }
}
