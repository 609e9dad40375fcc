import Foundation

extension Configuration {
    /// Where the records of sources that forget are kept.
    public struct ArchiveSettings: Sendable, Hashable {
        /// A directory, absolute; none of the ledger's.
        public var path: String
        /// How long they are kept, by the wall clock; `nil` for ever.
        public var keep: Duration?
        /// The names of the sources whose records go there.
        public var sources: Set<String>
    }
}

extension Configuration.ArchiveSettings {
    /// - Parameters:
    ///   - ledger: the ledger's directory.
    ///   - sources: all of them; where none is named those are taken that are streams.
    init(
        _ cursor: ConfigurationCursor, directory: String, ledger: String, sources all: [Source]
    ) throws(ConfigurationError) {
        let place = try cursor.required("path")
        path = Configuration.resolve(try place.string(), in: directory)
        let (own, other) = (Self.components(path), Self.components(ledger))
        if own.starts(with: other) {
            throw place.error("the archive must not lie in the ledger's directory; give it one of its own")
        }
        keep = try cursor["keep"]?.duration()
        if let keep, keep <= .zero, let place = cursor["keep"] { throw place.error("must be longer than 0") }
        sources = []
        for item in cursor["sources"]?.items ?? [] {
            let name = try item.string()
            guard all.contains(where: { $0.name == name }) else {
                let known = all.map(\.name).joined(separator: ", ")
                throw item.error("there is no source \"\(name)\"; the sources are \(known)")
            }
            sources.insert(name)
        }
        if cursor["sources"] != nil { return }
        sources = Set(all.filter(\.place.forgets).map(\.name))
        if sources.isEmpty {
            throw cursor.error("no source is a stream; name the sources whose records are to be kept in \"sources\"")
        }
    }

    /// A path's parts, by way of the links in it that are there: a part that is not there yet is none.
    private static func components(_ path: String) -> [String] {
        var url = URL(fileURLWithPath: path)
        var missing: [String] = []
        while !FileManager.default.fileExists(atPath: url.path), url.pathComponents.count > 1 {
            missing.append(url.lastPathComponent)
            url.deleteLastPathComponent()
        }
        return url.resolvingSymlinksInPath().pathComponents + missing.reversed()
    }
}

extension Source.Place {
    /// Whether records vanish from it by themselves.
    fileprivate var forgets: Bool {
        switch self {
        case .files, .s3: false
        case .kinesis: true
        }
    }
}
