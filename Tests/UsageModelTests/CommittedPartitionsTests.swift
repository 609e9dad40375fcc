import Testing
import UsageModel

@Suite struct CommittedPartitionsTests {
    @Test("States are found by what their ids begin with, as bytes")
    func find() async throws {
        let ids = ["a", "a#1", "a#2", "a$", "ab#1", "b#1", "é#1", "e\u{301}#1"]
        let states = ids.map {
            PartitionState(partition: Partition(source: "s", id: ByteString($0), descriptor: []), position: .byte(1))
        }
        let found = try await CommittedPartitions(states).find(["a#", "b#", "c#", "é#", ""])
        #expect(
            found.map { $0.map(\.partition.id.description.unicodeScalars.count) } == [
                [3, 3], [3], [], [3],
                [1, 3, 3, 2, 4, 3, 4, 3],
            ])
        #expect(found[0].map(\.partition.id) == ["a#1", "a#2"])
        #expect(found[3].map(\.partition.id) == [ByteString("é#1")])
    }
}
