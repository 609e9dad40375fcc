import Testing
import UsageModel

@testable import Ledger

@Suite("Commit codec")
struct CommitCodecTests {
    @Test("A commit comes back as it was, the identities in the order of hours")
    func roundTrip() throws {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<500 {
            var commit = Commit.random(using: &generator)
            #expect(try CommitCodec.decode(CommitCodec.encode(commit)) == commit)
            // Hours mixed: they come back sorted, and within an hour in the order of acceptance.
            commit.identities.shuffle(using: &generator)
            let decoded = try CommitCodec.decode(CommitCodec.encode(commit))
            var expected: [EventIdentity] = []
            for hour in Set(commit.identities.map(\.hour)).sorted() {
                expected += commit.identities.filter { $0.hour == hour }
            }
            #expect(decoded.identities == expected)
        }
    }

    @Test("The extremes of every number come back")
    func extremes() throws {
        var commit = Commit(configuration: .none, tenants: .none)
        let header = UsageDelta.MeterHeader(name: "m", aggregation: .sum, dimensions: [])
        let window = Window(start: Timestamp(nanoseconds: .min), end: Timestamp(nanoseconds: .max))
        commit.delta = UsageDelta(
            meters: [header],
            entries: [Int128.min, .max, 0, -1, 1].map {
                UsageDelta.Entry(
                    meter: 0, tenant: "", dimensions: [], window: window,
                    aggregate: .sum(Quantity(units: $0), events: .max), correction: .late)
            })
        commit.identities = [Int32.min, 0, .max].map {
            EventIdentity(identity: Digest128(high: .max, low: 0), content: .max, hour: $0)
        }
        commit.watermark = Timestamp(nanoseconds: .min)
        #expect(try CommitCodec.decode(CommitCodec.encode(commit)) == commit)
    }

    @Test("A commit that ends with the smallest of everything comes back")
    func smallest() throws {
        for position in [Position.shard(.horizon), .shard(.end), .byte(0)] {
            for count in 1...50 {
                var commit = Commit(
                    configuration: Digest256(bytes: [UInt8](repeating: 0, count: 32)),
                    tenants: Digest256(bytes: [UInt8](repeating: 0, count: 32)))
                let state = PartitionState(partition: Partition(source: "", id: "", descriptor: []), position: position)
                commit.partitions = [PartitionState](repeating: state, count: count)
                #expect(try CommitCodec.decode(CommitCodec.encode(commit)) == commit)
                let range = Commit.SourceRange(
                    partition: 0, range: PositionRange(start: position, end: position),
                    digest: Digest256(bytes: [UInt8](repeating: 0, count: 32)), counts: RecordCounts(), records: 0)
                commit.ranges = [Commit.SourceRange](repeating: range, count: count)
                #expect(try CommitCodec.decode(CommitCodec.encode(commit)) == commit)
                let record = QuarantinedRecord(
                    partition: 0, position: position, length: 0, reason: .badLine, detail: "", bytes: [])
                commit.quarantine = [QuarantinedRecord](repeating: record, count: count)
                #expect(try CommitCodec.decode(CommitCodec.encode(commit)) == commit)
            }
        }
    }

    @Test("Whatever the bytes, decoding gives a commit with those very bytes or an error, never a trap")
    func mutations() throws {
        var generator = SplitMix64(seed: 11)
        var (accepted, refused) = (0, 0)
        for _ in 0..<100 {
            let bytes = try CommitCodec.encode(Commit.random(using: &generator, entries: 3, identities: 3))
            for _ in 0..<300 {
                let mutant = mutate(bytes, using: &generator)
                do {
                    let commit = try CommitCodec.decode(mutant)
                    // What is read of format 1 is written in format 2.
                    #expect(try mutant[0] == 1 || CommitCodec.encode(commit) == mutant)
                    accepted += 1
                } catch is CodecError {
                    refused += 1
                }
            }
        }
        #expect(accepted > 1_000 && refused > 5_000)
    }

    @Test("Every shorter beginning of a commit is refused")
    func truncations() throws {
        var generator = SplitMix64(seed: 3)
        let bytes = try CommitCodec.encode(Commit.random(using: &generator))
        for length in 0..<bytes.count {
            #expect(throws: CodecError.self) { try CommitCodec.decode(Array(bytes[..<length])) }
        }
    }

    @Test("A range whose records do not add up is neither written nor believed")
    func vanishedRecord() throws {
        var generator = SplitMix64(seed: 5)
        var commit = Commit.random(using: &generator)
        while commit.ranges.isEmpty { commit = Commit.random(using: &generator) }
        let good = try CommitCodec.encode(commit)
        commit.ranges[0].records += 1
        let inconsistent = commit
        #expect {
            try CommitCodec.encode(inconsistent)
        } throws: { error in
            guard case LedgerError.invalidCommit = error else { return false }
            return true
        }
        // The same, as bytes: the number of records is the byte before the next range.
        var writer = ByteWriter()
        writer.digest(commit.ranges[0].digest)
        let digest = writer.bytes
        let start = try #require(good.indices.first { good[$0...].starts(with: digest) })
        var bad = good
        bad[start + 37] += 1
        let broken = bad
        #expect {
            try CommitCodec.decode(broken)
        } throws: { "\($0)".contains("accounts for another number") }
    }

    private func mutate(_ bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var mutant = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0..<mutant.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: mutant[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: mutant[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: mutant.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 3: mutant.remove(at: place)
            default: mutant[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            }
        }
        return mutant
    }
}
