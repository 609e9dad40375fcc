import Testing

@testable import Pipeline

@Suite("Index pace")
struct IndexPaceTests {
    @Test("The index works for a twentieth of the time, and rests for a quarter of a second at most")
    func rest() {
        #expect(IndexPace.rest(after: .zero) == .zero)
        #expect(IndexPace.rest(after: .microseconds(500)) == .microseconds(9_500))
        #expect(IndexPace.rest(after: .milliseconds(13)) == .milliseconds(247))
        #expect(IndexPace.rest(after: .milliseconds(14)) == .milliseconds(250))
        #expect(IndexPace.rest(after: .seconds(3)) == .milliseconds(250))
    }
}
