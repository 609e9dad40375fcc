import Foundation
import UsageModel

extension Configuration {
    /// Where the records of sources that forget are kept.
    public struct ArchiveSettings: Sendable, Hashable {
        /// What kind of place it is.
        public enum Place: Sendable, Hashable {
            /// A directory, absolute, none of the ledger's; and how long records are kept there, by the wall clock: `nil`
            /// for ever.
            case directory(String, keep: Duration?)
            /// A bucket, and what the keys in it begin with.
            case bucket(S3Place)
        }

        public var place: Place
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
        if let s3 = cursor["s3"] {
            place = try Self.bucket(s3, all)
        } else {
            place = try Self.directory(cursor, directory, ledger)
        }
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

    private static func directory(
        _ cursor: ConfigurationCursor, _ directory: String, _ ledger: String
    ) throws(ConfigurationError) -> Place {
        let place = try cursor.required("path")
        let path = Configuration.resolve(try place.string(), in: directory)
        if components(path).starts(with: components(ledger)) {
            throw place.error("the archive must not lie in the ledger's directory; give it one of its own")
        }
        let keep = try cursor["keep"]?.duration()
        if let keep, keep <= .zero, let place = cursor["keep"] { throw place.error("must be longer than 0") }
        return .directory(path, keep: keep)
    }

    private static func bucket(
        _ cursor: ConfigurationCursor, _ sources: [Source]
    ) throws(ConfigurationError) -> Place {
        let place = try S3Place(cursor)
        let own = place.prefixes[0].bytes
        for source in sources {
            guard case .s3(let other) = source.place, other.bucket == place.bucket else { continue }
            if other.prefixes.contains(where: { $0.bytes.starts(with: own) || own.starts(with: $0.bytes) }) {
                throw cursor.error(
                    "source \(source.name) reads what would be put there; give the archive another prefix")
            }
        }
        return .bucket(place)
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
