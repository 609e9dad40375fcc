/// How the records of a source are written.
public enum RecordFormat: Sendable, Hashable {
    /// CloudEvents 1.0 in the JSON format, one event a line.
    case cloudEvents
    /// Combined Log Format, with where an event's parts come from.
    case combined(EventMapping)
}
