import UsageModel

extension Meter {
    init(_ cursor: ConfigurationCursor, timeZone: String) throws(ConfigurationError) {
        let word = try cursor.required("aggregation")
        guard let aggregation = Aggregation(rawValue: try word.string()) else {
            throw word.error("the aggregation \(try word.string()) is not known")
        }
        let value = try Meter.value(cursor, aggregation)
        let window = try cursor.required("window").window()
        var isSession = false
        if case .session = window { isSession = true }
        if aggregation.isOfSamples, isSession {
            throw word.error(
                "\(aggregation.rawValue) goes on through time, which sessions do not; use windows such as 1h")
        }
        self.init(
            name: try cursor.required("name").string(),
            eventType: ByteString(try cursor.required("event_type").string()), aggregation: aggregation, value: value,
            groupBy: try cursor["group_by"]?.pointers() ?? [],
            key: try Meter.key(cursor["key"], aggregation, isSession: isSession),
            filter: try Meter.filter(cursor["filter"]), window: window)
        self.timeZone = timeZone
        if aggregation == .timeWeighted, case .hopping = window, cursor["hold"] == nil {
            throw word.error(
                "time_weighted in hopping windows needs hold, which says how long a value holds, such as 1h")
        }
        if let hold = cursor["hold"] {
            guard aggregation == .timeWeighted else { throw hold.error("only time_weighted has values that hold") }
            self.hold = try hold.duration().nanoseconds
        }
        if let limit = cursor["max_series"] { maximumSeries = try limit.count() }
    }

    private static func value(
        _ meter: ConfigurationCursor, _ aggregation: Aggregation
    ) throws(ConfigurationError) -> ValueExpression? {
        guard let value = meter["value"] else {
            if aggregation == .count { return nil }
            throw meter.error("the key \"value\" is missing, which the aggregation \(aggregation.rawValue) needs")
        }
        if aggregation == .count { throw value.error("a count takes no value") }
        let expression = try value.expression()
        if aggregation == .unique, !expression.isPlain || expression.divisor != .one {
            throw value.error(
                "unique counts the different values of one field; write a JSON Pointer such as /data/user")
        }
        return expression
    }

    /// A counter or a gauge is one thing's, so that without other words the subject tells them apart.
    private static func key(
        _ cursor: ConfigurationCursor?, _ aggregation: Aggregation, isSession: Bool
    ) throws(ConfigurationError) -> [JSONPointer] {
        guard let cursor else { return aggregation.isOfSamples ? [JSONPointer("/subject")].compactMap { $0 } : [] }
        guard aggregation.isOfSamples || isSession else {
            throw cursor.error("only increase, time_weighted and sessions have a key; use group_by")
        }
        return try cursor.pointers()
    }

    private static func filter(_ cursor: ConfigurationCursor?) throws(ConfigurationError) -> [Condition] {
        var conditions: [Condition] = []
        for (key, values) in cursor?.members ?? [] {
            guard let pointer = JSONPointer(key), !pointer.tokens.isEmpty else {
                throw values.error("\"\(key)\" is not a JSON Pointer; write it like /data/status")
            }
            var anyOf: [Match] = []
            for item in values.items { anyOf.append(try item.match()) }
            conditions.append(Condition(field: pointer, anyOf: anyOf))
        }
        return conditions
    }
}

extension ConfigurationCursor {
    /// A value that a filter lets pass.
    fileprivate func match() throws(ConfigurationError) -> Meter.Match {
        switch node.value {
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .string(let string): return .string(ByteString(string))
        case .number(let digits):
            guard let quantity = Quantity(digits) else {
                throw error("\(digits) is out of range or has more than \(Quantity.decimalPlaces) decimals")
            }
            return .number(quantity)
        case .list, .map:
            throw error("must be a string, a number, true, false or null")
        }
    }

    fileprivate func pointers() throws(ConfigurationError) -> [JSONPointer] {
        var pointers: [JSONPointer] = []
        for item in items { pointers.append(try item.pointer()) }
        return pointers
    }

    fileprivate func expression() throws(ConfigurationError) -> ValueExpression {
        let text: String
        switch node.value {
        case .number(let digits): text = digits
        default: text = try string()
        }
        do throws(ValueExpressionError) {
            return try ValueExpression(parsing: text)
        } catch {
            throw self.error("\"\(text)\": \(error)")
        }
    }

    fileprivate func count() throws(ConfigurationError) -> Int {
        guard case .number(let digits) = node.value, let count = Int(digits) else {
            throw error("must be a whole number")
        }
        return count
    }

    fileprivate func window() throws(ConfigurationError) -> WindowSpecification {
        guard case .map = node.value else { return .tumbling(size: try size(upTo: "a window is 1m to 1d")) }
        if let gap = self["session"] {
            if let other = self["hop"] ?? self["size"] { throw other.error("a session has no hop and no size") }
            let nanoseconds = try gap.duration().nanoseconds
            let week = Duration.seconds(7 * 86_400).nanoseconds
            guard nanoseconds >= Duration.seconds(1).nanoseconds, nanoseconds <= week else {
                throw gap.error("the gap between sessions is 1s to 7d")
            }
            return .session(gap: nanoseconds)
        }
        let hop = try required("hop").size(upTo: "a hop is 1m to 1d")
        let place = try required("size")
        let size = try place.duration().nanoseconds
        guard size >= hop, size % hop == 0 else { throw place.error("the size is a multiple of the hop") }
        guard size / hop <= 1_440 else { throw place.error("the size is at most 1440 hops") }
        return .hopping(hop: hop, size: size)
    }

    /// The size of windows side by side, in nanoseconds.
    private func size(upTo limits: String) throws(ConfigurationError) -> Int64 {
        let text = try string()
        let size = try duration().nanoseconds
        let day = Duration.seconds(86_400).nanoseconds
        guard size >= Duration.seconds(60).nanoseconds, size <= day else {
            throw error("\(limits), not \"\(text)\"")
        }
        guard day % size == 0 else { throw error("\"\(text)\" does not divide a day") }
        return size
    }
}
