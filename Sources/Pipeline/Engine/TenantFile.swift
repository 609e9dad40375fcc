import Foundation
import TenantMapping

/// Watches the tenant file of a run that follows its sources, so that a change needs no restart.
struct TenantFile {
    /// How long between two looks at it.
    private static let interval = Duration.seconds(1)

    /// What tells one state of a file from another without reading it.
    private struct State: Equatable {
        var size: UInt64
        var number: UInt64
        var modified: Date
    }

    private let configuration: Configuration
    private let path: String
    private var state: State?
    private var document: [UInt8]
    private var looked: ContinuousClock.Instant
    private var count = 0

    /// `nil` where the configuration names none.
    init?(_ configuration: Configuration, at moment: ContinuousClock.Instant) {
        guard let file = configuration.tenants else { return nil }
        self.configuration = configuration
        path = Configuration.resolve(file.path, in: configuration.directory)
        document = file.bytes
        looked = moment
        state = nil
    }

    /// The table that came into force since the last look; `nil` when there is none, or it is not yet time for a look.
    ///
    /// It blocks on the disk.
    /// - Throws: what is wrong with the file, once for each of its states; the table before stays in force.
    mutating func change(at moment: ContinuousClock.Instant) throws(ConfigurationError) -> TenantVersion? {
        if moment - looked < TenantFile.interval { return nil }
        looked = moment
        let now = TenantFile.state(of: path)
        // While it is replaced it may not be there.
        guard let now, now != state else { return nil }
        state = now
        var changed = configuration
        guard let file = configuration.tenants else { return nil }
        let bytes = try Configuration.read(path, named: file.path)
        if bytes == document { return nil }
        changed.tenants = Configuration.NamedFile(path: file.path, bytes: bytes, line: file.line)
        let table = try changed.tenantTable()
        document = bytes
        count += 1
        return TenantVersion(number: count, table: table, document: bytes)
    }

    private static func state(of path: String) -> State? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return State(
            size: (attributes[.size] as? UInt64) ?? 0, number: (attributes[.systemFileNumber] as? UInt64) ?? 0,
            modified: (attributes[.modificationDate] as? Date) ?? .distantPast)
    }
}
