import Foundation
import Testing

/// A small run, from several states of the ledger, that can be failed at each of its system calls.
struct FaultWorkload {
    /// What the run finds.
    enum Start: String, CaseIterable, Sendable {
        /// Nothing: the ledger is made.
        case nothing = "no ledger"
        /// Half of the work, and bytes of a frame behind it: they are cut off.
        case tornTail = "a torn tail"
        /// Half of the work, and no index: it is made again.
        case noIndex = "no index"
    }

    let workspace: Workspace
    let shim: FaultShim
    let start: Start
    let expected: Workspace.Totals

    /// Each file is a commit.
    private static let commit = "{interval: 1h, bytes: 1KiB}"
    private static let files = 6
    private static let meters = [("probes", "tenant"), ("amount", "tenant")]

    /// A file system in memory, where there is one: it forgets no less than a disk when a process is killed, and a sync
    /// costs nothing.
    private static let memory = ["/dev/shm"].first { FileManager.default.isWritableFile(atPath: $0) }
        .map { URL(fileURLWithPath: $0) }

    init(_ start: Start) throws {
        workspace = try Workspace.probe(in: Self.memory)
        shim = try FaultShim(below: workspace.file("faulty"), log: workspace.file("calls"))
        self.start = start
        for number in 0..<Self.files { try workspace.write(Self.records(of: number), to: "\(number).ndjson") }
        for name in ["calm", "half", "faulty"] {
            try workspace.copyConfiguration(to: "\(name).yaml", ledger: name, commit: Self.commit)
        }
        try workspace.runUntilIdle(configuration: "calm.yaml")
        expected = try workspace.totals(of: Self.meters, configuration: "calm.yaml")
        try #require(expected.status.accepted == 8 * Self.files)
        try #require(expected.status.isComplete)
        try prepareHalf()
    }

    var ledger: URL { workspace.file("faulty") }
    var arguments: [String] { ["run", "-c", "faulty.yaml", "--until-idle", "--progress", "none"] }

    /// Puts the ledger back to where the run starts.
    func reset() throws {
        try? FileManager.default.removeItem(at: ledger)
        if start != .nothing { try FileManager.default.copyItem(at: workspace.file("half"), to: ledger) }
    }

    /// Starts the run over, with a fault or only counting.
    func run(_ kind: FaultShim.Kind? = nil, at number: Int = 0) throws -> ChildProcess.Result {
        try reset()
        return try goOn(kind, at: number)
    }

    /// Runs again over what the last run left.
    func goOn(_ kind: FaultShim.Kind? = nil, at number: Int = 0) throws -> ChildProcess.Result {
        try ChildProcess(
            Programs.odometer, arguments, in: workspace.directory,
            environment: try shim.environment(kind, at: number)
        ).result()
    }

    /// What differs from a run without a fault; `nil` when nothing does.
    func difference() throws -> String? {
        let verified = try workspace.odometer("ledger", "verify", "-c", "faulty.yaml")
        guard verified.status == .exit(0) else {
            return "verify: \(String(decoding: verified.output, as: UTF8.self))\(verified.errors)"
        }
        let totals = try workspace.totals(of: Self.meters, configuration: "faulty.yaml")
        return totals == expected ? nil : "the totals differ: \(totals.status), not \(expected.status)"
    }

    /// Eight events, one of them again, one again with another amount, and a line that is none.
    private static func records(of number: Int) -> String {
        let events = (0..<8).map { Workspace.probeLine(id: "\(number)-\($0)", amount: "\(number).\($0 + 1)") }
        return events.joined() + events[3] + Workspace.probeLine(id: "\(number)-5", amount: "1000") + "{}\n"
    }

    private func prepareHalf() throws {
        guard start != .nothing else { return }
        let later = (Self.files / 2..<Self.files).map { "\($0).ndjson" }
        for name in later { try move(name, to: "\(name).later") }
        try workspace.runUntilIdle(configuration: "half.yaml")
        for name in later { try move("\(name).later", to: name) }
        switch start {
        case .nothing: break
        case .noIndex:
            for name in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
                try? FileManager.default.removeItem(at: workspace.file("half/\(name)"))
            }
        case .tornTail: try tearTail()
        }
    }

    /// Puts the beginning of a frame, and nothing of its end, behind the last one.
    private func tearTail() throws {
        struct Line: Decodable {
            var segment: String
            var offset: Int
            var bytes: Int
        }
        let log = try workspace.odometer("ledger", "log", "-c", "half.yaml", "--format", "json")
        let lines = String(decoding: log.output, as: UTF8.self).split(separator: "\n")
        let last = try JSONDecoder().decode(Line.self, from: Data(try #require(lines.last).utf8))
        let file = workspace.file("half/segments/\(last.segment)")
        var bytes = [UInt8](try Data(contentsOf: file))
        let end = last.offset + last.bytes
        let torn = bytes[last.offset..<last.offset + 60]
        try #require(bytes.count >= end + torn.count)
        bytes.replaceSubrange(end..<end + torn.count, with: torn)
        try Data(bytes).write(to: file)
    }

    private func move(_ name: String, to target: String) throws {
        try FileManager.default.moveItem(at: workspace.file(name), to: workspace.file(target))
    }
}
