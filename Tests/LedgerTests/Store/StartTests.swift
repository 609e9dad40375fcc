import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("Start of a long history")
struct StartTests {
    /// Ten gigabytes of old segments, each with a hole where its other frames would be.
    private static let segments = 40
    private static let segmentBytes: UInt64 = 256 << 20
    private static let retention = IdentityRetention(horizon: 35 * 86_400 * 1_000_000_000)
    private static let limits = IdentityLimits(maximumEvents: 100_000)

    /// A commit of a thousand events in an hour of its own.
    private static func commit(_ number: Int) -> Commit {
        var generator = SplitMix64(seed: UInt64(number))
        var commit = Commit.small(number)
        commit.identities = (0..<1_000).map { _ in
            EventIdentity(
                identity: Digest128(high: generator.next(), low: generator.next()), content: 1,
                hour: Int32(number))
        }
        commit.watermark = Timestamp(nanoseconds: Int64(number) * 3_600_000_000_000)
        return commit
    }

    /// A ledger of that many segments, whose last commits, and whose index's last frames, a killed writer left behind.
    private static func history(of segments: Int, tail: Int) async throws -> TemporaryLedger {
        let place = TemporaryLedger()
        let options = LedgerOptions(segmentBytes: 100_000)
        var writer = try await place.open(options)
        for number in 0..<4 * segments {
            try await writer.append(commit(number))
            if number % 50 == 0 { try await writer.applyIndex() }
        }
        try await writer.close()
        // A start writes what it reads of the identities as runs.
        writer = try await place.open(options)
        let watermark = try await writer.status().watermark
        let opening = try writer.openIdentities(retention, watermark: watermark, limits: limits)
        #expect(opening.recent.count < limits.maximumEvents)
        for number in 0..<tail { try await writer.append(.small(number)) }
        await writer.abandon()
        return place
    }

    @Test("After a crash only the tail is read, however long the history is")
    func tail() async throws {
        let place = try await Self.history(of: 30, tail: 20)
        let history = try place.names(in: "segments").reduce(0) { try $0 + place.data(of: "segments/\($1)").count }
        let disk = CountingDisk()
        var options = LedgerOptions()
        options.disk = disk
        let writer = try await place.open(options)
        let watermark = try await writer.status().watermark
        let opening = try writer.openIdentities(Self.retention, watermark: watermark, limits: Self.limits)
        #expect(!opening.isDerived)
        try await writer.close()
        // Headers, the frames since the last run of identities, and the filters; not the runs, nor the frames before.
        let recent = opening.recent.count * 24
        #expect(disk.bytesRead < UInt64(history / 4 + 3 * recent))
        print("start: \(disk.bytesRead) bytes read of a history of \(history)")
    }

    @Test(
        "Ten gigabytes of history are started with in less time than it takes to wait for",
        .enabled(if: ProcessInfo.processInfo.environment["ODOMETER_FULL"] == "1"))
    func tenGigabytes() async throws {
        // The identities of the newer segments are in no run yet, so those are read.
        let place = try await Self.history(of: Self.segments + 40, tail: 4_000)
        var total: UInt64 = 0
        let names = try place.names(in: "segments")
        for (number, name) in names.enumerated() {
            let file = try LocalDisk().open(place.path + "/segments/" + name, .writing)
            // Behind its frames nothing stands: no more than the header of such a segment may be read.
            if number < Self.segments { try file.truncate(to: Self.segmentBytes) }
            total += try file.size()
        }
        let start = ContinuousClock.now
        let writer = try await place.open()
        let watermark = try await writer.status().watermark
        let opening = try writer.openIdentities(Self.retention, watermark: watermark, limits: Self.limits)
        let time = ContinuousClock.now - start
        #expect(!opening.isDerived)
        try await writer.close()
        print("start: \(names.count) segments, \(total) bytes, \(opening.recentCommits) commits of tail: \(time)")
        #expect(total > 10 << 30)
    }
}
