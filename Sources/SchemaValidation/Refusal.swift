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

extension Refusal {
    /// Of an event that is of the future, as far as the clock and the limit say.
    init(future time: Timestamp, _ limit: Timestamp) {
        self.init(.badTime, "time \(time) is of the future: at \(limit) or later, which is as far as `future` allows")
    }
}
