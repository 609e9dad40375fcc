/// What `odometer audit --against --format json` says, as far as the tests look at it.
struct ComparisonReport: Decodable {
    struct Event: Decodable {
        var difference: Int
        var seq: UInt64
        var value: String
        var position: String
        var record: String
    }

    struct Range: Decodable {
        var partition: String
        var sha256: String
        var state: String
    }

    struct Commit: Decodable {
        var seq: UInt64
        var events: Int
        var value: String?
        var ranges: [Range]
        var other_ranges: Int
    }

    struct Difference: Decodable {
        var line: Int?
        var meter: String
        var tenant: String
        var window_start: String?
        var window_end: String?
        var statement: String?
        var ledger: String
        var difference: String?
        var cause: String
        var commits: [Commit]?
    }

    var identical: Bool
    var lines: Int
    var agreeing: Int
    var differing: Int
    var differences: [Difference]
    var events: [Event]?
}
