/// What `odometer usage --format json` says.
struct UsageReport: Decodable {
    struct Row: Decodable, Equatable {
        /// The form of a whole total's start is the program's own matter.
        var windowStart: String?
        var tenant: String?
        var value: String
        var events: Int

        enum CodingKeys: String, CodingKey {
            case windowStart = "window_start"
            case tenant, value, events
        }
    }

    var meter: String
    var rows: [Row]
}
