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

    private let path: String
    /// With the table that was looked at last.
    private var configuration: Configuration
    /// The table in force.
    private var file: Configuration.NamedFile
    private var state: State?
    private var looked: ContinuousClock.Instant
    private var count = 0

    /// `nil` where the configuration names none.
    init?(_ configuration: Configuration, at moment: ContinuousClock.Instant) {
        guard let file = configuration.tenants else { return nil }
        self.configuration = configuration
        self.file = file
        path = Configuration.resolve(file.path, in: configuration.directory)
        looked = moment
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
        var changed = file
        changed.bytes = try Configuration.read(path, named: file.path)
        if changed.bytes == file.bytes { return nil }
        configuration.tenants = changed
        let table = try configuration.tenantTable()
        file = changed
        count += 1
        return TenantVersion(number: count, table: table, document: changed.bytes)
    }

    private static func state(of path: String) -> State? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return State(
            size: (attributes[.size] as? UInt64) ?? 0, number: (attributes[.systemFileNumber] as? UInt64) ?? 0,
            modified: (attributes[.modificationDate] as? Date) ?? .distantPast)
    }
}
