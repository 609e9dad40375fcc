import Synchronization

/// How many groups of batches are on their way through the lanes.
///
/// Batches wait for others to go with only while something is under way: nobody knows how long the reader takes for the next one.
/// Where it is the reader that the others wait for, one worker is enough for all that it brings.
final class LaneLoad: Sendable {
    private let groups = Atomic(0)

    /// Whether none is.
    var isIdle: Bool { groups.load(ordering: .relaxed) == 0 }

    func enter() { groups.add(1, ordering: .relaxed) }

    func leave() { groups.subtract(1, ordering: .relaxed) }
}
