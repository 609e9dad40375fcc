public import UsageModel

/// A field of the Combined Log Format, by the name that configurations use.
public enum CombinedField: String, Sendable, Hashable, CaseIterable {
    case remoteHost = "remote_host"
    case ident
    case user
    case time
    case method
    case path
    case `protocol`
    case status
    case bytes
    case referer
    case userAgent = "user_agent"

    /// Its place in a line's row of fields.
    var index: Int {
        switch self {
        case .remoteHost: 0
        case .ident: 1
        case .user: 2
        case .time: 3
        case .method: 4
        case .path: 5
        case .protocol: 6
        case .status: 7
        case .bytes: 8
        case .referer: 9
        case .userAgent: 10
        }
    }

    /// Whether it is, or is a part of, a field between quotes.
    var isQuoted: Bool {
        switch self {
        case .method, .path, .protocol, .referer, .userAgent: true
        default: false
        }
    }

    /// The field that a meter's pointer means: `/data/<name>`; `nil` when there is no such field.
    public init?(pointer: JSONPointer) {
        guard pointer.tokens.count == 2, pointer.tokens[0] == "data",
            let field = CombinedField.allCases.first(where: { ByteString($0.rawValue) == pointer.tokens[1] })
        else { return nil }
        self = field
    }
}
