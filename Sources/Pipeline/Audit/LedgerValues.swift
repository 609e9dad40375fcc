import Ledger
import UsageModel
import UsageQuery
import Windowing

/// What the ledger has of the meters and windows that a statement names.
struct LedgerValues {
    /// One tenant's usage in a window.
    struct Key: Hashable {
        var meter: String
        var tenant: ByteString
        var window: Window
    }

    private struct Query: Hashable {
        var meter: String
        var kind: StatementWindow.Kind
    }

    private(set) var values: [Key: Quantity] = [:]
    /// By the meter's name, the versions whose usage is in the values.
    private(set) var versions: [String: [MeterVersion]] = [:]

    /// Asks the ledger, with one question for all windows of a kind. It blocks on the disk.
    /// - Parameter tenant: this tenant's only.
    /// - Throws: ``UsageQuestionError``, ``LedgerError`` and ``SpillError``.
    init(
        of lines: [Statement.Line], tenant: ByteString?, _ configuration: Configuration, _ days: LocalDays,
        from ledger: LedgerReader
    ) throws {
        var queries: [Query: Set<Window>] = [:]
        for line in lines {
            queries[Query(meter: line.meter, kind: line.window.kind), default: []].insert(line.window.window)
        }
        for (query, windows) in queries {
            guard let meter = configuration.meters.first(where: { $0.name == query.meter }) else { continue }
            var question = UsageQuestion(
                meter: meter, window: try query.kind.window(of: meter), group: try UsageGroup("tenant", of: meter),
                days: days)
            question.tenant = tenant
            if versions[meter.name] == nil { versions[meter.name] = try question.versions(in: ledger) }
            switch query.kind {
            case .span:
                for window in windows { try ask(&question, over: window, for: [window], ledger) }
            case .own, .unit:
                guard let first = windows.min(), let last = windows.map(\.end).max() else { continue }
                try ask(&question, over: Window(start: first.start, end: last), for: windows, ledger)
                if query.kind == .own, case .session = meter.window { try askForSessions(&question, of: lines, ledger) }
            }
        }
    }

    /// What is called a session and is none is all that starts in it. Only for those who list it: others have other sessions.
    private mutating func askForSessions(
        _ question: inout UsageQuestion, of lines: [Statement.Line], _ ledger: LedgerReader
    ) throws {
        let meter = question.meter.name
        let known = Set(values.keys.lazy.filter { $0.meter == meter }.map(\.window))
        question.window = .unit(.total)
        for line in lines where line.meter == meter && line.window.kind == .own {
            let window = line.window.window
            if known.contains(window) { continue }
            question.tenant = line.tenant
            try ask(&question, over: window, for: [window], ledger)
        }
    }

    private mutating func ask(
        _ question: inout UsageQuestion, over extent: Window, for windows: Set<Window>, _ ledger: LedgerReader
    ) throws {
        let all = WindowGrid.allOfTime
        question.from = extent.start == all.start ? nil : extent.start
        question.to = extent.end == all.end ? nil : extent.end
        for row in try question.answer(from: ledger, finalUpTo: nil).rows {
            guard let tenant = row.tenant else { continue }
            // The one row of a total is of what there is in it.
            let window = question.window == .unit(.total) ? extent : row.window
            if windows.contains(window) {
                values[Key(meter: question.meter.name, tenant: tenant, window: window)] = row.value
            }
        }
    }
}

extension StatementWindow.Kind {
    fileprivate func window(of meter: Meter) throws(UsageQuestionError) -> UsageWindow {
        switch self {
        case .own: try UsageWindow(nil, of: meter)
        case .unit(let unit): try UsageWindow(unit, of: meter)
        case .span: .unit(.total)
        }
    }
}
