/// The ways in which a generated record is broken, in turn.
enum Malformation: String, CaseIterable {
    /// The end of the record is missing.
    case truncated
    /// An attribute that every event must have is missing.
    case missingAttribute = "missing_attribute"
    /// The time is not a moment of the calendar.
    case badTime = "bad_time"
    /// A quantity has 13 decimals, one more than can be kept.
    case tooManyDecimals = "too_many_decimals"
    /// A byte that is in no UTF-8 text.
    case badEncoding = "bad_encoding"
    /// The line is not JSON at all.
    case notJSON = "not_json"
    /// The line is `{}`.
    case emptyObject = "empty_object"
}
