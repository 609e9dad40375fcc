/// A field of the Combined Log Format, and but for the last two of the common one, by the name that configurations use.
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

    /// The fields of the Common Log Format.
    public static let common = allCases.filter { $0 != .referer && $0 != .userAgent }
}
