import Synchronization

/// What the one who writes runs shows to the one who looks things up in them.
public final class IdentityHistory: Sendable {
    private let current: Mutex<IdentityView>

    init(_ view: IdentityView) {
        current = Mutex(view)
    }

    /// The runs as they are now.
    public var view: IdentityView { current.withLock { $0 } }

    func publish(_ view: IdentityView) {
        current.withLock { $0 = view }
    }
}
