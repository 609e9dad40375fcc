import ArgumentParser
import Foundation
import UsageModel

/// `odometer-fixtures generate`: a directory of events with its tenants, configuration and summary.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Writes logs/events-NNN.ndjson, tenants.csv, odometer.yaml, meters.json and summary.json.",
        discussion: "The same arguments give the same bytes on every machine.")

    @Option(help: "The seed of everything that is random.")
    var seed: UInt64 = 1
    @Option(help: "How many records to write, the repeated and broken ones included.")
    var events: Int = 1_000_000
    @Option(help: "The directory to write to; it is made if missing.")
    var output: String
    @Option(help: "How many log files the records are spread over, in order.")
    var files: Int = 4
    @Option(help: "The share of exact repeats of an earlier record.")
    var duplicates = Share(millionths: 5_000)
    @Option(help: "The share of records with the id of an earlier one and other content.")
    var conflicts = Share(millionths: 500)
    @Option(help: "The share of broken records.")
    var malformed = Share(millionths: 1_000)
    @Option(help: "The share of events that are one to six hours late.")
    var late = Share(millionths: 10_000)
    @Option(help: "How many subjects there are; few of them do most of the work.")
    var subjects: Int = 10_000
    @Option(help: "How many tenants the subjects belong to.")
    var tenants: Int = 500
    @Option(help: "The share of subjects that belong to no tenant.")
    var unmapped = Share(millionths: 10_000)
    @Option(help: "How many hours the events are spread over.")
    var hours: Int = 24
    @Option(help: "The time of the first event, RFC 3339, from 1971 on.")
    var start: String = "2026-11-01T00:00:00Z"

    func validate() throws {
        guard events > 0, events < 1 << 39, (1...1_000).contains(files), (1...1_000_000).contains(subjects),
            (1...1_000_000).contains(tenants), (1...8_760).contains(hours)
        else { throw ValidationError("a count is out of range") }
        guard let moment = Timestamp(start), moment.nanoseconds >= 31_536_000_000_000_000 else {
            throw ValidationError("--start is not an RFC 3339 time from 1971 on")
        }
        guard duplicates.millionths + conflicts.millionths + malformed.millionths <= 1_000_000 else {
            throw ValidationError("the shares of repeats, conflicts and broken records exceed 1")
        }
    }

    func run() throws {
        guard let moment = Timestamp(start) else { throw ValidationError("--start is not an RFC 3339 time") }
        let directory = URL(fileURLWithPath: output, isDirectory: true)
        let logs = directory.appendingPathComponent("logs", isDirectory: true)
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        let table = SubjectTable(count: subjects)
        let writer = EventWriter(
            seed: seed,
            span: .init(
                start: Int(moment.nanoseconds / 1_000_000), milliseconds: hours * 3_600_000, events: events),
            late: late, subjects: table)
        var generation = Generation(
            .init(seed: seed, records: events, duplicates: duplicates, conflicts: conflicts, malformed: malformed),
            writer: writer)
        for file in 0..<files {
            var name = Text()
            name.append("events-")
            name.append(file, width: 3)
            name.append(".ndjson")
            let records = events * (file + 1) / files - events * file / files
            try write(
                records, of: &generation, to: logs.appendingPathComponent(String(decoding: name.bytes, as: UTF8.self)))
        }
        let assignment = TenantAssignment(
            seed: seed, tenants: tenants, unmapped: unmapped, change: moment.advanced(minutes: hours * 30),
            gapEnd: moment.advanced(minutes: hours * 35))
        try Data(assignment.table(of: table).bytes).write(to: directory.appendingPathComponent("tenants.csv"))
        try Data(MeterSet.configuration.utf8).write(to: directory.appendingPathComponent("odometer.yaml"))
        try Data(MeterSet.json.utf8).write(to: directory.appendingPathComponent("meters.json"))
        try Data(generation.summary.utf8).write(to: directory.appendingPathComponent("summary.json"))
        print(generation.summary, terminator: "")
    }

    /// Writes one file, a few MiB at a time.
    private func write(_ records: Int, of generation: inout Generation, to file: URL) throws {
        let chunk = 4 << 20
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        var text = Text()
        text.reserve(chunk + 4_096)
        for _ in 0..<records {
            generation.writeNext(to: &text)
            if text.bytes.count >= chunk {
                try handle.write(contentsOf: Data(text.bytes))
                text.removeAll()
            }
        }
        try handle.write(contentsOf: Data(text.bytes))
        try handle.close()
    }
}

extension Timestamp {
    fileprivate func advanced(minutes: Int) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds + Int64(minutes) * 60_000_000_000)
    }
}
