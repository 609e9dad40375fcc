import UsageModel

/// Why one record does not become a row.
struct Refusal: Error {
    var reason: RejectReason
    var detail: String

    init(_ reason: RejectReason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    init(_ fault: JSONFault) {
        switch fault {
        case .malformed: reason = .malformedJSON
        case .tooDeep: reason = .tooDeep
        case .badEncoding: reason = .badEncoding
        }
        detail = fault.description
    }
}
