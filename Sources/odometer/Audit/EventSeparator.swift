import Synchronization

/// The commas between the values of a JSON array that is written as they come.
final class EventSeparator: Sendable {
    private let isFirst = Mutex(true)

    func next() -> String {
        isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst ? "" : ","
        }
    }
}
