import Pipeline
import Testing
import UsageModel

@testable import odometer

@Suite("Progress")
struct ProgressTextTests {
    static let half = RunProgress(
        bytesRead: 6 << 20, bytesTotal: 12 << 20, counts: RecordCounts(accepted: 40_000, duplicates: 1_234), commits: 3,
        elapsed: .seconds(4))

    @Test("A line tells bytes, events, speed and the time left")
    func line() {
        #expect(
            ProgressText(progress: Self.half).line == "6.0 MiB of 12.0 MiB, 41,234 events, 10,308 events/s, 4.0 s left")
    }

    @Test("Where the end is not known, neither it nor the time left is told")
    func following() {
        var progress = Self.half
        progress.bytesTotal = nil
        #expect(ProgressText(progress: progress).line == "6.0 MiB, 41,234 events, 10,308 events/s")
        #expect(ProgressText(progress: progress).bar(width: 20) == "6.0 MiB, 41,234 even")
    }

    @Test("A bar is as wide as there is room, and never wider than the terminal", arguments: 1...120)
    func bar(_ width: Int) {
        let bar = ProgressText(progress: Self.half).bar(width: width)
        #expect(bar.count <= width)
        if width == 120 {
            #expect(
                bar.hasPrefix(
                    "[" + String(repeating: "#", count: 15) + String(repeating: "-", count: 15) + "]  50%  6.0 MiB"))
        }
    }

    @Test("Nothing yet, and nothing to do, are told without a division by zero")
    func empty() {
        #expect(ProgressText(progress: RunProgress()).line == "0 B, 0 events, 0 events/s")
        #expect(ProgressText(progress: RunProgress(bytesTotal: 0)).bar(width: 60).contains("100%"))
    }

    @Test("More bytes than there were at the start are not more than all")
    func grown() {
        #expect(
            ProgressText(progress: RunProgress(bytesRead: 20, bytesTotal: 10, elapsed: .seconds(1))).bar(width: 80)
                .contains("100%"))
    }

    @Test("The end tells what became of the records")
    func summary() {
        #expect(
            ProgressText(progress: Self.half).summary
                == "41,234 records read: 40,000 accepted, 1,234 duplicates, 0 conflicts, 0 rejected; 3 commits; 6.0 MiB in 4.0 s, 10,308 events/s"
        )
    }

    @Test("Where the files are counted, a line tells how many are read")
    func files() {
        var progress = Self.half
        progress.partitionsRead = 3
        progress.partitionsTotal = 1_200
        #expect(
            ProgressText(progress: progress).line
                == "6.0 MiB of 12.0 MiB, 3 of 1,200 files, 41,234 events, 10,308 events/s, 4.0 s left")
    }

    @Test("A run that was told to stop says what is left, and one that came to its end nothing")
    func left() {
        var progress = Self.half
        #expect(ProgressText(progress: progress).left == nil)
        progress.partitionsRead = 3
        progress.partitionsTotal = 4
        #expect(
            ProgressText(progress: progress).left
                == "not finished: 6.0 MiB in 1 file left to read; the same command goes on from there")
        progress.isComplete = true
        #expect(ProgressText(progress: progress).left == nil)
    }

    @Test("The end tells how many files were left alone")
    func leftAlone() {
        var progress = Self.half
        progress.partitionsLeft = 2
        #expect(ProgressText(progress: progress).summary.hasSuffix(" events/s; 2 files left alone"))
    }
}
