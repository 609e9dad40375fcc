import UsageModel

/// The rows of a batch while it is decoded: plain memory that is kept from batch to batch, so that a row costs no look at
/// who else holds an array.
struct RowColumns: ~Copyable {
    private var record = ScratchStack<UInt32>()
    private var time = ScratchStack<Timestamp>()
    private var type = ScratchStack<UInt16>()
    private var subject = ScratchStack<ByteSlice>()
    private var identity = ScratchStack<Digest128>()
    private var content = ScratchStack<UInt64>()
    private var firstField = ScratchStack<UInt32>()
    private var firstValue = ScratchStack<UInt32>()
    private var fields = ScratchStack<Field>()
    private var values = ScratchStack<Quantity?>()
    /// Where the row that is being made begins in `fields` and in `values`.
    private var openField = 0
    private var openValue = 0

    /// Appends a value of the row that is being made.
    @inline(__always)
    mutating func append(value: Quantity?) { values.append(value) }

    /// Appends a field of the row that is being made.
    @inline(__always)
    mutating func append(field: Field) { fields.append(field) }

    /// Takes the values and fields of the row that is being made back.
    @inline(__always)
    mutating func cancel() {
        fields.truncate(to: openField)
        values.truncate(to: openValue)
    }

    /// Ends the row.
    @inline(__always)
    mutating func append(
        record: Int, time: Timestamp, type: UInt16, subject: ByteSlice, identity: Digest128, content: UInt64
    ) {
        self.record.append(UInt32(truncatingIfNeeded: record))
        self.time.append(time)
        self.type.append(type)
        self.subject.append(subject)
        self.identity.append(identity)
        self.content.append(content)
        firstField.append(UInt32(truncatingIfNeeded: openField))
        firstValue.append(UInt32(truncatingIfNeeded: openValue))
        openField = fields.count
        openValue = values.count
    }

    /// How many rows there are.
    var count: Int {
        @inline(__always) get { record.count }
    }

    /// Says who the event of a row is that was ended without its identity.
    @inline(__always)
    mutating func set(identity: Digest128, ofRow row: Int) { self.identity[row] = identity }

    /// Moves all rows into a batch that has none.
    mutating func move(into batch: inout EventBatch) {
        batch.record = record.removeAll()
        batch.time = time.removeAll()
        batch.type = type.removeAll()
        batch.subject = subject.removeAll()
        batch.identity = identity.removeAll()
        batch.content = content.removeAll()
        batch.firstField = firstField.removeAll()
        batch.firstValue = firstValue.removeAll()
        batch.fields = fields.removeAll()
        batch.values = values.removeAll()
        openField = 0
        openValue = 0
    }
}
