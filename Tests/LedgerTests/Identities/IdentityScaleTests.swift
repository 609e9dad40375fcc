import Foundation
import Glibc
import Testing
import UsageModel
import Windowing

@testable import Ledger

/// 100 million events within the horizon: `ODOMETER_FULL=1`, 4 GB of disk. What it takes is printed.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["ODOMETER_FULL"] == "1"))
struct IdentityScaleTests {
    private static let batch = 4_000
    private static let horizon = IdentityHorizon(firstHour: 0, prunedBefore: .min)
    private static let ledger = LedgerID(bytes: [UInt8](repeating: 7, count: 16))

    private static func event(_ number: UInt64) -> EventIdentity {
        var mixed = SplitMix64(seed: number)
        // 840 hours, in the order of time.
        return EventIdentity(
            identity: Digest128(high: mixed.next(), low: mixed.next()), content: number, hour: Int32(number / 119_048))
    }

    /// Time of the processor that the process has used: the machine may be busy with something else.
    private static var used: Duration {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// In KiB.
    private static func status(_ field: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(field) }
        return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
    }

    private static func find(
        _ view: IdentityView, batches: Int, _ number: (Int) -> UInt64
    ) throws -> (found: Int, time: Duration) {
        var found = 0
        var time = Duration.zero
        for batch in 0..<batches {
            let events = AttributedBatch(
                identities: (0..<Self.batch).map { Self.event(number(batch * Self.batch + $0)) }
            ).events
            let start = used
            let matches = try view.find(events, within: horizon)
            time += used - start
            found += matches.count { $0 != .none }
        }
        return (found, time)
    }

    @Test("100 million events are kept in some 400 MiB, opened and looked up")
    func hundredMillion() throws {
        let count = 100_000_000
        let place = TemporaryLedger()
        let directory = place.directory
        try directory.create()
        try directory.makeDirectory(directory.identities)
        let limits = IdentityLimits()
        let mark = SegmentReader.Mark(
            chain: Chain(seq: 1, hash: .none), segment: LedgerDirectory.segmentName(firstSeq: 1), offset: 128)
        let clock = ContinuousClock()
        var archive = IdentityArchive(
            IdentityStore(
                IdentityManifest(ledger: Self.ledger), [], in: directory, limits: limits, horizon: Self.horizon))
        var next = 0
        let (sorting, writing, merging) = try fill(&archive, to: count, &next, mark)
        print(
            "scale: an event is sorted in \(sorting / count), written in \(writing / count), merged in \(merging / count)"
        )
        print("scale: \(archive.store.runs.count) runs; after writing and merging \(try Self.status("VmHWM")) KiB")
        let manifest = archive.store.manifest
        archive = IdentityArchive(
            IdentityStore(
                IdentityManifest(ledger: Self.ledger), [], in: directory, limits: limits, horizon: Self.horizon))
        let (start, used) = (clock.now, Self.used)
        var runs: [IdentityRun] = []
        for run in manifest.runs {
            runs.append(
                try #require(
                    try IdentityRun.open(
                        run.number, checksum: run.headerChecksum, of: Self.ledger, in: directory, firstHour: 0)))
        }
        let opened = clock.now - start
        print(
            "scale: opened in \(opened), \(Self.used - used) of the processor; filters \(runs.reduce(0) { $0 + ($1.filter?.bytes.count ?? 0) } >> 20) MiB"
        )
        let view = IdentityView(place: directory, runs: runs, flushes: 0)
        let absent = try Self.find(view, batches: 250) { UInt64(count + $0) }
        #expect(absent.found == 0)
        let recent = try Self.find(view, batches: 50) { UInt64(count - 200_000 + $0) }
        #expect(recent.found == 50 * Self.batch)
        let spread = try Self.find(view, batches: 25) { UInt64($0) * 997 % UInt64(count) }
        #expect(spread.found == 25 * Self.batch)
        print("scale: an absent event in \(absent.time / (250 * Self.batch)), a repeat of the same hours in")
        print("scale: \(recent.time / (50 * Self.batch)), one from anywhere in \(spread.time / (25 * Self.batch))")
        let most = try Self.status("VmHWM")
        print("scale: \(most) KiB at the most, \(try Self.status("VmRSS")) at the end")
        // It is more or less by a tenth, as merges fall.
        #expect(most < 440 << 10)
    }

    private func fill(
        _ archive: inout IdentityArchive, to count: Int, _ next: inout Int, _ mark: SegmentReader.Mark
    ) throws -> (sorting: Duration, writing: Duration, merging: Duration) {
        var (sorting, writing, merging) = (Duration.zero, Duration.zero, Duration.zero)
        while next < count {
            let end = min(count, next + archive.store.maximumEvents)
            var deduplicator = Deduplicator()
            while next < end {
                let stop = min(end, next + Self.batch)
                deduplicator.insert((next..<stop).map { Self.event(UInt64($0)) })
                next = stop
            }
            let start = Self.used
            let events = deduplicator.freeze().sorted
            let sorted = Self.used
            try archive.flush(events, through: LedgerFrame(mark: mark), within: Self.horizon)
            let written = Self.used
            while try archive.compact() {}
            sorting += sorted - start
            writing += written - sorted
            merging += Self.used - written
        }
        return (sorting, writing, merging)
    }
}
