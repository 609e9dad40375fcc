import UsageModel

/// The values of a meter's dimensions beside their names; `nil` where the events had none.
struct Dimensions {
    var names: [String]
    var values: [ByteString?]

    var json: JSONValue {
        .object(zip(names, values).map { JSONValue.Member($0, $1.map { .text($0) } ?? .null) })
    }

    /// For a person, on one line.
    var text: String {
        zip(names, values).map { "\($0)=\($1?.description ?? "")" }.joined(separator: " ")
    }
}
