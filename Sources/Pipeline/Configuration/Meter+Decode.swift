import UsageModel

extension Meter {
    init(_ cursor: ConfigurationCursor) throws(ConfigurationError) {
        let word = try cursor.required("aggregation")
        guard let aggregation = Aggregation(rawValue: try word.string()) else {
            throw word.error("the aggregation \(try word.string()) is not supported by this version")
        }
        let value = cursor["value"]
        if aggregation == .count {
            if let value { throw value.error("a count takes no value") }
        } else if value == nil {
            throw cursor.error("the key \"value\" is missing, which the aggregation \(aggregation.rawValue) needs")
        }
        var groupBy: [JSONPointer] = []
        for item in cursor["group_by"]?.items ?? [] { groupBy.append(try item.pointer()) }
        self.init(
            name: try cursor.required("name").string(),
            eventType: ByteString(try cursor.required("event_type").string()), aggregation: aggregation,
            value: try value?.pointer(), groupBy: groupBy, filter: try Meter.filter(cursor["filter"]),
            window: try cursor.required("window").window())
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

    fileprivate func window() throws(ConfigurationError) -> WindowSpecification {
        if case .map(let members) = node.value {
            throw error("windows with \(members.first?.key ?? "keys") are not supported by this version")
        }
        let text = try string()
        let size = try duration().nanoseconds
        let day = Duration.seconds(86_400).nanoseconds
        guard size >= Duration.seconds(60).nanoseconds, size <= day else {
            throw error("a window is 1m to 1d, not \"\(text)\"")
        }
        guard day % size == 0 else { throw error("\"\(text)\" does not divide a day") }
        return .tumbling(size: size)
    }
}
