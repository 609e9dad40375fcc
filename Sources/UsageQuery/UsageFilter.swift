public import UsageModel

/// Which values of a dimension are counted.
public struct UsageFilter: Sendable, Hashable {
    /// The JSON Pointer of the dimension.
    public var dimension: String
    /// One of these; `nil` is an event that has none.
    public var values: Set<ByteString?>

    /// Reads `/data/region=eu-west-1`, several values between commas; nothing behind `=` means events without a value.
    /// - Throws: for a text of another form, and a dimension that the meter does not have.
    public init(_ text: String, of meter: Meter) throws(UsageQuestionError) {
        guard let equals = text.firstIndex(of: "=") else {
            throw UsageQuestionError("\"\(text)\" is no filter; write it like /data/region=eu-west-1")
        }
        dimension = String(text[..<equals])
        let known = meter.dimensions.map(\.text)
        if !known.contains(dimension) {
            throw UsageQuestionError(
                "meter \(meter.name) has no dimension \(dimension) to filter by; "
                    + (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"))
        }
        let parts = text[text.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false)
        values = Set(parts.map { $0.isEmpty ? nil : ByteString(String($0)) })
    }
}
