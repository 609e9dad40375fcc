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

    /// A clock that was set back does not hold anything up.
    func isOver(_ now: Timestamp) -> Bool { now >= until || now < from }
}
