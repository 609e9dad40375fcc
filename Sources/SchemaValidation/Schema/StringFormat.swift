/// The values of `format` that are asserted; every other one is an annotation.
enum StringFormat: UInt8, CaseIterable {
    case dateTime, date, time, email, uri, uuid, ipv4, ipv6

    /// The name in a schema.
    var name: String {
        switch self {
        case .dateTime: "date-time"
        case .date: "date"
        case .time: "time"
        case .email: "email"
        case .uri: "uri"
        case .uuid: "uuid"
        case .ipv4: "ipv4"
        case .ipv6: "ipv6"
        }
    }

    init?(name: [UInt8]) {
        guard let format = StringFormat.allCases.first(where: { Array($0.name.utf8) == name }) else { return nil }
        self = format
    }

    /// Whether the bytes have this format. O(length), no allocation.
    func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let scanner = unsafe FormatScanner(text)
        return switch self {
        case .dateTime: scanner.isDateTime
        case .date: scanner.count == 10 && scanner.isDate(at: 0)
        case .time: scanner.isTime(from: 0)
        case .email: scanner.isEmail
        case .uri: scanner.isURI
        case .uuid: scanner.isUUID
        case .ipv4: scanner.isIPv4(0..<scanner.count)
        case .ipv6: scanner.isIPv6(0..<scanner.count)
        }
    }
}
