public import UsageModel

/// Turns record batches into event batches: bytes to columns. One belongs to one worker.
///
/// It keeps its memory from batch to batch and holds nothing else between them, but the columns of a CSV header that
/// the next batch may have again; so batches decode in any order and on any worker to the same result. A bad record is
/// a rejection in the result, never an error; the outcomes are looked for in the order too long, encoding, grammar,
/// depth, required attributes, time, schema, numbers, and the first one counts.
public struct RecordDecoder: ~Copyable {
    private var events: CloudEventDecoder?
    private var lines: MappedDecoder<CombinedFields>?
    private var objects: MappedDecoder<JSONFields>?
    private var tables: MappedDecoder<CSVFields>?
    private var pairs: MappedDecoder<LogfmtFields>?

    /// - Parameters:
    ///   - format: how the source writes its records.
    ///   - plan: what the meters want of each event.
    ///   - identityKey: the ledger's secret key for ``EventBatch/identity``, 16 bytes.
    ///   - schemas: for ``RecordFormat/cloudEvents``; other formats have no schema but their form.
    public init(format: RecordFormat, plan: ExtractionPlan, identityKey: [UInt8], schemas: SchemaSet) {
        let key = SipHash128(key: identityKey)
        switch format {
        case .cloudEvents:
            events = CloudEventDecoder(plan: plan, key: key, schemas: schemas)
        case .combined(let mapping), .common(let mapping):
            let wanted = FieldPlan(mapping, plan, name: FieldPlan.member)
            let fields = CombinedFields(names: wanted.names, isCommon: format == .common(mapping))
            lines = MappedDecoder(fields, wanted: wanted, plan: plan, key: key)
        case .json(let mapping):
            let wanted = FieldPlan(mapping, plan, name: FieldPlan.place)
            objects = MappedDecoder(JSONFields(names: wanted.names), wanted: wanted, plan: plan, key: key)
        case .csv(let dialect, let mapping):
            let wanted = FieldPlan(mapping, plan, name: FieldPlan.member)
            let fields = CSVFields(dialect: dialect, names: wanted.names)
            tables = MappedDecoder(fields, wanted: wanted, plan: plan, key: key)
        case .logfmt(let mapping):
            let wanted = FieldPlan(mapping, plan, name: FieldPlan.member)
            pairs = MappedDecoder(LogfmtFields(names: wanted.names), wanted: wanted, plan: plan, key: key)
        }
    }

    /// Decodes one batch. Every record becomes either a row or a rejection, both in the order of the source.
    ///
    /// O(bytes). Memory beyond the result: 16 bytes for each structural character of the longest record.
    /// - Parameters:
    ///   - digest: SHA-256 of the bytes of the batch's range, which is passed on.
    ///   - before: events at or after it are rejected, as being of the future.
    public mutating func decode(_ batch: RecordBatch, digest: Digest256, before: Timestamp? = nil) -> EventBatch {
        var result = EventBatch(records: batch, digest: digest)
        result.before = before
        if let oversized = batch.oversized {
            for index in batch.records.indices {
                result.reject(index, .tooLong, "\(oversized.length) bytes in one record")
            }
            return result
        }
        if let refusal = batch.refusal {
            for index in batch.records.indices { result.reject(index, refusal.reason, refusal.detail) }
            return result
        }
        unsafe batch.bytes.withUnsafeBufferPointer { slab in
            unsafe events?.decode(batch.records, of: slab, into: &result)
            unsafe lines?.decode(batch.records, of: slab, into: &result)
            unsafe objects?.decode(batch.records, of: slab, into: &result)
            unsafe tables?.decode(batch.records, of: slab, into: &result)
            unsafe pairs?.decode(batch.records, of: slab, into: &result)
        }
        return result
    }
}

extension EventBatch {
    mutating func reject(_ record: Int, _ reason: RejectReason, _ detail: String) {
        rejections.append(Rejection(record: UInt32(record), reason: reason, detail: detail))
    }
}
