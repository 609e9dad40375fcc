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

    @Test("A new partition holds the watermark until its first event, or until it is closed")
    func new() {
        var tracker = WatermarkTracker()
        tracker.observe(batch("a", [10]))
        tracker.open(partition("b"))
        tracker.observe(batch("a", [50]))
        #expect(tracker.watermark?.nanoseconds == 10)
        tracker.observe(batch("b", [30]))
        #expect(tracker.watermark?.nanoseconds == 30)
        tracker.close(partition("b"))
        #expect(tracker.watermark?.nanoseconds == 50)
    }

    @Test("After a restart it begins at the committed one")
    func restored() {
        var tracker = WatermarkTracker(restoring: Timestamp(nanoseconds: 100))
        tracker.observe(batch("a", [50], end: true))
        #expect(tracker.watermark?.nanoseconds == 100)
        tracker.observe(batch("a", [150]))
        #expect(tracker.watermark?.nanoseconds == 150)
    }
}
