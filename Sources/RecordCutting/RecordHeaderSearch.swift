/// Looks for the record that names the columns, in contents that come piece by piece from their beginning.
package struct RecordHeaderSearch: Sendable {
    private let rule: RecordRule
    private let maximumRecordBytes: Int
    private var held: [UInt8] = []
    /// Where what is held begins.
    private var offset: UInt64 = 0
    /// What was found.
    package private(set) var header: RecordHeader?

    package init(_ rule: RecordRule, maximumRecordBytes: Int) {
        self.rule = rule
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Takes the next piece. O(its bytes, and one record).
    /// - Parameter isLast: whether the contents end with it.
    package mutating func take(_ piece: some Collection<UInt8>, isLast: Bool) {
        if header != nil { return }
        held += piece
        let (rule, start, maximum) = (rule, offset, maximumRecordBytes)
        let (found, end) = unsafe held.withUnsafeBufferPointer { bytes in
            unsafe rule.header(in: bytes, at: start, maximum: maximum, endsRecord: isLast)
        }
        header = found
        held.removeFirst(end)
        offset += UInt64(end)
    }
}
