import Synchronization

/// Adds up what a selection left alone.
final class BytesLeft: Sendable {
    private let bytes = Mutex<UInt64>(0)
    func add(_ count: UInt64) { bytes.withLock { $0 += count } }
    var total: UInt64 { bytes.withLock { $0 } }
}
