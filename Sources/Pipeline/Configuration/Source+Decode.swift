import SchemaValidation
import UsageModel

extension Source {
    init(_ cursor: ConfigurationCursor, directory: String) throws(ConfigurationError) {
        name = try cursor.required("name").string()
        for kind in ["s3", "kinesis"] {
            if let place = cursor[kind] { throw place.error("a source of this kind is not supported by this version") }
        }
        let files = try cursor.required("files")
        self.files = FilePatterns(
            directory: directory, include: try Source.patterns(files.required("include")),
            exclude: try files["exclude"].map(Source.patterns) ?? [])
        format = try Source.format(cursor)
        do throws(SourceError) {
            // Making a reader reads nothing, but it reads the patterns.
            _ = try reader(resume: [], batchBytes: 1 << 20)
        } catch {
            throw files.error(error.message)
        }
    }

    private static func patterns(_ cursor: ConfigurationCursor) throws(ConfigurationError) -> [String] {
        var patterns: [String] = []
        for item in cursor.items { patterns.append(try item.string()) }
        return patterns
    }

    private static func format(_ cursor: ConfigurationCursor) throws(ConfigurationError) -> RecordFormat {
        let event = cursor["event"]
        switch try cursor["format"]?.string() ?? "cloudevents" {
        case "cloudevents":
            if let event { throw event.error("a source of format cloudevents has its events already") }
            return .cloudEvents
        case "combined":
            guard let event else {
                throw cursor.error("the key \"event\" is missing, which every format but cloudevents needs")
            }
            return .combined(try EventMapping(event))
        case let other:
            throw (cursor["format"] ?? cursor).error("the format \(other) is not supported by this version")
        }
    }
}

extension EventMapping {
    fileprivate init(_ cursor: ConfigurationCursor) throws(ConfigurationError) {
        self.init(type: try cursor.required("type").part(), subject: try cursor.required("subject").part())
        if let time = cursor["time"] { self.time = try time.field() }
        if let id = cursor["id"] { self.id = try id.identity() }
    }
}

extension ConfigurationCursor {
    /// A constant or a field.
    fileprivate func part() throws(ConfigurationError) -> EventMapping.Part {
        if case .string(let constant) = node.value { return .constant(ByteString(constant)) }
        return .field(try field())
    }

    fileprivate func identity() throws(ConfigurationError) -> EventMapping.Identity {
        if case .string(let word) = node.value {
            guard word == "position" else { throw error("must be position or {field: …}, is \"\(word)\"") }
            return .position
        }
        return .field(try field())
    }

    /// A field of the Combined Log Format.
    fileprivate func field() throws(ConfigurationError) -> CombinedField {
        let name = try required("field").string()
        guard let field = CombinedField(rawValue: name) else {
            let known = CombinedField.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("the format combined has no field \"\(name)\"; it has \(known)")
        }
        return field
    }
}
