package import UsageModel

/// The record at the beginning of a file or an object that names its columns.
package struct RecordHeader: Sendable {
    /// Its bytes; none where it is longer than a record may be, and then it is read as a record that is too long.
    package var bytes: [UInt8]
    /// Where it begins in the contents; `nil` where it is longer.
    package var position: UInt64?

    /// Takes it out of records that were cut at `start`, where it is the first of them.
    package func remove(from records: inout [RecordBatch.Record], at start: UInt64) {
        guard let position, let first = records.first, start + UInt64(first.start) == position else { return }
        records.removeFirst()
    }
}

extension RecordRule {
    /// The first record of some bytes as the header, and where the empty lines in front of it end.
    /// - Parameters:
    ///   - offset: where the bytes stand in the contents; nothing but empty lines stands before them.
    ///   - endsRecord: whether the end of the bytes ends a record.
    package func header(
        in bytes: UnsafeBufferPointer<UInt8>, at offset: UInt64, maximum: Int, endsRecord: Bool
    ) -> (header: RecordHeader?, end: Int) {
        let mark = unsafe LineCut.mark(bytes, at: offset)
        let cut = unsafe self.cut(bytes, mark: mark, maximum: maximum)
        var first = cut.records.first
        if first == nil, endsRecord, !cut.isOversized {
            let tail = unsafe LineCut.record(bytes, max(mark, cut.end), bytes.count)
            first = unsafe isBlank(bytes, tail) ? nil : tail
        }
        guard let first else { return (cut.isOversized ? RecordHeader(bytes: []) : nil, cut.end) }
        let range = Int(first.start)..<Int(first.start + first.length)
        return unsafe (RecordHeader(bytes: Array(bytes[range]), position: offset + UInt64(first.start)), cut.end)
    }
}
