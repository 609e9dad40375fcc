public import UsageModel

/// A meter as it was measured from some commit on. Another definition under the same name is another version.
public struct MeterVersion: Sendable, Hashable {
    public var header: UsageDelta.MeterHeader
    /// Counts the versions of a name, from 1.
    public var number: Int
    /// The commit that it was measured from.
    public var firstSeq: UInt64
    /// The commit that put the usage of all the past in the ledger, if that was done: it stands for the versions before.
    public var recountedSeq: UInt64?
    let id: Int64
}
