import Testing
import UsageModel

@testable import Pipeline

/// Compared with a list that is searched from its beginning and crossed off.
@Suite("Listed events")
struct ListedEventsTests {
    @Test("Each listed event is found once, by all of it or by its name and hour", arguments: [true, false])
    func once(isNamed: Bool) {
        var random = AuditSampleTests.Xorshift(state: isNamed ? 3 : 4)
        // Few values, so that identities come again in other hours and with other contents, and slots collide.
        func event() -> EventIdentity {
            EventIdentity(
                identity: Digest128(high: random.next() % 2, low: random.next() % 40), content: random.next() % 3,
                hour: Int32(random.next() % 3))
        }
        for count in [0, 1, 50, 200] {
            var list = Array(Set((0..<count).map { _ in event() }))
            var listed = ListedEvents(list)
            for _ in 0..<600 {
                let event = event()
                let place = list.firstIndex {
                    $0.identity == event.identity && $0.hour == event.hour && (isNamed || $0.content == event.content)
                }
                if let place { list.remove(at: place) }
                #expect(listed.find(event, isNamed: isNamed) == (place != nil))
            }
        }
    }
}
