import UsageModel

@testable import SchemaValidation

/// Batches for tests, as a reader would cut them.
enum Batches {
    static let key = Array(UInt8(0)..<16)
    static let partition = Partition(source: "web", id: "1:2:3", descriptor: [])

    /// Lines with a line feed after each; empty ones are no records.
    static func lines(_ lines: [[UInt8]], at position: UInt64 = 0, end: [UInt8] = [0x0A]) -> RecordBatch {
        var bytes: [UInt8] = []
        var records: [RecordBatch.Record] = []
        for line in lines {
            if !line.isEmpty {
                records.append(.init(start: UInt32(bytes.count), length: UInt32(line.count)))
            }
            bytes += line + end
        }
        let range = PositionRange(start: .byte(position), end: .byte(position + UInt64(bytes.count)))
        bytes += [UInt8](repeating: 0, count: RecordBatch.padding)
        return RecordBatch(partition: partition, range: range, bytes: bytes, records: records)
    }

    static func decode(
        _ lines: [String], format: RecordFormat = .cloudEvents, meters: [Meter] = [],
        schemas: SchemaSet = SchemaSet(), header: String = ""
    ) -> EventBatch {
        var decoder = RecordDecoder(
            format: format, plan: ExtractionPlan(meters: meters), identityKey: key, schemas: schemas)
        var batch = Batches.lines(lines.map { Array($0.utf8) })
        batch.header = Array(header.utf8)
        return decoder.decode(batch, digest: .none)
    }
}

extension EventBatch {
    func text(_ slice: ByteSlice) -> String { String(decoding: bytes(of: slice), as: UTF8.self) }

    /// A row in words, whose parts can be compared across batches.
    func row(_ index: Int, fields fieldCount: Int, values valueCount: Int) -> String {
        let first = Int(firstField[index])
        let fields = fields[first..<first + fieldCount].map { "\($0.kind) \(text($0.slice))" }
        let values = values[Int(firstValue[index])..<Int(firstValue[index]) + valueCount].map {
            $0?.description ?? "none"
        }
        return
            "\(time[index]) \(type[index]) \(text(subject[index])) \(identity[index]) \(content[index]) \(fields) \(values)"
    }

    /// The fields of a row as text; `nil` where one is absent.
    func texts(of row: Int, count: Int) -> [String?] {
        fields[Int(firstField[row])..<Int(firstField[row]) + count].map { $0.kind == .absent ? nil : text($0.slice) }
    }

    func rejection(of record: Int) -> Rejection? { rejections.first { $0.record == UInt32(record) } }
}

extension JSONPointer {
    /// A pointer that the test knows to be one.
    static func known(_ text: String) -> JSONPointer {
        guard let pointer = JSONPointer(text) else { preconditionFailure("not a JSON Pointer: \(text)") }
        return pointer
    }
}

extension Meter {
    static func sum(of value: String, type: ByteString = "api.request", by fields: [String] = []) -> Meter {
        Meter(
            name: "m", eventType: type, aggregation: .sum, value: ValueExpression(.known(value)),
            groupBy: fields.map(JSONPointer.known),
            window: .tumbling(size: 3_600_000_000_000))
    }
}
