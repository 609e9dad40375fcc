extension RecordFormat {
    /// Whether the bytes of a last line without a line end are a record that nothing can be added to.
    ///
    /// Only JSON says so itself: an object is whole when its last brace is there. A line of text could go on. O(bytes),
    /// with an allocation; asked once for the end of a file, not for each record.
    public func isWhole(_ tail: Span<UInt8>) -> Bool {
        switch self {
        case .cloudEvents, .json:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(tail.count)
            for index in tail.indices { bytes.append(tail[index]) }
            guard let document = try? JSONDocument(bytes) else { return false }
            return document.kind(document.root) == .object
        case .combined, .common, .csv, .logfmt:
            return false
        }
    }
}
