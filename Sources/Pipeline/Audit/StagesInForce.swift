import Ledger
import UsageModel

/// The stages that commits were made with: of the configuration and the tenant table that each commit names, whose texts the
/// ledger keeps.
struct StagesInForce {
    private struct Names: Hashable {
        var configuration: Digest256
        var tenants: Digest256
    }

    private let current: Configuration
    private let ledger: LedgerReader
    private var known: [Names: Stages] = [:]

    init(_ current: Configuration, _ ledger: LedgerReader) {
        self.current = current
        self.ledger = ledger
    }

    /// - Throws: ``RunError`` where one of the texts is not in the ledger or cannot be used any more.
    mutating func stages(of frame: CommittedFrame) throws -> Stages {
        let names = Names(configuration: frame.commit.configuration, tenants: frame.commit.tenants)
        if let stages = known[names] { return stages }
        var configuration = current
        let text = try self.text(names.configuration, "configuration", frame)
        let tenants = try self.text(names.tenants, "tenant table", frame)
        do {
            if text != current.text { configuration = try current.earlier(text) }
            configuration.tenants = Configuration.NamedFile(
                path: current.tenants?.path ?? "tenants", bytes: tenants, line: nil)
            let stages = try Stages(configuration: configuration)
            known[names] = stages
            return stages
        } catch {
            throw RunError("commit \(frame.seq) cannot be made again with what was in force then: \(error)")
        }
    }

    private func text(_ digest: Digest256, _ what: String, _ frame: CommittedFrame) throws -> [UInt8] {
        guard let text = try ledger.document(digest) else {
            throw RunError("the \(what) in force at commit \(frame.seq) is not in the ledger: \(digest)")
        }
        return text
    }
}

extension Configuration {
    /// An earlier text of the same file. The schemas that it names are read as they are now: the ledger keeps none.
    fileprivate func earlier(_ text: [UInt8]) throws(ConfigurationError) -> Configuration {
        let root = try ConfigurationNode(yaml: String(decoding: text, as: UTF8.self), file: path)
        var earlier = try Configuration(ConfigurationCursor(root: root, file: path), directory: directory, text: text)
        // Where the ledger and the sources lie is said today.
        earlier.ledger = ledger
        return earlier
    }
}
