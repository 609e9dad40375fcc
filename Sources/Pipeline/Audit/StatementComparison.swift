import Ledger
public import UsageModel
import UsageQuery
import Windowing

/// Compares a statement with the ledger, and explains where they differ.
public struct StatementComparison: Sendable {
    /// What is compared, and how.
    public struct Selection: Sendable {
        /// One tenant's lines only.
        public var tenant: ByteString?
        /// One meter's lines only.
        public var meter: String?
        /// Lines of windows that start in it only.
        public var period = EventPeriod(start: nil, end: nil)
        /// Whether usage that the statement does not list is left out.
        public var isOnlyListed = false
        public var tolerance = StatementTolerance()
        /// How many of the differences are explained, the first ones.
        public var explained = 20

        public init() {}
    }

    private let configuration: Configuration
    private let statement: Statement
    private let selection: Selection

    public init(_ configuration: Configuration, _ statement: Statement, _ selection: Selection) {
        (self.configuration, self.statement, self.selection) = (configuration, statement, selection)
    }

    /// Compares.
    /// - Parameter onEvent: called with each event behind a difference that is explained, with the difference and its place in
    ///   the report, in the order of the ledger; `nil` to look for none.
    /// - Throws: ``UsageQuestionError`` where the ledger cannot be asked so, ``LedgerError``, and ``RunError`` where a source
    ///   cannot be asked.
    /// - Complexity: the usage of the meters over the windows that the statement names; to explain, the frames of the ledger
    ///   and once the bytes of the commits that have a part in a difference.
    public func run(
        onEvent: (@Sendable (Explanation.Event, StatementDifference, Int) throws -> Void)?
    ) async throws -> StatementReport {
        var (report, questions) = try await Recount.blocking { try compare() }
        if questions.isEmpty { return report }
        let explained = Array(report.differences.prefix(questions.count))
        var show: (@Sendable (Explanation.Event, Int) throws -> Void)?
        if let onEvent { show = { event, number in try onEvent(event, explained[number], number) } }
        let parts = try await Explanation.parts(of: questions, in: configuration, onEvent: show)
        for (number, parts) in parts.enumerated() { report.differences[number].commits = parts }
        return report
    }

    /// What differs, and what is asked of the differences that are explained.
    private func compare() throws -> (StatementReport, [Explanation.Question]) {
        let lines = statement.lines.filter(isAsked)
        let days = try LocalDays(timeZone: configuration.timeZone)
        let ledger = try LedgerReader.open(path: configuration.ledger.path)
        let usage = try LedgerValues(of: lines, tenant: selection.tenant, configuration, days, from: ledger)
        var values = usage.values
        var report = StatementReport(lines: lines.count)
        for line in lines {
            let key = LedgerValues.Key(meter: line.meter, tenant: line.tenant, window: line.window.window)
            let difference = StatementDifference(
                line: line.number, meter: line.meter, tenant: line.tenant, window: line.window.window,
                statement: line.value, ledger: values.removeValue(forKey: key))
            if !agrees(difference) { report.differences.append(difference) }
        }
        if selection.tenant == nil, !selection.isOnlyListed {
            report.differences += unlisted(values)
        }
        let questions = try report.differences.prefix(selection.explained).map {
            try question(about: $0, usage.versions[$0.meter] ?? [], ledger)
        }
        return (report, questions)
    }

    private func question(
        about difference: StatementDifference, _ versions: [MeterVersion], _ ledger: LedgerReader
    ) throws -> Explanation.Question {
        var question = Explanation.Question(
            meter: difference.meter, tenant: difference.tenant, starts: difference.window, versions: versions)
        let sessions = versions.filter(\.header.isSession)
        if sessions.isEmpty { return question }
        // Of a session the others that begin while it lasts are none of its parts.
        let start = difference.window.start
        let rows = try ledger.usage(
            of: UsageSelection(
                versions: sessions, tenants: [difference.tenant], from: start, to: start.adding(.nanoseconds(1))))
        let own = Set(rows.filter { $0.window == difference.window }.map(\.dimensions))
        if !own.isEmpty { question.dimensions = own }
        return question
    }

    private func isAsked(_ line: Statement.Line) -> Bool {
        (selection.tenant.map { $0 == line.tenant } ?? true) && (selection.meter.map { $0 == line.meter } ?? true)
            && selection.period.contains(line.window.window.start)
    }

    private func agrees(_ difference: StatementDifference) -> Bool {
        selection.tolerance.allows(difference.difference, of: difference.ledger ?? .zero)
    }

    /// What of the ledger's usage has no line, by meter, window and tenant.
    private func unlisted(_ values: [LedgerValues.Key: Quantity]) -> [StatementDifference] {
        let order = Dictionary(configuration.meters.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return values.map { key, value in
            StatementDifference(meter: key.meter, tenant: key.tenant, window: key.window, ledger: value)
        }.filter { !agrees($0) }.sorted { left, right in
            if left.meter != right.meter { return order[left.meter] ?? 0 < order[right.meter] ?? 0 }
            return left.window != right.window ? left.window < right.window : left.tenant < right.tenant
        }
    }
}
