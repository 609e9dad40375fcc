@testable import SchemaValidation

/// A JSON value as a plain tree, for the slow evaluator that the fast one is compared with.
indirect enum PlainValue: Equatable {
    case null
    case boolean(Bool)
    /// Thousandths: enough for what the generator writes.
    case number(Int)
    case string(String)
    case array([PlainValue])
    case object([String: PlainValue])

    /// Reads a value of a document whose numbers have at most three decimals and no exponent.
    init(_ document: JSONDocument, _ value: Int) {
        switch document.kind(value) {
        case .null: self = .null
        case .true: self = .boolean(true)
        case .false: self = .boolean(false)
        case .number:
            let parts = String(decoding: document.text(value), as: UTF8.self).split(separator: ".")
            let whole = (Int(parts[0]) ?? 0) * 1_000
            let digits = parts.count > 1 ? (String(parts[1]) + "000").prefix(3) : "0"
            let fraction = Int(digits) ?? 0
            self = .number(parts[0].hasPrefix("-") ? whole - fraction : whole + fraction)
        case .string: self = .string(String(decoding: document.string(value), as: UTF8.self))
        case .array: self = .array(document.elements(value).map { PlainValue(document, $0) })
        case .object:
            self = .object(
                Dictionary(
                    document.members(value).map {
                        (String(decoding: $0.name, as: UTF8.self), PlainValue(document, $0.value))
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    var typeNames: [String] {
        switch self {
        case .null: ["null"]
        case .boolean: ["boolean"]
        case .number(let thousandths): thousandths % 1_000 == 0 ? ["number", "integer"] : ["number"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
    }

    var elements: [PlainValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    var members: [String: PlainValue]? {
        if case .object(let members) = self { return members }
        return nil
    }

    subscript(key: String) -> PlainValue? { members?[key] }

    var count: Int? {
        if case .number(let thousandths) = self { return thousandths / 1_000 }
        return nil
    }
}
