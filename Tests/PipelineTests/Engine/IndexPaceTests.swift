import Testing

@testable import Pipeline

@Suite("Index pace")
struct IndexPaceTests {
    @Test("The index works for a twentieth of the time, and rests for a quarter of a second at most")
    func rest() {
        #expect(IndexPace.rest(after: .zero, timeLeft: nil) == .zero)
        #expect(IndexPace.rest(after: .microseconds(500), timeLeft: nil) == .microseconds(9_500))
        #expect(IndexPace.rest(after: .milliseconds(13), timeLeft: nil) == .milliseconds(247))
        #expect(IndexPace.rest(after: .milliseconds(14), timeLeft: nil) == .milliseconds(250))
        #expect(IndexPace.rest(after: .seconds(3), timeLeft: nil) == .milliseconds(250))
    }

    @Test("The index rests less and less towards the end of a run")
    func end() {
        #expect(IndexPace.rest(after: .seconds(1), timeLeft: .seconds(60)) == .milliseconds(250))
        #expect(IndexPace.rest(after: .seconds(1), timeLeft: .milliseconds(100)) == .milliseconds(50))
        #expect(IndexPace.rest(after: .milliseconds(1), timeLeft: .milliseconds(100)) == .milliseconds(19))
        #expect(IndexPace.rest(after: .seconds(1), timeLeft: .zero) == .zero)
    }
}
