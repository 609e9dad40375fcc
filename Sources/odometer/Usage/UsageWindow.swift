import UsageModel
import Windowing

/// The windows that usage is shown in.
enum UsageWindow: Hashable {
    /// The meter's own, of this size in nanoseconds.
    case own(size: Int64)
    case unit(WindowGrid.Unit)

    private static let minute: Int64 = 60_000_000_000
    private static let hour = 60 * minute
    private static let day = 24 * hour

    /// The word of the command line; the meter's own windows when there is none.
    /// - Throws: ``CallerMistake`` for windows smaller than the meter's.
    init(_ word: WindowGrid.Unit?, of meter: Meter) throws(CallerMistake) {
        let size: Int64
        switch meter.window {
        case .tumbling(let nanoseconds): size = nanoseconds
        }
        if word == .hour, UsageWindow.hour % size != 0 {
            throw CallerMistake(
                "meter \(meter.name) has windows of \(UsageWindow.name(size)), which cannot be shown by hour")
        }
        self = word.map { .unit($0) } ?? .own(size: size)
    }

    /// Such as `hour`, `total` or `5m`.
    var name: String {
        switch self {
        case .unit(let unit): unit.rawValue
        case .own(UsageWindow.hour): "hour"
        case .own(UsageWindow.day): "day"
        case .own(let size): UsageWindow.name(size)
        }
    }

    private static func name(_ size: Int64) -> String {
        for (unit, letter) in [(day, "d"), (hour, "h"), (minute, "m")] where size % unit == 0 {
            return "\(size / unit)\(letter)"
        }
        return "\(size / 1_000_000)ms"
    }
}
