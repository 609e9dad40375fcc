import UsageModel

/// What a window of a series comes to, as it is shown.
enum UsageValue {
    /// There is no usage.
    case none
    case value(Quantity)
    case outOfRange

    /// - Parameter aggregate: `nil` where there is no usage: then what counts or adds up is 0, and the rest is nothing.
    init(_ aggregate: Aggregate?, _ meter: UsageDelta.MeterHeader) {
        switch (aggregate, meter.aggregation) {
        case (nil, .count), (nil, .sum), (nil, .unique): self = .value(.zero)
        case (nil, _): self = .none
        case (let aggregate?, _): self = aggregate.value(dividedBy: meter.divisor).map { .value($0) } ?? .outOfRange
        }
    }

    var text: String {
        switch self {
        case .none: "\u{2013}"
        case .value(let value): value.description
        case .outOfRange: "out of range"
        }
    }

    /// What another one has more, with its sign; a dash where one of them is no number.
    func change(to other: UsageValue) -> String {
        guard case .value(let before) = self, case .value(let after) = other,
            let change = after.subtracting(before)
        else { return "\u{2013}" }
        return (change > .zero ? "+" : "") + change.description
    }
}
