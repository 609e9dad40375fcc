import UsageModel

/// The record at the beginning of a file that names its columns.
struct FileHeader: Sendable {
    /// Its bytes; none where it is longer than a record may be, and then it is read as a record that is too long.
    var bytes: [UInt8]
    /// Where it begins in the contents; `nil` where it is longer.
    var position: UInt64?

    /// Takes it out of records that were cut at `start`, where it is the first of them.
    func remove(from records: inout [RecordBatch.Record], at start: UInt64) {
        guard let position, let first = records.first, start + UInt64(first.start) == position else { return }
        records.removeFirst()
    }
}
