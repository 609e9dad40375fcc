import Synchronization

/// How many groups of batches are on their way through the lanes.
///
/// Batches wait for others to go with only while there is enough to do without them: nobody knows how long the reader
/// takes for the next one.
final class LaneLoad: Sendable {
    private let groups = Atomic(0)

    var count: Int { groups.load(ordering: .relaxed) }

    func enter() { groups.add(1, ordering: .relaxed) }

    func leave() { groups.subtract(1, ordering: .relaxed) }
}
