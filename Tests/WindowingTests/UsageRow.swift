import UsageModel
import Windowing

/// One event as the tests write it; rows are turned into the columns of a batch.
struct UsageRow: Sendable {
    enum Value: Sendable, Hashable {
        case absent
        case bool(Bool)
        case number(String)
        case string([UInt8])
        case composite(String)
        case text(String)

        static func string(_ text: String) -> Value { .string(Array(text.utf8)) }

        var kind: Field.Kind {
            switch self {
            case .absent: .absent
            case .bool: .bool
            case .number: .number
            case .string: .string
            case .composite: .composite
            case .text: .text
            }
        }

        var bytes: [UInt8] {
            switch self {
            case .absent: []
            case .bool(let bool): Array((bool ? "true" : "false").utf8)
            case .number(let text), .composite(let text), .text(let text): Array(text.utf8)
            case .string(let bytes): bytes
            }
        }
    }

    var type: UInt16 = 0
    var time: Int64 = 0
    var subject: [UInt8] = Array("s".utf8)
    /// `nil` for an unmapped subject.
    var tenant: UInt32? = 0
    var identity = Digest128(high: 0, low: 0)
    var content: UInt64 = 0
    var fields: [Value] = []
    var values: [Quantity?] = []
}

extension UsageAccumulator {
    /// With a key that is no secret.
    init(plan: ExtractionPlan, tenants: [ByteString], days: LocalDays) {
        self.init(plan: plan, tenants: tenants, days: days, identityKey: [UInt8](repeating: 7, count: 16))
    }
}

extension AttributedBatch {
    /// The columns of the rows. Every third text goes to the unescaped text, so that both places are read.
    init(_ rows: [UsageRow], partition: String = "p", reachesEnd: Bool = false, rejections: Int = 0) {
        var slab: [UInt8] = []
        var text: [UInt8] = []
        var written = 0
        func place(_ bytes: [UInt8]) -> ByteSlice {
            written += 1
            let isUnescaped = written % 3 == 0
            defer { if isUnescaped { text += bytes } else { slab += bytes } }
            return ByteSlice(
                offset: isUnescaped ? text.count : slab.count, length: bytes.count, isUnescaped: isUnescaped)
        }
        let subjects = rows.map { place($0.subject) }
        let fields = rows.flatMap { $0.fields.map { Field(slice: place($0.bytes), kind: $0.kind) } }
        var events = EventBatch(
            records: RecordBatch(
                partition: Partition(source: "test", id: ByteString(partition), descriptor: []),
                range: PositionRange(start: .byte(0), end: .byte(UInt64(slab.count))),
                bytes: slab + [UInt8](repeating: 0, count: RecordBatch.padding), records: [], reachesEnd: reachesEnd),
            digest: .none)
        events.record = rows.indices.map { UInt32($0) }
        events.time = rows.map { Timestamp(nanoseconds: $0.time) }
        events.type = rows.map(\.type)
        events.subject = subjects
        events.identity = rows.map(\.identity)
        events.content = rows.map(\.content)
        events.fields = fields
        events.text = text
        var nextField = 0
        for row in rows {
            events.firstField.append(UInt32(nextField))
            events.firstValue.append(UInt32(events.values.count))
            events.values += row.values
            nextField += row.fields.count
        }
        events.rejections = (0..<rejections).map {
            EventBatch.Rejection(record: UInt32($0), reason: .schema, detail: "")
        }
        self.init(events: events, tenant: rows.map { $0.tenant ?? AttributedBatch.unmapped })
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
