import UsageModel

/// When something may be done again.
struct Pace: Sendable {
    /// When it was done.
    private var from = Timestamp(nanoseconds: .min)
    private(set) var until = Timestamp(nanoseconds: .min)

    init() {}

    init(from: Timestamp, pause: Duration) {
        self.from = from
        until = from.adding(pause)
    }

    /// A clock that was set back does not hold anything up. Less than a second is none: what was done may have been done
    /// by another task since the time was asked for.
    func isOver(_ now: Timestamp) -> Bool { now >= until || now.adding(.seconds(1)) < from }
}
