import Crypto
package import UsageModel

/// A line that is too long, taken in piece by piece: its digest and its beginning are kept, not its bytes.
package struct OversizedLine: Sendable {
    /// Bytes taken in so far.
    package private(set) var count: UInt64 = 0
    /// The last of them, for the guard.
    package private(set) var recent: [UInt8]
    /// The first of them.
    package private(set) var head: [UInt8] = []
    private var hasher = SHA256()
    private let mark: Int

    /// - Parameters:
    ///   - recent: the last bytes before the line.
    ///   - mark: the bytes of a byte order mark in front of the record.
    package init(recent: [UInt8], mark: Int) {
        self.recent = recent
        self.mark = mark
    }

    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        unsafe RecentBytes.advance(&recent, over: bytes)
        let room = QuarantinedRecord.maximumBytes + mark - head.count
        if room > 0 { unsafe head.append(contentsOf: bytes.prefix(room)) }
        count += UInt64(bytes.count)
    }

    /// The batch of this one record, which ends with the bytes taken in last.
    package func batch(of partition: Partition, from start: UInt64) -> RecordBatch {
        var length = count - UInt64(mark)
        if recent.last == 0x0A {
            length -= 1
            if recent.dropLast().last == 0x0D { length -= 1 }
        } else if recent.last == 0x0D {
            length -= 1
        }
        let kept = min(head.count - mark, Int(length))
        return RecordBatch(
            partition: partition,
            range: PositionRange(start: .byte(start), end: .byte(start + count)),
            bytes: head + [UInt8](repeating: 0, count: RecordBatch.padding),
            records: [RecordBatch.Record(start: UInt32(mark), length: UInt32(kept))],
            oversized: RecordBatch.Oversized(
                length: length, digest: Digest256(bytes: Array(hasher.finalize()))))
    }
}
