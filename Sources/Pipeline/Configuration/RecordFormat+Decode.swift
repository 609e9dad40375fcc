import SchemaValidation
import UsageModel

extension RecordFormat {
    /// The format of a source's block.
    init(_ source: ConfigurationCursor) throws(ConfigurationError) {
        let name = try source["format"]?.string() ?? "cloudevents"
        guard name != "cloudevents" else {
            if let event = source["event"] {
                throw event.error("a source of format cloudevents has its events already")
            }
            self = .cloudEvents
            return
        }
        guard let event = source["event"] else {
            throw source.error("the key \"event\" is missing, which every format but cloudevents needs")
        }
        switch name {
        case "combined":
            self = .combined(try EventMapping(event, .accessLog(name, CombinedField.allCases)))
        case "common":
            self = .common(try EventMapping(event, .accessLog(name, CombinedField.common)))
        case "json":
            self = .json(try EventMapping(event, .pointers))
        case "csv":
            let dialect = try CSVDialect(source)
            self = .csv(dialect, try EventMapping(event, dialect.columns.map(FieldNames.columns) ?? .any))
        case "logfmt":
            self = .logfmt(try EventMapping(event, .any))
        default:
            throw (source["format"] ?? source).error("the format \(name) is not supported by this version")
        }
    }
}

extension CSVDialect {
    fileprivate init(_ source: ConfigurationCursor) throws(ConfigurationError) {
        self.init()
        if let place = source["delimiter"] {
            let text = Array(try place.string().utf8)
            guard text.count == 1, text[0] < 0x80, ![0x22, 0x0A, 0x0D].contains(text[0]) else {
                throw place.error("must be one ASCII character that is no quote and no line end")
            }
            delimiter = text[0]
        }
        if let list = source["columns"] {
            var names: [ByteString] = []
            for item in list.items { names.append(ByteString(try item.string())) }
            columns = names
        }
    }
}

/// The names that the fields of a format have.
private enum FieldNames {
    /// What the records themselves say.
    case any
    /// JSON Pointers into the record.
    case pointers
    case accessLog(String, [CombinedField])
    case columns([ByteString])

    /// Where the time is looked for when the configuration does not say.
    var time: ByteString {
        if case .pointers = self { "/time" } else { "time" }
    }

    /// What is wrong with a name; `nil` when it may be one.
    func problem(of name: String) -> String? {
        switch self {
        case .any:
            return nil
        case .pointers:
            if let pointer = JSONPointer(name), !pointer.tokens.isEmpty { return nil }
            return "\"\(name)\" is not a JSON Pointer; write it like /user/id"
        case .accessLog(let format, let fields):
            if fields.contains(where: { $0.rawValue == name }) { return nil }
            let known = fields.map(\.rawValue).joined(separator: ", ")
            return "the format \(format) has no field \"\(name)\"; it has \(known)"
        case .columns(let columns):
            if columns.contains(ByteString(name)) { return nil }
            let known = columns.map(\.description).joined(separator: ", ")
            return "there is no column \"\(name)\"; the columns are \(known)"
        }
    }
}

extension EventMapping {
    fileprivate init(_ cursor: ConfigurationCursor, _ names: FieldNames) throws(ConfigurationError) {
        self.init(
            type: try cursor.required("type").part(names), subject: try cursor.required("subject").part(names),
            time: names.time)
        if let time = cursor["time"] {
            self.time = try time.field(names)
        } else if let problem = names.problem(of: names.time.description) {
            throw cursor.error("the key \"time\" is missing: \(problem)")
        }
        if let id = cursor["id"] { self.id = try id.identity(names) }
    }
}

extension ConfigurationCursor {
    /// A constant or a field.
    fileprivate func part(_ names: FieldNames) throws(ConfigurationError) -> EventMapping.Part {
        if case .string(let constant) = node.value { return .constant(ByteString(constant)) }
        return .field(try field(names))
    }

    fileprivate func identity(_ names: FieldNames) throws(ConfigurationError) -> EventMapping.Identity {
        if case .string(let word) = node.value {
            guard word == "position" else { throw error("must be position or {field: …}, is \"\(word)\"") }
            return .position
        }
        return .field(try field(names))
    }

    fileprivate func field(_ names: FieldNames) throws(ConfigurationError) -> ByteString {
        let name = try required("field").string()
        if let problem = names.problem(of: name) { throw error(problem) }
        return ByteString(name)
    }
}
