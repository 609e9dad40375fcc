import Synchronization

/// Tells the reader to end the run after the batch it is at.
final class StopRequest: Sendable {
    private let requested = Atomic<Bool>(false)

    var isRequested: Bool { requested.load(ordering: .relaxed) || Task.isCancelled }

    func request() {
        requested.store(true, ordering: .relaxed)
    }
}
