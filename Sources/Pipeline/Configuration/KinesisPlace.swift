public import UsageModel

/// A stream, and where it is begun.
public struct KinesisPlace: Sendable, Hashable {
    /// Where a stream is begun that the ledger does not know.
    public enum Start: Sendable, Hashable {
        case trimHorizon
        case latest
        case at(Timestamp)
    }

    public var stream: String
    public var service: ServicePlace
    public var start = Start.trimHorizon
    /// Whether to go on, and say so, when the stream no longer holds what comes after a committed position.
    public var acceptsGaps = false
}

extension KinesisPlace {
    init(_ cursor: ConfigurationCursor) throws(ConfigurationError) {
        stream = try cursor.required("stream").string()
        service = try ServicePlace(cursor)
        acceptsGaps = try cursor["aged_out"]?.string() == "continue"
        let word = try cursor["start"]?.string() ?? "trim_horizon"
        if let place = cursor["timestamp"], word != "at_timestamp" {
            throw place.error("it goes with start: at_timestamp only")
        }
        switch word {
        case "latest": start = .latest
        case "at_timestamp":
            let place = try cursor.required("timestamp")
            let text = try place.string()
            guard let time = Timestamp(text) else {
                throw place.error("\"\(text)\" is not a time between 1677 and 2262")
            }
            start = .at(time)
        default: start = .trimHorizon
        }
    }
}
