import Glibc
import Synchronization

@testable import Ledger

/// Lets the disk fail at one of its operations, counted from 0: once, or from there on, as if the process had ended.
final class FaultPlan: Sendable {
    private let count = Mutex(0)
    private let first: Int
    private let isLasting: Bool

    init(at first: Int, lasting: Bool) {
        self.first = first
        isLasting = lasting
    }

    /// How many operations were asked for.
    var operations: Int { count.withLock { $0 } }

    var options: LedgerOptions {
        var options = LedgerOptions(segmentBytes: 1_500)
        options.disk = FaultyDisk { operation, _ in
            let number = self.count.withLock { count in
                defer { count += 1 }
                return count
            }
            guard number == self.first || (self.isLasting && number > self.first) else { return nil }
            return operation == .write ? ENOSPC : EIO
        }
        return options
    }
}
