/// When a reader that is told of changes looks at everything all the same.
///
/// What it is told is a hint, and looking is the truth; but looking at 20,000 files takes its time. So a look is due
/// after the interval, and seldom enough that looking takes at most a 200th of the time; or a tenth where it is known that
/// something is to be found.
public struct ScanSchedule: Sendable {
    /// The shortest time between two looks.
    let interval: Duration
    /// A clock that never goes back.
    let now: @Sendable () -> Duration
    private var last: (end: Duration, cost: Duration)?

    public init(interval: Duration, now: @escaping @Sendable () -> Duration) {
        self.interval = interval
        self.now = now
    }

    /// - Parameter isHinted: whether there is something to be found.
    func isDue(isHinted: Bool) -> Bool {
        guard let last else { return true }
        let age = now() - last.end
        return isHinted ? age >= last.cost * 9 : age >= max(interval, last.cost * 199)
    }

    /// Notes a look that began at `start` and ends now.
    mutating func end(from start: Duration) {
        let end = now()
        last = (end, end - start)
    }
}
