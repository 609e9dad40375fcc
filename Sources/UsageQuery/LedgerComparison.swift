public import Ledger
public import UsageModel

/// What two ledgers say of the same usage, and where they differ: by tenant and meter, and by window.
public struct LedgerComparison: Sendable {
    /// A window of a series that differs.
    public struct WindowDifference: Sendable, Hashable {
        public var meter: UsageDelta.MeterHeader
        public var tenant: ByteString
        public var dimensions: [ByteString?]
        public var window: Window
        /// `nil` where a ledger has nothing of it.
        public var a: Aggregate?
        public var b: Aggregate?

        public var valueOfA: Quantity? { LedgerComparison.value(a, meter) }
        public var valueOfB: Quantity? { LedgerComparison.value(b, meter) }
    }

    /// All windows of a tenant's usage of a meter, where some differ.
    public struct TenantDifference: Sendable, Hashable {
        public var meter: String
        public var tenant: ByteString
        /// The sums of the windows' values, of a meter whose windows add up; `nil` of another, and out of range.
        public var a: Quantity?
        public var b: Quantity?
        public var windowsDiffering = 0
        public var windowsSame = 0
    }

    /// Tenants and meters in which something differs, by meter and tenant.
    public private(set) var differences: [TenantDifference] = []
    /// Tenants and meters in which all windows are the same.
    public private(set) var same = 0
    /// Meters that one of the ledgers does not have.
    public private(set) var onlyInA: [String] = []
    public private(set) var onlyInB: [String] = []

    public var isIdentical: Bool { differences.isEmpty && onlyInA.isEmpty && onlyInB.isEmpty }

    /// What of the ledgers is compared.
    public struct Selection: Sendable {
        public var meter: String?
        public var tenant: ByteString?
        /// Windows that start in it.
        public var period = EventPeriod(start: nil, end: nil)

        public init() {}
    }

    /// Compares them, meter by meter. It blocks on the disk.
    /// - Parameter onWindow: called with each window that differs, by meter, window and tenant.
    /// - Complexity: the rows of the selection in both; memory for those of one meter.
    public init(
        _ a: LedgerReader, _ b: LedgerReader, _ selection: Selection,
        onWindow: (WindowDifference) throws -> Void = { _ in }
    ) throws {
        let names = try (LedgerComparison.names(a), LedgerComparison.names(b))
        let isAsked: (String) -> Bool = { selection.meter == nil || selection.meter == $0 }
        onlyInA = names.0.subtracting(names.1).filter(isAsked).sorted()
        onlyInB = names.1.subtracting(names.0).filter(isAsked).sorted()
        for name in names.0.intersection(names.1).filter(isAsked).sorted() {
            let rows = try [a, b].map { try LedgerComparison.rows(of: name, selection, in: $0) }
            try compare(name, rows[0], rows[1], onWindow)
        }
    }

    private static func names(_ ledger: LedgerReader) throws -> Set<String> {
        Set(try ledger.meterVersions().map(\.header.name))
    }

    private static func rows(
        of meter: String, _ selection: Selection, in ledger: LedgerReader
    ) throws -> [UsageRow] {
        try ledger.usage(
            of: UsageSelection(
                versions: try ledger.meterVersions(of: meter).inForce, tenants: selection.tenant.map { [$0] },
                from: selection.period.start, to: selection.period.end))
    }

    /// Goes through the sorted rows of both.
    private mutating func compare(
        _ meter: String, _ a: [UsageRow], _ b: [UsageRow], _ onWindow: (WindowDifference) throws -> Void
    ) throws {
        var tenants: [ByteString: TenantDifference] = [:]
        var (left, right) = (a[...], b[...])
        while let next = LedgerComparison.next(&left, &right) {
            guard let row = next.a ?? next.b else { break }
            var tenant =
                tenants[row.tenant]
                ?? TenantDifference(meter: meter, tenant: row.tenant, a: Quantity(whole: 0), b: Quantity(whole: 0))
            tenant.add(next.a, to: \.a)
            tenant.add(next.b, to: \.b)
            if LedgerComparison.isSame(next.a, next.b) {
                tenant.windowsSame += 1
            } else {
                tenant.windowsDiffering += 1
                try onWindow(
                    WindowDifference(
                        meter: row.meter, tenant: row.tenant, dimensions: row.dimensions, window: row.window,
                        a: next.a?.aggregate, b: next.b?.aggregate))
            }
            tenants[row.tenant] = tenant
        }
        let found = tenants.values.sorted { $0.tenant < $1.tenant }
        same += found.count { $0.windowsDiffering == 0 }
        differences += found.filter { $0.windowsDiffering > 0 }
    }

    /// The next window, of one of them or of both.
    private static func next(
        _ left: inout ArraySlice<UsageRow>, _ right: inout ArraySlice<UsageRow>
    ) -> (a: UsageRow?, b: UsageRow?)? {
        switch (left.first, right.first) {
        case (nil, nil): return nil
        case (let a?, let b?) where a < b: return (left.popFirst(), nil)
        case (let a?, let b?) where b < a: return (nil, right.popFirst())
        case (nil, _): return (nil, right.popFirst())
        case (_, nil): return (left.popFirst(), nil)
        default: return (left.popFirst(), right.popFirst())
        }
    }

    /// Whether two windows have the same value, of as many events.
    private static func isSame(_ a: UsageRow?, _ b: UsageRow?) -> Bool {
        guard let a, let b else { return false }
        guard a.aggregate.events == b.aggregate.events, a.meter.aggregation == b.meter.aggregation,
            a.meter.dimensions == b.meter.dimensions
        else { return false }
        let (left, right) = (value(a.aggregate, a.meter), value(b.aggregate, b.meter))
        // What is out of range has no value to compare.
        return left == right && (left != nil || a.aggregate == b.aggregate)
    }

    private static func value(_ aggregate: Aggregate?, _ meter: UsageDelta.MeterHeader) -> Quantity? {
        guard let aggregate else { return Quantity(whole: 0) }
        return aggregate.value(dividedBy: meter.divisor)
    }
}

extension LedgerComparison.TenantDifference {
    fileprivate mutating func add(_ row: UsageRow?, to side: WritableKeyPath<Self, Quantity?>) {
        guard let row else { return }
        guard [.count, .sum].contains(row.meter.aggregation), let sum = self[keyPath: side],
            let value = row.aggregate.value(dividedBy: row.meter.divisor)
        else {
            self[keyPath: side] = nil
            return
        }
        self[keyPath: side] = sum.adding(value)
    }
}

extension [MeterVersion] {
    /// The versions of one meter whose usage adds up to that of the meter: all, or from the one on that was counted over all
    /// the past.
    var inForce: [MeterVersion] {
        guard let whole = filter({ $0.recountedSeq != nil }).max(by: { $0.recountedSeq ?? 0 < $1.recountedSeq ?? 0 })
        else { return self }
        return filter { $0.number == whole.number || $0.firstSeq > whole.recountedSeq ?? 0 }
    }
}
