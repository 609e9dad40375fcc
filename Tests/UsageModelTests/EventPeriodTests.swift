import Testing
import UsageModel

@Suite("Periods of event time")
struct EventPeriodTests {
    private static func at(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }

    @Test("A period has its first moment and not its end, and a side that is not given is open")
    func bounds() {
        let times = [Int64.min, 9, 10, 19, 20, Int64.max].map(Self.at)
        func contained(_ start: Int64?, _ end: Int64?) -> [Bool] {
            times.map(EventPeriod(start: start.map(Self.at), end: end.map(Self.at)).contains)
        }
        #expect(contained(10, 20) == [false, false, true, true, false, false])
        #expect(contained(10, nil) == [false, false, true, true, true, true])
        #expect(contained(nil, 20) == [true, true, true, true, false, false])
        #expect(contained(nil, nil) == [true, true, true, true, true, true])
    }
}
