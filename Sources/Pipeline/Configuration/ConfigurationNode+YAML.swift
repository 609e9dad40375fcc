import Yams

extension ConfigurationNode {
    /// More values than any configuration has: an alias may stand for a value any number of times.
    private static let maximumValues = 100_000

    /// Reads one YAML document. Plain scalars mean what the core schema of YAML 1.2 (section 10.3) says.
    /// - Throws: what is not YAML or has no meaning here, with its line.
    init(yaml text: String, file: String) throws(ConfigurationError) {
        let root: Node?
        do {
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw ConfigurationError(yaml: error, file: file)
        }
        guard let root else { throw ConfigurationError(file: file, message: "the file is empty") }
        var left = ConfigurationNode.maximumValues
        try self.init(root, file: file, left: &left)
    }

    private init(_ node: Node, file: String, left: inout Int) throws(ConfigurationError) {
        line = node.mark?.line ?? 1
        left -= 1
        if left < 0 { throw ConfigurationError(file: file, line: line, message: "the aliases make too many values") }
        switch node {
        case .scalar(let scalar):
            value = try ConfigurationNode.value(of: scalar, file: file, line: line)
        case .sequence(let sequence):
            var items: [ConfigurationNode] = []
            for item in sequence { items.append(try ConfigurationNode(item, file: file, left: &left)) }
            value = .list(items)
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, item) in mapping {
                let keyLine = key.mark?.line ?? line
                guard case .scalar(let name) = key else {
                    throw ConfigurationError(file: file, line: keyLine, message: "a key must be a string")
                }
                members.append(
                    Member(
                        key: name.string, line: keyLine,
                        value: try ConfigurationNode(item, file: file, left: &left)))
            }
            value = .map(members)
        case .alias:
            throw ConfigurationError(file: file, line: line, message: "an alias leads to no value")
        }
    }

    private static func value(
        of scalar: Node.Scalar, file: String, line: Int
    ) throws(ConfigurationError) -> Value {
        let tag = "\(scalar.tag)"
        if scalar.style != .plain || tag == "!" || tag == Tag.Name.str.rawValue { return .string(scalar.string) }
        if !tag.isEmpty {
            throw ConfigurationError(file: file, line: line, message: "the tag \(tag) has no meaning here")
        }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return YAMLNumber.json(scalar.string).map { .number($0) } ?? .string(scalar.string)
        }
    }
}

extension ConfigurationError {
    /// What the YAML parser says, in one line.
    fileprivate init(yaml error: any Error, file: String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let detail = context.map { "\($0.text): \(problem)" } ?? problem
            self.init(file: file, line: mark.line, column: mark.column, message: "not YAML: \(detail)")
        case .duplicatedKeysInMapping(let keys, let context):
            self.init(
                file: file, line: context.mark.line,
                message: "the key \"\(keys.first ?? "")\" is given more than once")
        case .reader(let problem, let offset, _, let text):
            let line = offset.map { text.prefix($0).count { $0.isNewline } + 1 }
            self.init(file: file, line: line, message: "not YAML: \(problem)")
        default:
            self.init(file: file, message: "not YAML: \("\(error)".prefix { !$0.isNewline })")
        }
    }
}
