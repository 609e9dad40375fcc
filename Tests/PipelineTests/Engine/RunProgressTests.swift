import Testing
import UsageModel

@testable import Pipeline

@Suite("Run progress")
struct RunProgressTests {
    @Test("The rest takes as long as its bytes do at the speed so far")
    func timeLeft() {
        var progress = RunProgress(bytesRead: 25, bytesTotal: 100, elapsed: .seconds(3))
        #expect(progress.timeLeft == .seconds(9))
        progress.bytesRead = 100
        #expect(progress.timeLeft == .zero)
        // More than there were at the start: they grew.
        progress.bytesRead = 101
        #expect(progress.timeLeft == .zero)
    }

    @Test("Nobody knows how long a run takes that follows its sources, still looks for more, or has read nothing")
    func isUnknown() {
        #expect(RunProgress(bytesRead: 25, elapsed: .seconds(3)).timeLeft == nil)
        let looking = RunProgress(bytesRead: 25, bytesTotal: 100, lookingIn: ["gateway"], elapsed: .seconds(3))
        #expect(looking.timeLeft == nil)
        #expect(RunProgress(bytesTotal: 100, elapsed: .seconds(3)).timeLeft == nil)
    }
}
