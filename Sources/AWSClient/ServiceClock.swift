import Synchronization

/// How far a service's clock is before this machine's.
final class ServiceClock: Sendable {
    private let value = Mutex(Duration.zero)

    var offset: Duration { value.withLock { $0 } }

    func set(_ offset: Duration) {
        value.withLock { $0 = offset }
    }
}
