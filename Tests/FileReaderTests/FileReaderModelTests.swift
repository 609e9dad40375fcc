import FileReader
import Foundation
import RecordCutting
import Testing
import UsageModel

/// Random lives of a log that is written, rotated in every way, compressed and deleted, and of a reader that is killed and
/// started again, against the list of lines that were written.
@Suite struct FileReaderModelTests {
    /// 10,000; a million with `ODOMETER_TORTURE=1`; or as many as `ODOMETER_SEQUENCES` says.
    private static let sequences: Int = {
        let environment = ProcessInfo.processInfo.environment
        let wanted = environment["ODOMETER_SEQUENCES"].flatMap { Int($0) }
        return wanted ?? (environment["ODOMETER_TORTURE"] == nil ? 10_000 : 1_000_000)
    }()

    /// A reader, what it gave out, and what of that is committed.
    private struct Life {
        let directory: TemporaryDirectory
        var random: RandomContents
        var harness = ReaderHarness()
        var committed = ReaderHarness()
        var reader: FileReader
        var crashes = 0
        private let clock = ManualClock(step: .milliseconds(100))

        init(_ directory: TemporaryDirectory, seed: UInt64) throws {
            self.directory = directory
            random = RandomContents(seed: seed)
            reader = try Life.reader(directory, 100, [], &random, clock)
        }

        /// One that looks at everything each time, or one that is told of changes; fair or not.
        private static func reader(
            _ directory: TemporaryDirectory, _ batch: Int, _ resume: [PartitionState], _ random: inout RandomContents,
            _ clock: ManualClock
        ) throws -> FileReader {
            try FileReader(
                source: "test", base: directory.path, include: ["*"], ends: .live, isWhole: { _ in false },
                options: FileReaderOptions(
                    batchBytes: batch, maximumRecordBytes: 10_000, turnBytes: random.next(2) == 0 ? nil : 3 * batch),
                resume: resume, schedule: random.next(2) == 0 ? nil : clock.schedule(interval: .seconds(60)))
        }

        /// Reads everything, or some of it.
        mutating func read() async {
            clock.advance(by: .seconds(random.next(2) == 0 ? 0 : 20))
            await harness.drain(&reader, batches: random.next(2) == 0 ? .max : random.next(6))
            if random.next(2) == 0 { committed = harness }
        }

        /// Reads everything there is, and commits it. What waits for another file to go is read in the second pass.
        mutating func settle() async {
            for _ in 0..<3 {
                clock.advance(by: .seconds(1_000))
                await harness.drain(&reader)
            }
            committed = harness
        }

        mutating func crash() throws {
            harness = committed
            crashes += 1
            reader = try Life.reader(directory, 40 + random.next(400), harness.resume, &random, clock)
        }
    }

    private func step(_ log: inout RotatingLog, _ life: inout Life, _ kind: Int) async throws {
        switch kind {
        case 0...4: log.write()
        case 5: log.writePart()
        case 6: log.rename()
        case 7: await log.copyAndCut({ await life.read() }, settle: { await life.settle() })
        case 8, 9: await log.compress { await life.read() }
        case 10: log.reopen()
        case 11:
            await life.settle()
            log.deleteOldest()
        case 12:
            // The file is open once it was read, and read on when its name is gone.
            log.write()
            await life.settle()
            log.write()
            log.delete()
            await life.settle()
        case 13, 14: try life.crash()
        default: await life.read()
        }
    }

    /// How a life ended.
    private struct End {
        var lines: Int
        var crashes: Int
        /// What is wrong; `nil` when every line was read once.
        var problem: String?
    }

    @Test("Every line once, whatever is renamed, copied, cut, compressed, deleted and restarted")
    func everyLineOnce() async throws {
        var (lines, crashes) = (0, 0)
        for seed in 1...UInt64(Self.sequences) {
            var end = try await live(seed)
            // A process that another test starts has the logs open until it becomes its own program, and a log that is open
            // waits. What is wrong in the reader is wrong each time.
            for _ in 0..<3 where end.problem != nil { end = try await live(seed) }
            if let problem = end.problem {
                Issue.record("seed \(seed), \(problem)")
                return
            }
            lines += end.lines
            crashes += end.crashes
        }
        print("tailing: \(Self.sequences) lives of logs, \(lines) lines, \(crashes) crashes, every line once")
    }

    private func live(_ seed: UInt64) async throws -> End {
        let directory = TemporaryDirectory()
        var log = RotatingLog(directory, seed: seed)
        var life = try Life(directory, seed: seed &* 31)
        var choice = RandomContents(seed: seed &* 17)
        var steps: [Int] = []
        for _ in 0..<(5 + choice.next(25)) {
            steps.append(choice.next(20))
            try await step(&log, &life, steps[steps.count - 1])
        }
        await life.settle()
        log.finish()
        await life.settle()
        let found = life.harness.lines.values.joined().map { String(decoding: $0.bytes, as: UTF8.self) }
        var end = End(lines: found.count, crashes: life.crashes)
        if found.sorted() == log.expected.sorted(), life.harness.errors.isEmpty { return end }
        let missing = Set(log.expected).subtracting(found).map { $0.prefix(40) }
        let doubled = Dictionary(grouping: found, by: \.self).filter { $0.value.count > 1 }.keys.map { $0.prefix(40) }
        let foreign = Set(found).subtracting(log.expected).map { $0.prefix(40) }
        end.problem = """
            steps \(steps), missing \(missing), doubled \(doubled), foreign \(foreign), partitions \(life.harness.order), \
            \(life.harness.errors)
            """
        return end
    }
}
