/// How a ledger is written.
public struct LedgerOptions: Sendable {
    /// A segment that would grow past this is ended, and the next begun.
    public var segmentBytes: UInt64
    /// How many frames the index may be behind before `append` waits for it.
    public var maximumIndexLag: Int
    var disk: any Disk = LocalDisk()

    public init(segmentBytes: UInt64 = 256 << 20, maximumIndexLag: Int = 64) {
        precondition(segmentBytes > 0 && maximumIndexLag > 0, "limits are positive")
        self.segmentBytes = segmentBytes
        self.maximumIndexLag = maximumIndexLag
    }
}
