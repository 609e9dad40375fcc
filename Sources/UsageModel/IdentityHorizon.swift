/// Which earlier events count when a repeat is looked for, in whole hours since 1970.
@frozen
public struct IdentityHorizon: Sendable, Hashable {
    /// From this hour on an earlier event counts whatever the new one's hour; before it, only at the same hour.
    public var firstHour: Int32
    /// Hours before this one are forgotten: an event of such an hour is refused.
    public var prunedBefore: Int32

    /// Everything counts, and nothing is forgotten.
    public static let everything = IdentityHorizon(firstHour: .min, prunedBefore: .min)

    @inlinable
    public init(firstHour: Int32, prunedBefore: Int32) {
        // What is forgotten cannot be found, wherever it may still lie.
        self.firstHour = max(firstHour, prunedBefore)
        self.prunedBefore = prunedBefore
    }
}
