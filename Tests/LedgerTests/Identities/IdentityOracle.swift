import UsageModel
import Windowing

/// What becomes of events, worked out by looking at every accepted event each time.
struct IdentityOracle {
    private var accepted: [EventIdentity] = []

    /// - Parameter firstHour: from there on any hour counts; before it, only the event's own.
    mutating func take(_ event: EventIdentity, firstHour: Int64, prunedBefore: Int64) -> Admission.Outcome {
        if Int64(event.hour) < prunedBefore { return .tooOld }
        let same = accepted.filter { $0.identity == event.identity }
        if let own = same.first(where: { $0.hour == event.hour }) {
            return own.content == event.content ? .duplicate : .conflict
        }
        let others = same.filter { Int64($0.hour) >= max(firstHour, prunedBefore) }
        if others.contains(where: { $0.content == event.content }) { return .duplicate }
        if !others.isEmpty { return .conflict }
        accepted.append(event)
        return .accepted
    }

    var count: Int { accepted.count }
}
