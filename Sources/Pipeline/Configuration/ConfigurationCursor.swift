import UsageModel

/// A value of the configuration and where it stands, so that every error names its place.
struct ConfigurationCursor {
    let file: String
    let node: ConfigurationNode
    /// The line that messages name: of a member its key's.
    let line: Int
    /// Such as `meters[0].window`; empty for the whole.
    let path: String

    init(root: ConfigurationNode, file: String) {
        self.init(file: file, node: root, line: root.line, path: "")
    }

    private init(file: String, node: ConfigurationNode, line: Int, path: String) {
        self.file = file
        self.node = node
        self.line = line
        self.path = path
    }

    /// An error at this place.
    func error(_ message: String) -> ConfigurationError {
        ConfigurationError(file: file, line: line, message: path.isEmpty ? message : "\(path): \(message)")
    }

    // MARK: Containers

    /// The members of a map; empty for other kinds.
    var members: [(key: String, value: ConfigurationCursor)] {
        guard case .map(let members) = node.value else { return [] }
        return members.map { ($0.key, cursor(to: $0)) }
    }

    /// The items of a list; of a scalar itself.
    var items: [ConfigurationCursor] {
        guard case .list(let items) = node.value else { return [self] }
        return items.enumerated().map { index, item in
            ConfigurationCursor(file: file, node: item, line: item.line, path: "\(path)[\(index)]")
        }
    }

    /// The member of a map with this key.
    subscript(key: String) -> ConfigurationCursor? {
        guard case .map(let members) = node.value else { return nil }
        return members.first { $0.key == key }.map(cursor)
    }

    func required(_ key: String) throws(ConfigurationError) -> ConfigurationCursor {
        guard let member = self[key] else { throw error("the key \"\(key)\" is missing") }
        return member
    }

    private func cursor(to member: ConfigurationNode.Member) -> ConfigurationCursor {
        ConfigurationCursor(
            file: file, node: member.value, line: member.line,
            path: path.isEmpty ? member.key : "\(path).\(member.key)")
    }

    /// What a JSON Pointer's tokens lead to, or the last place on the way there.
    func descend(_ tokens: ArraySlice<ByteString>) -> ConfigurationCursor {
        guard let token = tokens.first?.description else { return self }
        let next: ConfigurationCursor?
        if case .list = node.value {
            let items = items
            next = Int(token).flatMap { items.indices.contains($0) ? items[$0] : nil }
        } else {
            next = self[token]
        }
        return next?.descend(tokens.dropFirst()) ?? self
    }

    // MARK: Scalars

    func string() throws(ConfigurationError) -> String {
        guard case .string(let string) = node.value else { throw error("must be a string") }
        return string
    }

    func flag() throws(ConfigurationError) -> Bool {
        guard case .bool(let flag) = node.value else { throw error("must be true or false") }
        return flag
    }

    func duration() throws(ConfigurationError) -> Duration {
        let text = try string()
        guard let duration = Duration(configuration: text) else {
            throw error("\"\(text)\" is not a duration; write it like 500ms, 1s, 5m, 1h or 35d")
        }
        return duration
    }

    /// A size in bytes.
    func size() throws(ConfigurationError) -> Int {
        let text: String
        switch node.value {
        case .string(let string): text = string
        case .number(let digits): text = digits
        default: throw error("must be a size")
        }
        guard let bytes = ByteCount(text)?.bytes else {
            throw error("\"\(text)\" is not a size; write it like 512KiB, 64MiB or 1MB")
        }
        return bytes
    }

    /// A JSON Pointer to a part of an event.
    func pointer() throws(ConfigurationError) -> JSONPointer {
        let text = try string()
        guard let pointer = JSONPointer(text), !pointer.tokens.isEmpty else {
            throw error("\"\(text)\" is not a JSON Pointer; write it like /data/region")
        }
        return pointer
    }
}
