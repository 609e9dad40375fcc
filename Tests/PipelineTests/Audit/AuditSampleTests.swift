import Testing

@testable import Pipeline

/// What a sample of commits says of all of them, in simulated ledgers with known damage.
@Suite("Samples of an audit")
struct AuditSampleTests {
    /// What the sample of one simulated ledger found.
    private struct Trial {
        var report = AuditReport()
        /// The part of the commits that is damaged.
        var damaged: Double

        /// Whether the audit says that fewer are damaged than are.
        var isWrong: Bool { report.boundOfSample.map { $0 < damaged } ?? false }

        /// - Parameter damage: the part of the commits that is damaged, at places drawn at random.
        init(commits: Int, sample: Double, damage: Double, _ random: inout Xorshift) {
            var selection = AuditSelection()
            (selection.sample, selection.seed) = (sample, random.next())
            let count = Int((Double(commits) * damage).rounded(.up))
            damaged = Double(count) / Double(commits)
            let places = Set((1...commits).shuffled(using: &random).prefix(count))
            for seq in 1...commits {
                report.commits += 1
                guard selection.draws(UInt64(seq)) else { continue }
                report.commitsChecked += 1
                if places.contains(seq) {
                    report.differences.append(AuditDifference(seq: UInt64(seq), cause: .sourceChanged, detail: ""))
                }
            }
        }
    }

    /// The same numbers on every run, written otherwise than the draw of a sample (xorshift64*, Vigna 2016).
    struct Xorshift: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return state &* 0x2545_F491_4F6C_DD1D
        }
    }

    @Test("In a thousand ledgers with as much damage as the bound allows, one in a hundred samples misses it at most")
    func bound() {
        var random = Xorshift(state: 20_261_127)
        var (wrong, clean) = (0, 0)
        for _ in 0..<1_000 {
            let commits = Int.random(in: 300...3_000, using: &random)
            let sample = Double.random(in: 0.02...0.3, using: &random)
            // Just above what a clean sample of that size would claim.
            var expected = AuditReport()
            (expected.commits, expected.commitsChecked) = (UInt64(commits), UInt64(Double(commits) * sample))
            let trial = Trial(
                commits: commits, sample: sample, damage: (expected.boundOfSample ?? 0.5) * 1.02, &random)
            if trial.isWrong { wrong += 1 }
            if trial.report.isIdentical { clean += 1 }
        }
        // Ten are expected; three standard deviations above is 20.
        #expect(wrong <= 20, "\(wrong) of 1,000 samples claim too much, \(clean) met no damage")
        // The claim is no more careful than it says: with less damage samples do miss it.
        #expect(clean > 0)
    }

    @Test("A sample that met damage claims nothing, and neither does one of no commits or of all")
    func nothing() {
        var random = Xorshift(state: 1)
        let trial = Trial(commits: 1_000, sample: 0.5, damage: 0.5, &random)
        #expect(!trial.report.isIdentical && trial.report.boundOfSample == nil)
        var report = AuditReport()
        #expect(report.boundOfSample == nil)
        (report.commits, report.commitsChecked) = (10, 10)
        #expect(report.boundOfSample == nil)
    }

    @Test("459 commits without a difference make it 99 % sure that fewer than 1 % differ")
    func known() throws {
        var report = AuditReport()
        (report.commits, report.commitsChecked) = (100_000, 459)
        #expect(try #require(report.boundOfSample) < 0.01)
        report.commitsChecked = 458
        #expect(try #require(report.boundOfSample) > 0.01)
    }
}
