import UsageModel
import Windowing

extension Configuration {
    init(_ root: ConfigurationCursor, _ files: NamedFiles, text: [UInt8]) throws(ConfigurationError) {
        let directory = files.directory
        path = root.file
        self.directory = directory
        self.text = text
        ledger = LedgerSettings(
            path: Configuration.resolve(try root["ledger"]?["path"]?.string() ?? "ledger", in: directory))
        if let interval = root["ledger"]?["commit"]?["interval"] { ledger.commitInterval = try interval.duration() }
        if let bytes = root["ledger"]?["commit"]?["bytes"] { ledger.commitBytes = try bytes.size() }
        sources = try Configuration.list(root.required("sources"), unique: "source", name: \.name) {
            (cursor) throws(ConfigurationError) in try Source(cursor, directory: directory)
        }
        if let cursor = root["archive"] {
            archive = try ArchiveSettings(cursor, directory: directory, ledger: ledger.path, sources: sources)
        }
        schema = try EventSchemas(root["schema"], files)
        tenants = try root["tenants"]?.required("file").namedFile(of: files, files.tenants)
        dedupHorizon = try root["dedup"]?["horizon"]?.duration() ?? .seconds(35 * 86_400)
        dedupKeep = try root["dedup"]?["keep"]?.duration()
        timeZone = try root["time_zone"]?.string() ?? "UTC"
        if let zone = root["time_zone"], (try? LocalDays(timeZone: timeZone)) == nil {
            throw zone.error("\"\(timeZone)\" is not a known time zone; write it like Europe/Berlin")
        }
        let timeZone = timeZone
        meters = try Configuration.list(root.required("meters"), unique: "meter", name: \.name) {
            (cursor) throws(ConfigurationError) in try Meter(cursor, timeZone: timeZone)
        }
        lateness = try root["lateness"]?.duration() ?? .seconds(300)
        future = try root["future"]?.duration() ?? .seconds(366 * 86_400)
    }

    /// Decodes the items of a list that must not have a name in common.
    private static func list<Item>(
        _ cursor: ConfigurationCursor, unique kind: String, name: KeyPath<Item, String>,
        decode: (ConfigurationCursor) throws(ConfigurationError) -> Item
    ) throws(ConfigurationError) -> [Item] {
        var items: [Item] = []
        var names: Set<String> = []
        for place in cursor.items {
            let item = try decode(place)
            let isNew = names.insert(item[keyPath: name]).inserted
            guard isNew else {
                throw (place["name"] ?? place).error("another \(kind) is named \"\(item[keyPath: name])\"")
            }
            items.append(item)
        }
        if items.isEmpty { throw cursor.error("must have at least one \(kind)") }
        return items
    }
}

extension Configuration.EventSchemas {
    fileprivate init(_ cursor: ConfigurationCursor?, _ files: NamedFiles) throws(ConfigurationError) {
        let kept = files.cloudEvents
        cloudEvents =
            try cursor?["cloudevents"]?.namedFile(of: files, kept)
            ?? Configuration.NamedFile(
                path: "usage-event.schema.json", bytes: kept ?? BuiltInSchema.usageEvent, line: nil)
        byType = []
        for (type, file) in cursor?["by_type"]?.members ?? [] {
            byType.append((type: ByteString(type), file: try file.namedFile(of: files)))
        }
    }
}

extension ConfigurationCursor {
    /// The file that a string names.
    /// - Parameter known: its bytes, where they are known.
    fileprivate func namedFile(
        of files: NamedFiles, _ known: [UInt8]? = nil
    ) throws(ConfigurationError) -> Configuration.NamedFile {
        let name = try string()
        do throws(ConfigurationError) {
            let bytes = if let known { known } else { try files.bytes(name) }
            return Configuration.NamedFile(path: name, bytes: bytes, line: line)
        } catch {
            throw self.error(error.description)
        }
    }
}
