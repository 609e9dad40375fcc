import Foundation
import GRDB
import Glibc
import Ledger
import UsageModel

/// How many commits the ledger makes durable in a second, beside what the disk and SQLite do, in one run.
///
/// Each contender writes blocks of the same size, one after the other, each durable before the next:
/// - `fdatasync`: `pwrite` into a file that was filled with zeros, and `fdatasync`. The disk's own speed.
/// - `sqlite`: one INSERT in a transaction, WAL, `synchronous=FULL`.
/// - `ledger`: `LedgerWriter.append`, with the index following on its own thread, as in a run.
/// They take turns, and the medians are told, and their ratios.
@main
struct CommitsBenchmark {
    private static let rounds = 5

    /// One size of commit.
    private struct Load {
        var name: String
        var commits: Int
        var eventsPerCommit: Int
    }

    static func main() async throws {
        let directory = CommandLine.arguments.dropFirst().first ?? NSTemporaryDirectory()
        let place = directory + "/odometer-commits-\(getpid())"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        print("| load | contender | commits/s | MB/s | of fdatasync | of SQLite |")
        print("| --- | --- | --- | --- | --- | --- |")
        for load in [
            Load(name: "1 event a commit", commits: 2_000, eventsPerCommit: 1),
            Load(name: "1,000 events a commit, 1 M in all", commits: 1_000, eventsPerCommit: 1_000),
        ] {
            try await measure(load, in: place)
        }
    }

    private static func measure(_ load: Load, in place: String) async throws {
        let bytes = try await frameBytes(load, in: place)
        var seconds: [String: [Double]] = [:]
        for round in 0..<rounds {
            let path = "\(place)/\(load.eventsPerCommit)-\(round)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            seconds["fdatasync", default: []].append(try bare(load, bytes, path))
            seconds["sqlite", default: []].append(try sqlite(load, bytes, path))
            seconds["ledger", default: []].append(try await ledger(load, path))
            try FileManager.default.removeItem(atPath: path)
        }
        let medians = seconds.mapValues { $0.sorted()[rounds / 2] }
        guard let floor = medians["fdatasync"], let database = medians["sqlite"] else { return }
        for contender in ["fdatasync", "sqlite", "ledger"] {
            guard let median = medians[contender] else { continue }
            let rate = Double(load.commits) / median
            print(
                "| \(load.name) | \(contender) | \(Int(rate)) | \(rounded(rate * Double(bytes) / 1e6)) |"
                    + " \(rounded(floor / median)) | \(rounded(database / median)) |")
        }
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func time(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    // MARK: Contenders

    private static func bare(_ load: Load, _ bytes: Int, _ path: String) throws -> Double {
        let file = unsafe open(path + "/bare", O_RDWR | O_CREAT, 0o644)
        precondition(file >= 0, "the file can be made")
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for offset in stride(from: 0, to: load.commits * bytes, by: zeros.count) {
            precondition(unsafe pwrite(file, zeros, zeros.count, off_t(offset)) == zeros.count, "there is room")
        }
        fsync(file)
        let block = (0..<bytes).map { _ in UInt8.random(in: 0...255) }
        return time {
            for number in 0..<load.commits {
                precondition(unsafe pwrite(file, block, bytes, off_t(number * bytes)) == bytes, "there is room")
                precondition(fdatasync(file) == 0, "it is durable")
            }
        }
    }

    private static func sqlite(_ load: Load, _ bytes: Int, _ path: String) throws -> Double {
        var configuration = Configuration()
        configuration.journalMode = .wal
        let queue = try DatabaseQueue(path: path + "/database", configuration: configuration)
        // Now, as GRDB makes it NORMAL for such a log when it opens.
        try queue.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try queue.write { try $0.execute(sql: "CREATE TABLE commits (seq INTEGER PRIMARY KEY, payload BLOB)") }
        let block = Data((0..<bytes).map { _ in UInt8.random(in: 0...255) })
        return try time {
            for _ in 0..<load.commits {
                try queue.write { try $0.execute(sql: "INSERT INTO commits (payload) VALUES (?)", arguments: [block]) }
            }
        }
    }

    private static func ledger(_ load: Load, _ path: String) async throws -> Double {
        let writer = try await LedgerWriter.open(path: path + "/ledger", now: { Timestamp(nanoseconds: 0) })
        let commits = (0..<load.commits).map { commit($0, events: load.eventsPerCommit) }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (appended, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            group.addTask { for await _ in appended { try await writer.applyIndex() } }
            for commit in commits {
                try await writer.append(commit)
                signal.yield()
            }
            signal.finish()
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try await writer.close()
        return seconds
    }

    /// The mean size of the frames that the load makes, so that all write as many bytes.
    private static func frameBytes(_ load: Load, in place: String) async throws -> Int {
        let path = "\(place)/size-\(load.eventsPerCommit)"
        let writer = try await LedgerWriter.open(path: path, now: { Timestamp(nanoseconds: 0) })
        for number in 0..<10 { try await writer.append(commit(number, events: load.eventsPerCommit)) }
        try await writer.close()
        var bytes = 0
        try LedgerReader.open(path: path).forEachCommit { bytes += Int($0.bytes) }
        return bytes / 10
    }

    /// A commit as a run makes it: one range, its events' identities, and usage of two meters by up to 50 tenants.
    private static func commit(_ number: Int, events: Int) -> Commit {
        var commit = Commit(configuration: .none, tenants: .none)
        let position = UInt64(number + 1) * UInt64(events) * 260
        let partition = Partition(source: "gateway", id: "events-000.ndjson", descriptor: [1, 2, 3, 4])
        commit.partitions = [PartitionState(partition: partition, position: .byte(position))]
        let counts = RecordCounts(accepted: UInt64(events))
        commit.ranges = [
            Commit.SourceRange(
                partition: 0, range: PositionRange(start: .byte(position - UInt64(events) * 260), end: .byte(position)),
                digest: .none, counts: counts, records: UInt64(events))
        ]
        let hour: Int64 = 3_600_000_000_000
        let window = Window(
            start: Timestamp(nanoseconds: Int64(number / 60) * hour),
            end: Timestamp(nanoseconds: Int64(number / 60 + 1) * hour))
        commit.delta = UsageDelta(
            meters: ["requests", "egress"].map {
                UsageDelta.MeterHeader(name: $0, aggregation: .sum, dimensions: [])
            },
            entries: (0..<2 * min(events, 50)).map { index in
                UsageDelta.Entry(
                    meter: UInt32(index % 2), tenant: ByteString("tenant-\(index / 2)"), dimensions: [], window: window,
                    aggregate: .sum(Quantity(whole: Int64(number)), events: 1))
            })
        var generator = SystemRandomNumberGenerator()
        commit.identities = (0..<events).map { _ in
            EventIdentity(
                identity: Digest128(high: generator.next(), low: generator.next()), content: generator.next(),
                hour: Int32(number / 60))
        }
        return commit
    }
}
