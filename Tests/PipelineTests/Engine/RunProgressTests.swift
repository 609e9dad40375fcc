import Testing
import UsageModel

@testable import Pipeline

@Suite("Run progress")
struct RunProgressTests {
    @Test("The rest takes as long as its bytes do at the speed so far")
    func timeLeft() {
        var progress = RunProgress(bytesRead: 25, bytesTotal: 100, elapsed: .seconds(3))
        #expect(progress.timeLeft == .seconds(9))
        progress.bytesTotal = .max
        #expect(progress.timeLeft == .seconds(86_400))
    }

    @Test("Nobody knows how long a run takes that follows its sources, looks for more, or has read nothing or all")
    func isUnknown() {
        #expect(RunProgress(bytesRead: 25, elapsed: .seconds(3)).timeLeft == nil)
        let looking = RunProgress(bytesRead: 25, bytesTotal: 100, lookingIn: ["gateway"], elapsed: .seconds(3))
        #expect(looking.timeLeft == nil)
        for bytes: UInt64 in [0, 100, 101] {
            #expect(RunProgress(bytesRead: bytes, bytesTotal: 100, elapsed: .seconds(3)).timeLeft == nil)
        }
    }
}
