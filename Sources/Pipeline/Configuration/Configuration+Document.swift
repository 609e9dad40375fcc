import UsageModel

extension Configuration {
    /// The configuration as the ledger keeps it: its text and that of each schema that it names, so that commits can be made
    /// again with what was in force. The tenant table is a document of its own.
    ///
    /// The first line says what it is. Each file follows as a line with the lengths of its name and its bytes, the name, the
    /// bytes and a line feed. The configuration itself comes first, without a name; `Schemas/ledger.md` has an example.
    var document: [UInt8] {
        var files: [(name: String, bytes: [UInt8])] = [("", text), ("cloudevents", schema.cloudEvents.bytes)]
        var names: Set<String> = []
        for file in schema.byType.map(\.file) where names.insert(file.path).inserted {
            files.append((file.path, file.bytes))
        }
        var document = Array(Self.documentStart.utf8)
        for (name, bytes) in files {
            document +=
                Array("\(name.utf8.count) \(bytes.count)\n".utf8) + Array(name.utf8) + bytes + [UInt8(ascii: "\n")]
        }
        return document
    }

    /// The configuration that a document of the ledger keeps, with the ledger and the paths of this one.
    ///
    /// Documents of ledgers that are older hold the text alone: the schemas are those of today then.
    /// - Parameter tenants: the tenant table that was in force.
    func earlier(_ document: [UInt8], tenants: [UInt8]) throws(ConfigurationError) -> Configuration {
        var earlier = self
        if document != self.document {
            var files = NamedFiles(directory: directory, tenants: tenants)
            var text = document
            if document.starts(with: Self.documentStart.utf8) {
                guard let kept = Self.files(of: document), kept.count >= 2 else {
                    throw ConfigurationError(file: path, message: "the ledger's copy of the configuration is broken")
                }
                (text, files.cloudEvents) = (kept[0].bytes, kept[1].bytes)
                for file in kept.dropFirst(2) { files.kept[file.name] = file.bytes }
            }
            let root = try ConfigurationNode(yaml: String(decoding: text, as: UTF8.self), file: path)
            earlier = try Configuration(ConfigurationCursor(root: root, file: path), files, text: text)
            // Where the ledger lies is said today.
            earlier.ledger = ledger
        }
        earlier.tenants = NamedFile(path: self.tenants?.path ?? "tenants", bytes: tenants, line: nil)
        return earlier
    }

    private static let documentStart = "odometer configuration 1\n"

    /// The files of a document; `nil` where it is none.
    private static func files(of document: [UInt8]) -> [(name: String, bytes: [UInt8])]? {
        var rest = document.dropFirst(documentStart.utf8.count)
        var files: [(name: String, bytes: [UInt8])] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let lengths = rest[..<end].split(separator: UInt8(ascii: " ")).map {
                Int(String(decoding: $0, as: UTF8.self))
            }
            rest = rest[(end + 1)...]
            guard lengths.count == 2, let name = lengths[0], let bytes = lengths[1], name >= 0, bytes >= 0,
                name <= rest.count, bytes < rest.count - name
            else { return nil }
            files.append(
                (String(decoding: rest.prefix(name), as: UTF8.self), Array(rest.dropFirst(name).prefix(bytes))))
            rest = rest.dropFirst(name + bytes + 1)
        }
        return rest.isEmpty ? files : nil
    }
}

/// The files that a configuration names: as they lie on disk, or as a ledger kept them.
struct NamedFiles {
    var directory: String
    /// The schema of the envelope, where it was kept.
    var cloudEvents: [UInt8]?
    /// The other schemas that were kept, by name.
    var kept: [String: [UInt8]] = [:]
    /// The tenant table, where it is not to be read.
    var tenants: [UInt8]?

    /// - Parameter name: as the configuration has it.
    func bytes(_ name: String) throws(ConfigurationError) -> [UInt8] {
        if let kept = kept[name] { return kept }
        return try Configuration.read(Configuration.resolve(name, in: directory), named: name)
    }
}
