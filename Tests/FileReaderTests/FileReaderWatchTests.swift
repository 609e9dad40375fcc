import Glibc
import Testing
import UsageModel

@testable import FileReader

/// What inotify tells is a hint that makes the next look early; looking at everything is what finds all.
@Suite struct FileReaderWatchTests {
    private let directory = TemporaryDirectory()
    /// A look takes 100 ms by this clock, so the next after a hint is 0.9 s later and without one 20 s.
    private let clock = ManualClock(step: .milliseconds(100))

    private func reader(_ include: [String] = ["**/*.log"]) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: include, ends: .live, isWhole: { _ in false },
            schedule: clock.schedule(interval: .seconds(10)))
    }

    private func isReadable(_ reader: FileReader) -> Bool {
        guard let descriptor = reader.readiness else { return false }
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&polled, 1, 0) == 1
    }

    @Test("A known file that grows is read before everything is looked at, and a new one at the next look")
    func hints() async throws {
        directory.make("d")
        directory.write("d/a.log", "one\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        await harness.drain(&reader)
        #expect(!isReadable(reader))
        directory.append("d/a.log", "two\n")
        directory.write("d/b.log", "new\n")
        #expect(isReadable(reader))
        await harness.drain(&reader)
        #expect(harness.texts("d/a.log#0") == ["one", "two"])
        #expect(harness.texts("d/b.log#0") == [])
        clock.advance(by: .seconds(9))
        await harness.drain(&reader)
        #expect(harness.texts("d/b.log#0") == ["new"])
    }

    @Test("A renamed file and the new one at its path are found by the hint")
    func rotation() async throws {
        directory.write("a.log", "one\n")
        var harness = ReaderHarness()
        var reader = try reader(["a.log"])
        await harness.drain(&reader)
        directory.rename("a.log", "a.old")
        directory.append("a.old", "two\n")
        directory.write("a.log", "new\n")
        clock.advance(by: .seconds(9))
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two"])
        #expect(harness.texts("a.log#1") == ["new"])
    }

    @Test("A directory that appears late is looked into, and told of from then on")
    func lateDirectory() async throws {
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.make("x/y")
        directory.write("x/y/a.log", "one\n")
        #expect(isReadable(reader))
        clock.advance(by: .seconds(9))
        await harness.drain(&reader)
        #expect(harness.texts("x/y/a.log#0") == ["one"])
        directory.append("x/y/a.log", "two\n")
        await harness.drain(&reader)
        #expect(harness.texts("x/y/a.log#0") == ["one", "two"])
    }

    @Test("What no hint tells of is found when everything is looked at")
    func polling() async throws {
        let elsewhere = TemporaryDirectory()
        elsewhere.write("target", "one\n")
        unsafe symlink(elsewhere.path + "/target", directory.path + "/a.log")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        elsewhere.append("target", "two\n")
        clock.advance(by: .seconds(5))
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one"])
        clock.advance(by: .seconds(20))
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two"])
    }

    @Test("A file with a second name, through which it grows, is read at once")
    func secondName() async throws {
        directory.write("a.log", "one\n")
        directory.hardLink("a.log", "b.log")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.append("b.log", "two\n")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two"])
        #expect(!reader.needsFullScan)
    }

    @Test("When more changes than the queue holds, everything is looked at")
    func overflow() async throws {
        for name in ["a", "b", "c"] { directory.write("\(name).log", "0\n") }
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        let (a, b) = (OpenLog(directory, "a.log"), OpenLog(directory, "b.log"))
        // The queue holds 16,384 events (inotify(7), max_queued_events); the same twice in a row is one.
        for number in 1...10_000 {
            a.append("\(number)\n")
            b.append("\(number)\n")
        }
        directory.append("c.log", "1\n")
        clock.advance(by: .seconds(9))
        await harness.drain(&reader)
        #expect(harness.texts("c.log#0") == ["0", "1"])
        for name in ["a", "b"] { #expect(harness.texts("\(name).log#0") == (0...10_000).map(String.init)) }
    }

    @Test("Files that the patterns do not name make nothing happen")
    func others() async throws {
        directory.write("a.log", "one\n")
        var harness = ReaderHarness()
        var reader = try reader(["*.log"])
        await harness.drain(&reader)
        directory.write("b.log", "late\n")
        directory.rename("b.log", "b.txt")
        clock.advance(by: .seconds(9))
        await harness.drain(&reader)
        for number in 0..<100 { directory.append("c.txt", "\(number)\n") }
        await harness.drain(&reader)
        #expect(harness.order == ["a.log#0"])
        #expect(!isReadable(reader) && !reader.needsFullScan)
    }
}
