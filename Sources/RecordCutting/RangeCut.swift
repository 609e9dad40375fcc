package import UsageModel

/// Cuts the bytes of a range that was committed into the records that it had.
package struct RangeCut {
    /// Bytes of a range that may be held at once; no batch was ever larger, but for one record that is too long.
    package static let maximumBytes = 64 << 20

    private let rule: RecordRule
    private let maximumRecordBytes: Int

    package init(_ rule: RecordRule, maximumRecordBytes: Int) {
        self.rule = rule
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Whether the range is one record that is too long, whose bytes are not held.
    package func isOversized(_ range: CommittedRange, _ count: UInt64) -> Bool {
        range.records == 1 && range.refusal == .tooLong && count > UInt64(maximumRecordBytes)
    }

    /// The batch of a range, whose end ended its last record.
    /// - Parameters:
    ///   - slab: all of its bytes and the padding.
    ///   - header: the record that names the columns, and where it stands in the partition.
    package func batch(
        _ range: CommittedRange, from start: UInt64, _ slab: consuming [UInt8], header: RecordHeader?
    ) -> RecordBatch {
        let count = slab.count - RecordBatch.padding
        var records = unsafe slab.withUnsafeBufferPointer { slab in
            let bytes = unsafe UnsafeBufferPointer(rebasing: slab[..<count])
            let mark = unsafe LineCut.mark(bytes, at: start)
            var cut = unsafe rule.cut(bytes, mark: mark, maximum: maximumRecordBytes, expected: Int(range.records))
            if cut.end < count {
                let tail = unsafe LineCut.record(bytes, cut.end == 0 ? mark : cut.end, count)
                if unsafe !rule.isBlank(bytes, tail) { cut.records.append(tail) }
            }
            return cut.records
        }
        header?.remove(from: &records, at: start)
        var batch = RecordBatch(partition: range.partition, range: range.range, bytes: slab, records: records)
        batch.header = header?.bytes ?? []
        batch.storedBytes = UInt64(count)
        return batch
    }
}
