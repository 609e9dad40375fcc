import Pipeline
import Synchronization

/// Says on standard error now and then how far an audit is.
final class AuditProgress: Sendable {
    private let last = Mutex(ContinuousClock.now)

    func show(_ report: AuditReport) {
        let isDue = last.withLock { last in
            guard ContinuousClock.now - last >= .seconds(5) else { return false }
            last = .now
            return true
        }
        if isDue {
            StandardError.line(
                "\(report.commitsChecked) commits, \(report.eventsChecked) events checked,"
                    + " \(report.differences.count) differences")
        }
    }
}
