/// When a reader that is told of changes looks at everything all the same.
///
/// What it is told is a hint, and looking is the truth; but looking at 20,000 files takes its time. So a look is due
/// after the interval, and seldom enough that finding the files takes at most a 200th of the time; or a tenth where it is
/// known that something is to be found. It is never longer than 30 s, or 2 s, however slow a disk was the last time.
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
        return age >= (isHinted ? min(last.cost * 9, .seconds(2)) : max(interval, min(last.cost * 199, .seconds(30))))
    }

    /// Notes a look that began at `start` and ends now.
    mutating func end(from start: Duration) {
        let end = now()
        last = (end, end - start)
    }
}
