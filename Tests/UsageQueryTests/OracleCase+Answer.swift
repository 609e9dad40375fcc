import UsageModel
import Windowing

/// The answer, worked out from a sorted list of all events: no tables, no merging, no 256 bits; windows are looked for by
/// going through time.
extension OracleCase {
    /// A whole number of ten-thousandths over a divisor.
    private struct Amount {
        var number: Int128
        var divisor: Int128 = 1

        /// With up to 12 decimals, half to even, by long division.
        var text: String {
            let tenth = Int128(100_000_000)
            let whole = number.magnitude * tenth.magnitude
            var (quotient, remainder) = whole.quotientAndRemainder(dividingBy: divisor.magnitude)
            let twice = remainder * 2
            if twice > divisor.magnitude || twice == divisor.magnitude && quotient % 2 == 1 { quotient += 1 }
            remainder = quotient % 1_000_000_000_000
            var digits = String(String(1_000_000_000_000 + remainder).dropFirst())
            while digits.last == "0" { digits.removeLast() }
            let sign = number < 0 && quotient != 0 ? "-" : ""
            return sign + String(quotient / 1_000_000_000_000) + (digits.isEmpty ? "" : "." + digits)
        }
    }

    private struct Place: Hashable {
        var start: Int
        var end: Int
        var tenant: String
        var region: String
    }

    private struct Held {
        var events: [OracleEvent] = []
        var growth: Int128 = 0
        /// Of values in ten-thousandths times minutes.
        var integral: Int128 = 0
    }

    private var isSession: Bool {
        if case .session = meter.window { true } else { false }
    }

    /// The size of a pane in seconds.
    private var pane: Int {
        guard case .tumbling(let size) = meter.window.pane else { return 0 }
        return Int(size / 1_000_000_000)
    }

    private func number(_ event: OracleEvent) -> Int128 {
        let v = Int128(event.v ?? 0)
        switch value {
        case .plain: return v * 100
        case .product: return v * Int128(event.w)
        case .scaled: return v * 100 + 30_000
        }
    }

    private var divisor: Int128 { meter.aggregation != .count && value == .scaled ? 7 : 1 }

    /// Rows as ``UsageOracleTests`` writes them, in order.
    func expected() -> [String] {
        let measured = events.filter { event in
            switch meter.aggregation {
            case .count: true
            case .unique: event.user != nil
            default: event.v != nil
            }
        }.sorted { ($0.second, $0.id) < ($1.second, $1.id) }
        var held: [Place: Held] = [:]
        if isSession { addSessions(measured, &held) } else { addPanes(measured, &held) }
        return rows(held)
    }

    private func name(_ event: OracleEvent) -> String {
        event.tenant.map { Self.tenants[$0].description } ?? "unmapped:" + event.subject
    }

    private func region(_ event: OracleEvent) -> String { event.region ?? "nil" }

    /// All that tells a series of readings apart.
    private func series(_ event: OracleEvent) -> String {
        "\(name(event))/\(meter.groupBy.isEmpty ? "" : region(event))/\(event.subject)"
    }

    private func isAsked(_ start: Int) -> Bool {
        (from.map { start >= $0 } ?? true) && (to.map { start < $0 } ?? true)
    }

    /// The windows of the answer that a pane or a session counts in, as far as they were asked for.
    private func windows(_ start: Int, _ end: Int) -> [(Int, Int)] {
        if let unit { return isAsked(start) ? [grid(start, unit)] : [] }
        guard case .hopping(let hop, let size) = meter.window else { return isAsked(start) ? [(start, end)] : [] }
        let (step, length) = (Int(hop / 1_000_000_000), Int(size / 1_000_000_000))
        return stride(from: start - length + step, through: start, by: step).filter(isAsked).map { ($0, $0 + length) }
    }

    private func grid(_ second: Int, _ unit: WindowGrid.Unit) -> (Int, Int) {
        switch unit {
        case .minute: return (second / 60 * 60, second / 60 * 60 + 60)
        case .hour: return (second / 3_600 * 3_600, second / 3_600 * 3_600 + 3_600)
        case .day: return (second / 86_400 * 86_400, second / 86_400 * 86_400 + 86_400)
        case .total: return (0, 0)
        case .month:
            var start = Self.start
            for days in [31, 30, 31, 30, 31] {
                if second < start + days * 86_400 { return (start, start + days * 86_400) }
                start += days * 86_400
            }
            preconditionFailure("the case is not that long")
        }
    }

    private func add(_ events: [OracleEvent], _ start: Int, _ end: Int, _ held: inout [Place: Held]) {
        for (start, end) in windows(start, end) {
            for event in events {
                held[place(start, end, event), default: Held()].events.append(event)
            }
        }
    }

    private func place(_ start: Int, _ end: Int, _ event: OracleEvent) -> Place {
        Place(
            start: start, end: end, tenant: byTenant ? name(event) : "-", region: byRegion ? region(event) : "")
    }

    private func addSessions(_ events: [OracleEvent], _ held: inout [Place: Held]) {
        guard case .session(let nanoseconds) = meter.window else { return }
        let gap = Int(nanoseconds / 1_000_000_000)
        let groups = Dictionary(grouping: events) { "\(name($0))/\(meter.groupBy.isEmpty ? "" : region($0))" }
        for group in groups.values {
            var session: [OracleEvent] = []
            for event in group {
                if let last = session.last, event.second - last.second >= gap {
                    add(session, Self.start + session[0].second, Self.start + last.second + gap, &held)
                    session = []
                }
                session.append(event)
            }
            if let last = session.last {
                add(session, Self.start + session[0].second, Self.start + last.second + gap, &held)
            }
        }
    }

    private func addPanes(_ events: [OracleEvent], _ held: inout [Place: Held]) {
        for event in events {
            let start = (Self.start + event.second) / pane * pane
            add([event], start, start + pane, &held)
        }
        guard meter.aggregation.isOfSamples else { return }
        for group in Dictionary(grouping: events, by: series).values {
            if meter.aggregation == .increase { addGrowth(group, &held) } else { addIntegral(group, &held) }
        }
    }

    private func addGrowth(_ events: [OracleEvent], _ held: inout [Place: Held]) {
        for (last, event) in zip(events, events.dropFirst()) {
            let start = (Self.start + event.second) / pane * pane
            let step = number(event) < number(last) ? number(event) : number(event) - number(last)
            for (start, end) in windows(start, start + pane) {
                held[place(start, end, event), default: Held()].growth += step
            }
        }
    }

    /// Minute by minute.
    private func addIntegral(_ events: [OracleEvent], _ held: inout [Place: Held]) {
        // Up to the end of the pane with the latest event of all, as nobody knows what comes then.
        let last = self.events.map(\.second).max() ?? 0
        let end = (Self.start + last) / pane * pane + pane
        var next = 0
        for minute in stride(from: Self.start + events[0].second, to: end, by: 60) {
            while next < events.count, Self.start + events[next].second <= minute { next += 1 }
            let event = events[next - 1]
            let start = minute / pane * pane
            if let hold = meter.hold {
                if minute >= Self.start + event.second + Int(hold / 1_000_000_000) { continue }
            } else if Self.start + event.second < start {
                let isNear = Self.start + event.second >= start - pane
                let isHeardOf = next < events.count && Self.start + events[next].second < start + pane
                if !isNear || !isHeardOf { continue }
            }
            for (start, end) in windows(start, start + pane) {
                held[place(start, end, event), default: Held()].integral += number(event)
            }
        }
    }

    private func rows(_ held: [Place: Held]) -> [String] {
        let order = held.keys.sorted { left, right in
            if (left.start, left.end) != (right.start, right.end) {
                return (left.start, left.end) < (right.start, right.end)
            }
            if left.tenant != right.tenant { return ByteString(left.tenant) < ByteString(right.tenant) }
            // What is absent comes first.
            return (left.region == "nil" ? "" : left.region) < (right.region == "nil" ? "" : right.region)
        }
        return order.compactMap { place in
            guard let held = held[place] else { return nil }
            let window = unit == .total ? "total" : "\(place.start) \(place.end)"
            return "\(window) \(place.tenant) \(place.region) \(amount(held).text) \(held.events.count)"
        }
    }

    private func amount(_ held: Held) -> Amount {
        let numbers = held.events.map(number)
        let one: Int128 = 10_000
        switch meter.aggregation {
        case .count: return Amount(number: Int128(held.events.count) * one)
        case .sum: return Amount(number: numbers.reduce(0, +), divisor: divisor)
        case .avg: return Amount(number: numbers.reduce(0, +), divisor: divisor * Int128(numbers.count))
        case .min: return Amount(number: numbers.min() ?? 0, divisor: divisor)
        case .max: return Amount(number: numbers.max() ?? 0, divisor: divisor)
        case .unique: return Amount(number: Int128(Set(held.events.map(\.user)).count) * one)
        case .latest:
            let latest = held.events.max { ($0.second, $0.id) < ($1.second, $1.id) }
            return Amount(number: latest.map(number) ?? 0, divisor: divisor)
        case .increase: return Amount(number: held.growth, divisor: divisor)
        case .timeWeighted: return Amount(number: held.integral, divisor: 60 * divisor)
        }
    }
}
