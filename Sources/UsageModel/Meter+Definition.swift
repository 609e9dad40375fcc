extension Meter {
    /// All that decides which usage the meter measures, as one line of JSON: another definition is another version of the
    /// meter. Its name, and what only protects it, are not in it.
    public var definition: String {
        var members = [
            ("event_type", Meter.quoted(eventType.bytes)), ("aggregation", Meter.quoted(aggregation.rawValue)),
        ]
        if let value { members.append(("value", Meter.quoted(value.description))) }
        if !dimensions.isEmpty { members.append(("dimensions", Meter.list(dimensions.map { Meter.quoted($0.text) }))) }
        if !filter.isEmpty {
            let conditions = filter.map {
                "\(Meter.quoted($0.field.text)):\(Meter.list($0.anyOf.map(Meter.text).sorted()))"
            }
            members.append(("filter", "{\(conditions.sorted().joined(separator: ","))}"))
        }
        members.append(("window", Meter.text(window)))
        if timeZone != "UTC" { members.append(("time_zone", Meter.quoted(timeZone))) }
        if let hold { members.append(("hold", "\(hold)")) }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// What the ledger says of the meter beside its usage.
    public var header: UsageDelta.MeterHeader {
        var isSession = false
        if case .session = window { isSession = true }
        return UsageDelta.MeterHeader(
            name: name, aggregation: aggregation, dimensions: dimensions.map(\.text), divisor: value?.divisor ?? .one,
            isSession: isSession, hold: hold, definition: definition)
    }

    private static func text(_ window: WindowSpecification) -> String {
        switch window {
        case .tumbling(let size): "\(size)"
        case .hopping(let hop, let size): "{\"hop\":\(hop),\"size\":\(size)}"
        case .session(let gap): "{\"session\":\(gap)}"
        }
    }

    private static func text(_ match: Match) -> String {
        switch match {
        case .string(let string): quoted(string.bytes)
        case .number(let number): number.description
        case .bool(let bool): bool ? "true" : "false"
        case .null: "null"
        }
    }

    private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

    private static func quoted(_ text: String) -> String { quoted(Array(text.utf8)) }

    /// A JSON string (RFC 8259, section 7) with no more escapes than it needs.
    private static func quoted(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = [0x22]
        for byte in bytes {
            switch byte {
            case 0x22, 0x5C: text += [0x5C, byte]
            case 0..<0x20: text += "\\u00\(Hexadecimal.text([byte]))".utf8
            default: text.append(byte)
            }
        }
        return String(decoding: text + [0x22], as: UTF8.self)
    }
}
