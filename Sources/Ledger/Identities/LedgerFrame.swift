/// A frame that is durable, and its place.
public struct LedgerFrame: Sendable, Hashable {
    let mark: SegmentReader.Mark

    /// Its number in the ledger.
    public var seq: UInt64 { mark.chain.seq }
}
