import FileReader
import RecordCutting
import SchemaValidation
import TenantMapping
import UsageModel
import Windowing

/// Shows what records would become, with the stages of a run and without a ledger.
public struct Preview {
    private let stages: Stages
    private let source: Source

    /// - Parameter source: the source whose format the records have.
    /// - Throws: ``ConfigurationError`` for a schema or a tenant table that cannot be used.
    public init(configuration: Configuration, source: Source) throws {
        self.source = source
        stages = try Stages(configuration: configuration)
    }

    /// What each record of a sample would become; a header is none. Repeats are not looked for.
    /// O(bytes), and some microseconds a record.
    public func rows(of sample: [UInt8]) throws -> [PreviewRow] {
        // Nothing of the preview is kept, so that no key has to be secret.
        let decoder = stages.decoder(for: source.name, identityKey: [UInt8](repeating: 0, count: 16))
        let rule = source.format.rule
        var rows: [PreviewRow] = []
        var header: [UInt8]?
        var line = 1
        var counted = 0
        for record in rule.records(in: sample) {
            let start = Int(record.start)
            let text = Array(sample[start..<start + Int(record.length)])
            line += sample[counted..<start].count { $0 == 0x0A }
            counted = start
            if rule.hasHeader, header == nil {
                header = text
                continue
            }
            let records = batch(text, header: header ?? [])
            let batch = stages.tenants.attribute(decoder.decode(records, digest: .none))
            rows.append(PreviewRow(line: line, outcome: try outcome(of: batch)))
        }
        return rows
    }

    /// A batch of one record.
    private func batch(_ record: [UInt8], header: [UInt8]) -> RecordBatch {
        var batch = RecordBatch(
            partition: Partition(source: source.name, id: "sample", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(UInt64(record.count))),
            bytes: record + [UInt8](repeating: 0, count: RecordBatch.padding),
            records: [RecordBatch.Record(start: 0, length: UInt32(record.count))])
        batch.header = header
        return batch
    }

    private func outcome(of batch: AttributedBatch) throws -> PreviewRow.Outcome {
        let events = batch.events
        if let rejection = events.rejections.first { return .rejected(rejection.reason, detail: rejection.detail) }
        let subject = ByteString(events.bytes(of: events.subject[0]))
        let tenant =
            batch.tenant[0] == AttributedBatch.unmapped
            ? ByteString(Array("unmapped:".utf8) + subject.bytes) : stages.tenants.tenants[Int(batch.tenant[0])]
        return .event(
            PreviewRow.Event(
                subject: subject, tenant: tenant, time: events.time[0], measurements: try measurements(of: batch)))
    }

    /// What the windows would add up, of one event alone.
    private func measurements(of batch: AttributedBatch) throws -> [PreviewRow.Measurement] {
        var deduplicator = Deduplicator()
        // Nor has a digest of it.
        var usage = UsageAccumulator(
            plan: stages.plan, tenants: stages.tenants.tenants, days: stages.days,
            identityKey: [UInt8](repeating: 0, count: 16))
        try usage.add(batch, deduplicator.admit(batch))
        let delta = usage.drain()
        return delta.entries.map { entry in
            let meter = delta.meters[Int(entry.meter)]
            return PreviewRow.Measurement(
                meter: meter.name, window: entry.window, dimensions: meter.dimensions, values: entry.dimensions,
                value: entry.aggregate.value(dividedBy: meter.divisor) ?? .zero)
        }
    }
}
