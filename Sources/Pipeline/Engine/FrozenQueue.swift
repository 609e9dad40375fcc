import Ledger
import Synchronization

/// Brings events that left the memory from who appends their commits to who writes them. There is one at a time at most,
/// for the committer waits for it before it freezes more.
final class FrozenQueue: Sendable {
    struct Item: Sendable {
        var frozen: RepeatFinder.Frozen
        /// The commit that they end with; it is durable.
        var frame: LedgerFrame
    }

    let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let waiting = Mutex(0)

    init() {
        (items, continuation) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingOldest(1))
    }

    /// Whether nothing is to be written.
    var isEmpty: Bool { waiting.withLock { $0 == 0 } }

    func put(_ frozen: RepeatFinder.Frozen, through frame: LedgerFrame) {
        waiting.withLock { $0 += 1 }
        if case .dropped = continuation.yield(Item(frozen: frozen, frame: frame)) {
            preconditionFailure("frozen before what was frozen earlier was written")
        }
    }

    /// Says that an item is written.
    func done() {
        waiting.withLock { $0 -= 1 }
    }

    func finish() {
        continuation.finish()
    }
}
