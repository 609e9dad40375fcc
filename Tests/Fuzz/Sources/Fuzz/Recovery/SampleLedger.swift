import UsageModel

@testable import Ledger

/// A sound ledger of a few frames in three segments, the same on each run, which inputs then break.
struct SampleLedger {
    /// A frame's place.
    struct Place {
        var segment: Int
        var range: Range<Int>
    }

    var segments: [(name: String, bytes: [UInt8])]
    let frames: [Place]

    static let whole: SampleLedger = {
        do {
            return try SampleLedger()
        } catch {
            fatalError("the sample ledger cannot be made: \(error)")
        }
    }()

    private init() throws(LedgerError) {
        let store = MemoryStore()
        let header = SegmentHeader(ledger: FrameTarget.ledger, firstSeq: 1, epoch: 0, previous: .none)
        var places: [(segment: String, range: Range<Int>)] = []
        _ = try Segment(header, in: store)
        for epoch in 1...2 as ClosedRange<UInt64> {
            let scan = try LedgerScan(try Segment.all(in: store), in: store, after: nil)
            try store.fence(epoch)
            var writer = try SegmentWriter(store, scan, epoch: epoch, segmentBytes: 700, newSegment: false)
            for content in SampleLedger.contents(epoch) {
                let entry = try writer.append(content, time: Timestamp(nanoseconds: Int64(epoch)))
                places.append((entry.segment, Int(entry.offset)..<Int(entry.offset + entry.size)))
            }
        }
        let contents = store.contents
        let names = contents.segments.keys.sorted()
        segments = names.map { ($0, contents.segments[$0] ?? []) }
        frames = places.map { Place(segment: names.firstIndex(of: $0.segment) ?? 0, range: $0.range) }
    }

    private static func contents(_ epoch: UInt64) -> [LedgerEntry.Content] {
        let document = LedgerDocument(kind: .tenants, bytes: Array("subject,tenant\n".utf8) + [UInt8(epoch)])
        return [.document(document)] + (1...2).map { .commit(commit(epoch * 10 + $0)) }
    }

    /// A commit that is told from others by its number.
    static func commit(_ number: UInt64) -> Commit {
        var commit = Commit(configuration: .none, tenants: .none)
        let partition = Partition(source: "s", id: "p", descriptor: [])
        commit.partitions = [PartitionState(partition: partition, position: .byte(number))]
        let window = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 60))
        commit.delta = UsageDelta(
            meters: [UsageDelta.MeterHeader(name: "m", aggregation: .sum, dimensions: [])],
            entries: [
                UsageDelta.Entry(
                    meter: 0, tenant: "t", dimensions: [], window: window,
                    aggregate: .sum(Quantity(whole: Int64(number)), events: 1))
            ])
        return commit
    }
}
