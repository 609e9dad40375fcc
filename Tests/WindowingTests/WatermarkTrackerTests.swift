import Testing
import UsageModel
import Windowing

@Suite struct WatermarkTrackerTests {
    private func batch(_ partition: String, _ times: [Int64], end: Bool = false) -> EventBatch {
        AttributedBatch(times.map { UsageRow(time: $0) }, partition: partition, reachesEnd: end).events
    }

    private func partition(_ id: String) -> Partition {
        Partition(source: "test", id: ByteString(id), descriptor: [])
    }

    @Test("It is the least of the active partitions' latest times, and never goes back")
    func least() {
        var tracker = WatermarkTracker()
        #expect(tracker.watermark == nil)
        tracker.observe(batch("a", [5, 9, 7]))
        #expect(tracker.watermark?.nanoseconds == 9)
        tracker.observe(batch("b", [4]))
        #expect(tracker.watermark?.nanoseconds == 9)
        tracker.observe(batch("a", [30]))
        tracker.observe(batch("b", [12, 11]))
        #expect(tracker.watermark?.nanoseconds == 12)
    }

    @Test("An idle partition holds nobody up, and when all are idle the greatest time counts")
    func idle() {
        var tracker = WatermarkTracker()
        tracker.observe(batch("a", [10], end: true))
        tracker.observe(batch("b", [3]))
        tracker.observe(batch("b", [20]))
        #expect(tracker.watermark?.nanoseconds == 20)
        tracker.observe(batch("a", [40]))
        #expect(tracker.watermark?.nanoseconds == 20)
        tracker.observe(batch("b", [21], end: true))
        tracker.observe(batch("a", [], end: true))
        #expect(tracker.watermark?.nanoseconds == 40)
    }

    @Test("A new partition holds the watermark until its first event, or until its source has nothing more to read")
    func new() {
        var tracker = WatermarkTracker()
        tracker.observe(batch("a", [10]))
        tracker.open(partition("b"))
        tracker.observe(batch("a", [50]))
        #expect(tracker.watermark?.nanoseconds == 10)
        tracker.observe(batch("b", [30]))
        #expect(tracker.watermark?.nanoseconds == 30)
        tracker.settle(source: "other")
        #expect(tracker.watermark?.nanoseconds == 30)
        tracker.settle(source: "test")
        #expect(tracker.watermark?.nanoseconds == 50)
    }

    @Test("A partition that will have nothing more is forgotten, and its place is another's")
    func last() {
        var tracker = WatermarkTracker()
        for number in 0..<1_000 {
            var events = batch("\(number)", [Int64(number)], end: true)
            events.records.isLast = true
            tracker.open(partition("\(number)"))
            tracker.open(partition("\(number + 1)"))
            tracker.observe(events)
            // The next one was told of, and holds it.
            #expect(tracker.watermark == nil)
        }
        tracker.observe(batch("1000", [7]))
        #expect(tracker.watermark?.nanoseconds == 7)
        tracker.observe(batch("1000", [8], end: true))
        #expect(tracker.watermark?.nanoseconds == 999)
    }

    @Test("After a restart it begins at the committed one")
    func restored() {
        var tracker = WatermarkTracker(restoring: Timestamp(nanoseconds: 100))
        tracker.observe(batch("a", [50], end: true))
        #expect(tracker.watermark?.nanoseconds == 100)
        tracker.observe(batch("a", [150]))
        #expect(tracker.watermark?.nanoseconds == 150)
    }

    @Test("What was read before a restart counts when all are idle, though the watermark had not come to it")
    func restoredLatest() {
        var tracker = WatermarkTracker()
        tracker.observe(batch("a", [500], end: true))
        tracker.observe(batch("b", [20]))
        #expect(tracker.watermark?.nanoseconds == 500)
        var held = WatermarkTracker()
        held.open(partition("b"))
        held.observe(batch("a", [500], end: true))
        #expect(held.watermark == nil)
        var again = WatermarkTracker(restoring: held.watermark, latest: held.latest)
        again.observe(batch("b", [20], end: true))
        #expect(again.watermark?.nanoseconds == 500)
    }

    /// The rules once more, with all partitions looked at each time.
    private struct SlowTracker {
        var latest: [String: Int64] = [:]
        var active: Set<String> = []
        var watermark: Int64?

        mutating func observe(_ partition: String, _ times: [Int64], end: Bool) {
            latest[partition] = ([latest[partition]].compactMap { $0 } + times).max()
            if end { active.remove(partition) } else { active.insert(partition) }
            advance()
        }

        mutating func advance() {
            let marks = active.map { latest[$0] }
            if marks.contains(nil) { return }
            let next = active.isEmpty ? latest.values.max() : marks.compactMap { $0 }.min()
            watermark = [watermark, next].compactMap { $0 }.max()
        }
    }

    @Test("Whatever partitions do, it is what looking at all of them gives")
    func property() {
        var random = SplitMix(state: 5)
        for _ in 0..<200 {
            var (tracker, slow) = (WatermarkTracker(), SlowTracker())
            for step in 0..<400 {
                let name = "p\(Int.random(in: 0..<9, using: &random))"
                switch Int.random(in: 0..<20, using: &random) {
                case 0:
                    tracker.open(partition(name))
                    slow.active.insert(name)
                case 1:
                    tracker.settle(source: "test")
                    slow.active = []
                    slow.advance()
                default:
                    let times = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                        Int64(step) + Int64.random(in: -50...50, using: &random)
                    }
                    let end = Bool.random(using: &random)
                    tracker.observe(batch(name, times, end: end))
                    slow.observe(name, times, end: end)
                }
                #expect(tracker.watermark?.nanoseconds == slow.watermark)
            }
        }
    }
}
