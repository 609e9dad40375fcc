public import UsageModel

/// What the rows of usage are told apart by, besides the window.
public struct UsageGroup: Sendable, Hashable {
    public var byTenant: Bool
    /// JSON Pointers of the meter's dimensions, in the order of the output.
    public var dimensions: [String]

    /// Reads `tenant,/data/region`; nothing or `none` is one row a window over all.
    /// - Throws: for a dimension that the meter does not have.
    public init(_ text: String, of meter: Meter) throws(UsageQuestionError) {
        byTenant = false
        dimensions = []
        let known = meter.dimensions.map(\.text)
        let names = text.split(separator: ",").map { String($0.trimmingPrefix { $0 == " " }) }
        for name in names where names != ["none"] {
            if name == "tenant" {
                byTenant = true
            } else if !known.contains(name) {
                throw UsageQuestionError(
                    "meter \(meter.name) has no dimension \(name); it has \((["tenant"] + known).joined(separator: ", "))"
                )
            } else if !dimensions.contains(name) {
                dimensions.append(name)
            }
        }
    }
}
