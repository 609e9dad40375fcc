/// What opening a ledger for writing found and did.
public struct RecoveryReport: Sendable, Hashable {
    /// The segment whose torn tail was cut off, and what became of it; `nil` when the ledger ended with a whole frame.
    public var tornSegment: String?
    /// Where it was cut.
    public var tornOffset: UInt64 = 0
    /// Bytes that were cut off. They are kept in `quarantine/`.
    public var tornBytes: UInt64 = 0
    /// Frames that the index was given again.
    public var framesReplayed: UInt64 = 0
    /// Whether the index was made again from the beginning.
    public var indexRebuilt = false

    /// For a person; `nil` when there is nothing to tell.
    public var message: String? {
        var parts: [String] = []
        if let tornSegment {
            parts.append(
                "a torn tail of \(tornBytes) bytes was cut from \(tornSegment) at byte \(tornOffset) and kept in quarantine/"
            )
        }
        if indexRebuilt {
            parts.append("the index was made again from \(framesReplayed) frames")
        } else if framesReplayed > 0 {
            parts.append("the index was given \(framesReplayed) frames that it lacked")
        }
        return parts.isEmpty ? nil : "ledger: " + parts.joined(separator: "; ")
    }
}
