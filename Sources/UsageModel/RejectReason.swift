/// Why a record did not become usage. The raw value stands in the ledger; the name in commands' output.
public enum RejectReason: UInt8, Sendable, Hashable, CaseIterable {
    case malformedJSON = 1
    case tooLong = 2
    case tooDeep = 3
    case schema = 4
    case badTime = 5
    case badNumber = 6
    case badLine = 7
    case tooOld = 8
    case badEncoding = 9
    /// Not a rejection in the counts: the id was seen before with other content.
    case conflict = 10

    /// The name in JSON and tables, such as `malformed_json`.
    public var name: String {
        switch self {
        case .malformedJSON: "malformed_json"
        case .tooLong: "too_long"
        case .tooDeep: "too_deep"
        case .schema: "schema"
        case .badTime: "bad_time"
        case .badNumber: "bad_number"
        case .badLine: "bad_line"
        case .tooOld: "too_old"
        case .badEncoding: "bad_encoding"
        case .conflict: "conflict"
        }
    }
}
