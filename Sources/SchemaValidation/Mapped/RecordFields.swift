import UsageModel

/// The fields of one record after the other, cut as a format writes them; a ``MappedDecoder`` makes them events.
///
/// It is made with the names of the fields that are wanted, and knows each by its index in them.
protocol RecordFields: ~Copyable {
    /// Takes up a batch, before its records.
    mutating func begin(_ batch: RecordBatch)

    /// Cuts a record, whose fields are then asked for. The records of a batch come in their order.
    mutating func cut(
        _ record: RecordText, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(Refusal)

    /// A field of the record that was cut last; one whose escapes were undone lies in `unescaped`.
    mutating func field(_ index: Int, of record: RecordText, _ unescaped: inout [UInt8]) -> Field

    /// The moment that a field says; `nil` when it says none between 1677 and 2262.
    func time(_ index: Int, _ kind: Field.Kind, _ text: UnsafeBufferPointer<UInt8>) -> Timestamp?

    /// Words for a field that is not there.
    func absence(of index: Int) -> String
}

extension RecordFields where Self: ~Copyable {
    /// RFC 3339, or a number of seconds since 1970.
    @inline(__always)
    func time(_ index: Int, _ kind: Field.Kind, _ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        switch kind {
        case .string: unsafe Timestamp(rfc3339: text)
        case .number: unsafe Timestamp(unixSeconds: text)
        case .text: unsafe Timestamp(rfc3339: text) ?? Timestamp(unixSeconds: text)
        case .absent, .bool, .composite: nil
        }
    }
}
