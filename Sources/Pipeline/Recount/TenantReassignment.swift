public import Ledger
public import TenantMapping
public import UsageModel

/// Moves usage to the tenants that the tenant table says today: debits and credits that are appended, never a change of what
/// was committed.
public struct TenantReassignment: Sendable {
    /// A window of a series whose usage belongs elsewhere.
    public struct Move: Sendable, Hashable {
        public var meter: UsageDelta.MeterHeader
        public var window: Window
        public var dimensions: [ByteString?]
        /// Taken away with all that it had; `nil` for a debit alone.
        public var from: ByteString?
        /// Where it comes to; `nil` for a debit alone.
        public var to: ByteString?
        public var aggregate: Aggregate
    }

    /// In the order of the delta.
    public private(set) var moves: [Move] = []
    /// How many windows of subjects without a tenant belong to several tenants, or to one in part: they cannot be moved
    /// without the events.
    public private(set) var dividedWindows = 0
    private var delta = UsageDelta(meters: [], entries: [])

    /// What has to move, of subjects that had no tenant and have one now, by the ledger alone. O(its usage).
    /// - Parameter subject: that one's only.
    public init(ledger: LedgerReader, table: TenantTable, subject: ByteString? = nil) throws {
        for version in try Self.newest(in: ledger) {
            let number = UInt32(delta.meters.count)
            var entries: [UsageDelta.Entry] = []
            for row in try ledger.usage(of: UsageSelection(versions: [version])) {
                guard let own = TenantReassignment.subject(of: row.tenant), subject.map({ $0 == own }) ?? true else {
                    continue
                }
                let tenants = Set(table.tenants(of: own, over: row.window).map(\.tenant))
                if tenants == [nil] { continue }
                guard tenants.count == 1, let tenant = tenants.first ?? nil else {
                    dividedWindows += 1
                    continue
                }
                moves.append(
                    Move(
                        meter: version.header, window: row.window, dimensions: row.dimensions, from: row.tenant,
                        to: tenant, aggregate: row.aggregate))
                entries.append(Self.entry(number, row, row.tenant, .debit))
                entries.append(Self.entry(number, row, tenant, .credit))
            }
            try add(entries, of: version.header)
        }
    }

    /// What has to move so that the ledger has of some meters what another has.
    public init(from ledger: LedgerReader, to other: LedgerReader, meters: [Meter]) throws {
        for header in meters.map(\.header) {
            let number = UInt32(delta.meters.count)
            let old = try Self.rows(of: header, in: ledger)
            let new = try Self.rows(of: header, in: other)
            var entries: [UsageDelta.Entry] = []
            for (key, row) in old where new[key] != row {
                entries.append(Self.entry(number, row, row.tenant, .debit))
                moves.append(
                    Move(
                        meter: header, window: row.window, dimensions: row.dimensions, from: row.tenant, to: nil,
                        aggregate: row.aggregate))
            }
            for (key, row) in new where old[key] != row {
                entries.append(Self.entry(number, row, row.tenant, .credit))
                moves.append(
                    Move(
                        meter: header, window: row.window, dimensions: row.dimensions, from: nil, to: row.tenant,
                        aggregate: row.aggregate))
            }
            try add(entries, of: header)
        }
        moves.sort { left, right in
            let order = { (move: Move) in (move.meter.name, move.window, move.to == nil ? 0 : 1) }
            if order(left) != order(right) { return order(left) < order(right) }
            return (left.from ?? left.to ?? "") < (right.from ?? right.to ?? "")
        }
    }

    /// The commit that moves it; `nil` where nothing has to be moved.
    public func commit(configuration: Digest256, tenants: Digest256) -> Commit? {
        if delta.entries.isEmpty { return nil }
        var commit = Commit(configuration: configuration, tenants: tenants)
        commit.delta = delta
        return commit
    }

    private struct Key: Hashable {
        var window: Window
        var tenant: ByteString
        var dimensions: [ByteString?]
    }

    private static func rows(of header: UsageDelta.MeterHeader, in ledger: LedgerReader) throws -> [Key: UsageRow] {
        var rows: [Key: UsageRow] = [:]
        let versions = try newest(in: ledger).filter { $0.header == header }
        for row in try ledger.usage(of: UsageSelection(versions: versions)) {
            rows[Key(window: row.window, tenant: row.tenant, dimensions: row.dimensions)] = row
        }
        return rows
    }

    /// The versions of all meters; of those that came up again the last.
    private static func newest(in ledger: LedgerReader) throws -> [MeterVersion] {
        var newest: [UsageDelta.MeterHeader: MeterVersion] = [:]
        let all = try ledger.meterVersions()
        for version in all { newest[version.header] = version }
        return all.filter { newest[$0.header] == $0 }
    }

    private static func entry(
        _ meter: UInt32, _ row: UsageRow, _ tenant: ByteString, _ cause: Correction
    ) -> UsageDelta.Entry {
        UsageDelta.Entry(
            meter: meter, tenant: tenant, dimensions: row.dimensions, window: row.window, aggregate: row.aggregate,
            correction: cause)
    }

    /// The subject of a tenant that stands for one without.
    private static func subject(of tenant: ByteString) -> ByteString? {
        let prefix = Array("unmapped:".utf8)
        return tenant.bytes.starts(with: prefix) ? ByteString(Array(tenant.bytes.dropFirst(prefix.count))) : nil
    }

    /// Adds the entries of a meter in the order of a delta; what comes to one place from several is one credit.
    private mutating func add(_ entries: [UsageDelta.Entry], of header: UsageDelta.MeterHeader) throws {
        if entries.isEmpty { return }
        delta.meters.append(header)
        let sorted = entries.sorted { left, right in
            let (one, other) = (UsageRow(left, of: header), UsageRow(right, of: header))
            if one < other || other < one { return one < other }
            return (left.correction?.rawValue ?? 0) < (right.correction?.rawValue ?? 0)
        }
        for entry in sorted {
            guard let last = delta.entries.last, entry.correction == .credit, last.correction == .credit,
                last.meter == entry.meter, last.window == entry.window, last.tenant == entry.tenant,
                last.dimensions == entry.dimensions
            else {
                delta.entries.append(entry)
                continue
            }
            delta.entries[delta.entries.count - 1].aggregate = try last.aggregate.merged(with: entry.aggregate)
        }
    }
}

extension UsageRow {
    fileprivate init(_ entry: UsageDelta.Entry, of header: UsageDelta.MeterHeader) {
        self.init(
            meter: header, window: entry.window, tenant: entry.tenant, dimensions: entry.dimensions,
            aggregate: entry.aggregate)
    }
}
