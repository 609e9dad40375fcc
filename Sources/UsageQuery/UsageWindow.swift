public import UsageModel
public import Windowing

/// The windows that usage is shown in.
public enum UsageWindow: Sendable, Hashable {
    /// The meter's own.
    case own(WindowSpecification)
    case unit(WindowGrid.Unit)

    private static let minute: Int64 = 60_000_000_000
    private static let hour = 60 * minute
    private static let day = 24 * hour

    /// The word of the command line; the meter's own windows when there is none.
    /// - Throws: for windows smaller than the meter's.
    public init(_ word: WindowGrid.Unit?, of meter: Meter) throws(UsageQuestionError) {
        if case .tumbling(let size) = meter.window.pane {
            let limit = word == .minute ? UsageWindow.minute : UsageWindow.hour
            if word == .minute || word == .hour, limit % size != 0 {
                throw UsageQuestionError(
                    "meter \(meter.name) has windows of \(UsageWindow.name(size)), which cannot be shown by "
                        + (word == .minute ? "minute" : "hour"))
            }
        }
        self = word.map { .unit($0) } ?? .own(meter.window)
    }

    /// Such as `hour`, `total`, `5m`, `1h every 5m` or `session 30m`.
    public var name: String {
        switch self {
        case .unit(let unit): unit.rawValue
        case .own(.tumbling(UsageWindow.minute)): "minute"
        case .own(.tumbling(UsageWindow.hour)): "hour"
        case .own(.tumbling(UsageWindow.day)): "day"
        case .own(.tumbling(let size)): UsageWindow.name(size)
        case .own(.hopping(let hop, let size)): "\(UsageWindow.name(size)) every \(UsageWindow.name(hop))"
        case .own(.session(let gap)): "session \(UsageWindow.name(gap))"
        }
    }

    private static func name(_ size: Int64) -> String {
        for (unit, letter) in [(day, "d"), (hour, "h"), (minute, "m"), (minute / 60, "s")] where size % unit == 0 {
            return "\(size / unit)\(letter)"
        }
        return "\(size / 1_000_000)ms"
    }
}
