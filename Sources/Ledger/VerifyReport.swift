/// What `LedgerReader.verify` found.
public struct VerifyReport: Sendable, Hashable {
    public var segments = 0
    public var frames: UInt64 = 0
    public var commits: UInt64 = 0
    public var documents: UInt64 = 0
    /// Seals whose totals are those of the frames before them.
    public var seals: UInt64 = 0
    /// Statements of the log that were derived again and compared with its checkpoint; 0 where none was signed yet.
    public var statements: UInt64 = 0
    /// Bytes of the segments that were checked.
    public var bytes: UInt64 = 0
    /// Bytes of the segments, with the room that was left for frames to come.
    public var totalBytes: UInt64 = 0
    /// Bytes that a crash left after the last whole frame. That is no damage: the next run cuts them off.
    public var tornTailBytes: UInt64 = 0
    /// What is wrong, one line each.
    public var problems: [String] = []

    public var isSound: Bool { problems.isEmpty }
}
