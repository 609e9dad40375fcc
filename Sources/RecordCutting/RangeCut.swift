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
        _ range: CommittedRange, from start: UInt64, _ slab: consuming [UInt8], header: RangeHeader?
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
        if let position = header?.position, let first = records.first, start + UInt64(first.start) == position {
            records.removeFirst()
        }
        var batch = RecordBatch(partition: range.partition, range: range.range, bytes: slab, records: records)
        batch.header = header?.bytes ?? []
        batch.storedBytes = UInt64(count)
        return batch
    }
}

/// The record at the beginning of a partition that names its columns.
package struct RangeHeader: Sendable {
    /// Its bytes; none where it is longer than a record may be, and then it is read as a record that is too long.
    package var bytes: [UInt8]
    /// Where it begins in the contents; `nil` where it is longer.
    package var position: UInt64?
}

/// Looks for the record that names the columns, in contents that come piece by piece from their beginning.
package struct RangeHeaderSearch: Sendable {
    private let rule: RecordRule
    private let maximumRecordBytes: Int
    private var held: [UInt8] = []
    /// Where what is held begins.
    private var offset: UInt64 = 0
    /// What was found.
    package private(set) var header: RangeHeader?

    package init(_ rule: RecordRule, maximumRecordBytes: Int) {
        self.rule = rule
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Takes the next piece. O(its bytes, and one record).
    /// - Parameter isLast: whether the contents end with it.
    package mutating func take(_ piece: some Collection<UInt8>, isLast: Bool) {
        if header != nil { return }
        held += piece
        let (start, all) = (offset, held)
        let (found, end) = unsafe all.withUnsafeBufferPointer { bytes in
            let mark = unsafe LineCut.mark(bytes, at: start)
            let cut = unsafe rule.cut(bytes, mark: mark, maximum: maximumRecordBytes)
            var first = cut.records.first
            if first == nil, isLast, !cut.isOversized {
                let tail = unsafe LineCut.record(bytes, max(mark, cut.end), bytes.count)
                first = unsafe rule.isBlank(bytes, tail) ? nil : tail
            }
            guard let first else { return (cut.isOversized ? RangeHeader(bytes: []) : nil, cut.end) }
            let place = Int(first.start)..<Int(first.start + first.length)
            return unsafe (RangeHeader(bytes: Array(bytes[place]), position: start + UInt64(first.start)), cut.end)
        }
        header = found
        held.removeFirst(end)
        offset += UInt64(end)
    }
}
