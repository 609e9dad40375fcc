import Pipeline
import Synchronization

/// Shows a run's progress on standard error: a bar on a terminal, a plain line now and then elsewhere.
final class ProgressReporter: Sendable {
    private enum Shape {
        case bar, lines, none
    }

    private let shape: Shape
    private let interval: Duration
    private let last = Mutex<Duration>(.zero)

    init(style: ProgressStyle) {
        shape =
            switch style {
            case .auto: StandardError.terminalWidth == nil ? .lines : .bar
            case .bar: .bar
            case .lines: .lines
            case .none: .none
            }
        interval = shape == .bar ? .milliseconds(100) : .seconds(5)
    }

    /// Shows how far the run is, where it is time to.
    func report(_ progress: RunProgress) {
        let isDue = last.withLock { last in
            guard progress.elapsed - last >= interval else { return false }
            last = progress.elapsed
            return true
        }
        if !isDue { return }
        let text = ProgressText(progress: progress)
        switch shape {
        case .bar: StandardError.write("\r" + text.bar(width: (StandardError.terminalWidth ?? 80) - 1) + "\u{1B}[K")
        case .lines: StandardError.line(text.line)
        case .none: break
        }
    }

    /// Shows what the run did.
    func finish(_ progress: RunProgress) {
        switch shape {
        case .bar: StandardError.line("\r\u{1B}[K" + ProgressText(progress: progress).summary)
        case .lines: StandardError.line(ProgressText(progress: progress).summary)
        case .none: break
        }
    }
}
