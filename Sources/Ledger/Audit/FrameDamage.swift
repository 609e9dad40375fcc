/// Frames of a ledger that are not what was written, all by one cause.
public struct FrameDamage: Sendable, Hashable {
    /// The first frame that is wrong, or missing.
    public var seq: UInt64
    /// How many frames are; at least 1, and 0 where none is and only the bytes between them or the index are wrong.
    public var count: UInt64
    /// The segment; what is not in one is named by its file.
    public var segment: String
    /// Where in the segment it lies.
    public var offset: UInt64
    /// What is wrong, and how it is seen.
    public var message: String
    /// Whether all frames behind it have other hashes too than they had.
    public var isOfAllBehind = false

    /// For a person, with the place.
    public var description: String { "\(segment) at byte \(offset): \(message)" }
}
