package import UsageModel

/// A range that is one record too long to be held, taken in piece by piece as it is read again.
package struct RangeLine: Sendable {
    private let start: UInt64
    private var line: OversizedLine?

    /// - Parameter start: where the range begins in its contents.
    package init(from start: UInt64) {
        self.start = start
    }

    /// Takes the next piece: its bytes and the padding.
    package mutating func take(_ slab: [UInt8]) {
        unsafe slab.withUnsafeBufferPointer { slab in
            let bytes = unsafe UnsafeBufferPointer(rebasing: slab[..<(slab.count - RecordBatch.padding)])
            var taken = line ?? OversizedLine(recent: [], mark: unsafe LineCut.mark(bytes, at: start))
            unsafe taken.append(bytes)
            line = taken
        }
    }

    /// The batch of the range, all of which was taken.
    package func batch(_ range: CommittedRange, header: RecordHeader?) -> RecordBatch {
        guard var batch = line?.batch(of: range.partition, from: start) else {
            preconditionFailure("a line that is too long has bytes")
        }
        batch.header = header?.bytes ?? []
        return batch
    }
}
