/// How the records of a source are written.
public enum RecordFormat: Sendable, Hashable {
    /// CloudEvents 1.0 in the JSON format, one event a line.
    case cloudEvents
    /// Combined Log Format, with where an event's parts come from.
    case combined(EventMapping)
    /// Common Log Format: the combined one without referer and user agent.
    case common(EventMapping)
    /// One JSON object a line, all of which is the event's data; fields are named by JSON Pointers.
    case json(EventMapping)
    /// Values between delimiters (RFC 4180); fields are named as the columns are.
    case csv(CSVDialect, EventMapping)
    /// `key=value key="quoted value" bare`, one record a line; fields are named by their keys.
    case logfmt(EventMapping)

    /// The name that configurations use.
    public var name: String {
        switch self {
        case .cloudEvents: "cloudevents"
        case .combined: "combined"
        case .common: "common"
        case .json: "json"
        case .csv: "csv"
        case .logfmt: "logfmt"
        }
    }
}
