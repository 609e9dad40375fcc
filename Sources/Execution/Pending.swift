import Synchronization

/// What a ``Lookahead`` was asked for: there or not there yet.
public final class Pending<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    init() {}

    /// What the work gave; `nil` while it is under way.
    public var value: Value? { state.withLock { $0 } }

    func fulfil(_ value: Value) {
        state.withLock { $0 = value }
    }
}
