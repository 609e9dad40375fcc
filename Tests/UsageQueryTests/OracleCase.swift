import TenantMapping
import UsageModel
import Windowing

@testable import UsageQuery

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// An event as the oracle sees it: small whole numbers.
struct OracleEvent {
    var id: Int
    /// Minutes since the case's beginning, and seconds within.
    var second: Int
    var subject: String
    /// `nil` for an unmapped subject.
    var tenant: Int?
    var region: String?
    /// In hundredths; `nil` where the event has no value.
    var v: Int?
    var w: Int
    var user: String?
}

/// A random meter, random events, and a random question about them.
struct OracleCase {
    static let start = 1_772_323_200  // 2026-03-01T00:00:00Z
    static let minute: Int64 = 60_000_000_000
    static let tenants: [ByteString] = ["zeta", "acme"]

    enum Value: Int { case plain, product, scaled }

    var meter: Meter
    var value: Value
    var unit: WindowGrid.Unit?
    var byTenant: Bool
    var byRegion: Bool
    /// Seconds since 1970.
    var from: Int?
    var to: Int?
    var events: [OracleEvent]

    init(_ random: inout SplitMix) {
        let aggregation = Meter.Aggregation.allCases[random.below(Meter.Aggregation.allCases.count)]
        value = Value(rawValue: aggregation == .unique ? 0 : random.below(3)) ?? .plain
        var windows: [WindowSpecification] = [
            .tumbling(size: Self.minute), .tumbling(size: 15 * Self.minute), .tumbling(size: 60 * Self.minute),
            .tumbling(size: 1_440 * Self.minute), .hopping(hop: 15 * Self.minute, size: 60 * Self.minute),
        ]
        if !aggregation.isOfSamples { windows += [.session(gap: 10 * Self.minute), .session(gap: 45 * Self.minute)] }
        let isGrouped = random.below(2) == 0
        let window = windows[random.below(windows.count)]
        meter = Meter(
            name: "m", eventType: "t", aggregation: aggregation, value: Self.expression(aggregation, value),
            groupBy: isGrouped ? [Self.pointer("/data/region")] : [],
            key: aggregation.isOfSamples ? [Self.pointer("/subject")] : [], window: window)
        var isHopping = false
        if case .hopping = window { isHopping = true }
        if aggregation == .timeWeighted, isHopping || random.below(2) == 0 {
            meter.hold = Int64(random.below(90) + 1) * Self.minute
        }
        unit = [nil, .minute, .hour, .day, .month, .total][random.below(6)]
        if case .tumbling(let size) = window.pane {
            if unit == .minute, size > Self.minute { unit = nil }
            if unit == .hour, size > 60 * Self.minute { unit = nil }
        }
        byTenant = random.below(3) > 0
        byRegion = isGrouped && random.below(2) == 0
        // Days apart now and then, so that months end.
        let span = [30, 300, 3_000, 60_000][random.below(4)]
        let count = random.below(40) + 1
        events = (0..<count).map { id in
            OracleEvent(
                id: id, second: random.below(span) * 60 + (aggregation == .timeWeighted ? 0 : random.below(2) * 17),
                subject: ["u", "x", "\u{E9}"][random.below(3)], tenant: [0, 1, nil][random.below(3)],
                region: ["eu", "us", nil][random.below(3)], v: random.below(6) == 0 ? nil : random.below(2_000) - 200,
                w: random.below(500), user: ["a", "b", "c", "d", nil][random.below(5)])
        }
        if random.below(3) == 0 { from = Self.start + random.below(span) * 60 }
        if random.below(3) == 0 { to = (from ?? Self.start) + (random.below(span) + 1) * 60 }
    }

    static func pointer(_ text: String) -> JSONPointer {
        guard let pointer = JSONPointer(text) else { preconditionFailure("\(text) is a JSON Pointer") }
        return pointer
    }

    private static func expression(_ aggregation: Meter.Aggregation, _ value: Value) -> ValueExpression? {
        if aggregation == .count { return nil }
        if aggregation == .unique { return ValueExpression(pointer("/data/user")) }
        let text = [.plain: "/data/v", .product: "/data/v * /data/w", .scaled: "(v + 3) / 7"][value] ?? ""
        guard let expression = try? ValueExpression(parsing: text) else { preconditionFailure("\(text) can be read") }
        return expression
    }

    /// The question, in words of the program.
    func question() throws -> UsageQuestion {
        let group = [byTenant ? "tenant" : nil, byRegion ? "/data/region" : nil].compactMap { $0 }.joined(
            separator: ",")
        var question = UsageQuestion(
            meter: meter, window: try UsageWindow(unit, of: meter), group: try UsageGroup(group, of: meter),
            days: LocalDays())
        question.from = from.flatMap { Timestamp(seconds: Int64($0)) }
        question.to = to.flatMap { Timestamp(seconds: Int64($0)) }
        return question
    }
}
