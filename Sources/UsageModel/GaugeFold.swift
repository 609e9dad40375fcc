/// Cuts a gauge's readings into stretches of time in which a value held.
///
/// A value holds until the next reading. Where the meter says for how long (`hold`), it holds no longer than that, and
/// through windows without a reading. Where it does not, it holds to the end of its window, and beyond only where the next
/// window has a reading, up to that: what is not heard of any more costs nothing more.
public struct GaugeFold: Sendable {
    private let hold: Int64?
    private var last: Sample?
    private var lastWindow: Window?

    public init(hold: Int64?) {
        self.hold = hold
    }

    /// Takes in the readings of the next window, in ascending order, and tells the stretches that end with them.
    /// - Parameter body: called with a value, from when and until when it held.
    public mutating func take(
        _ samples: [Sample], in window: Window, _ body: (Quantity, Timestamp, Timestamp) -> Void
    ) {
        if let last, let first = samples.first {
            if hold != nil {
                body(last.value, last.time, min(first.time, end(of: last)))
            } else if lastWindow?.end == window.start {
                body(last.value, window.start, first.time)
            }
        }
        for (index, sample) in samples.enumerated() {
            let next = index + 1 < samples.count ? samples[index + 1].time : hold == nil ? window.end : sample.time
            body(sample.value, sample.time, min(next, end(of: sample)))
        }
        last = samples.last ?? last
        lastWindow = window
    }

    /// Tells the stretch in which the last value goes on holding.
    public func finish(until end: Timestamp, _ body: (Quantity, Timestamp, Timestamp) -> Void) {
        guard hold != nil, let last else { return }
        body(last.value, last.time, min(end, self.end(of: last)))
    }

    private func end(of sample: Sample) -> Timestamp {
        guard let hold else { return Timestamp(nanoseconds: .max) }
        let (end, overflow) = sample.time.nanoseconds.addingReportingOverflow(hold)
        return Timestamp(nanoseconds: overflow ? .max : end)
    }
}
