/// What a commit's object in an archive is called, so that it is found by a listing from the commit's number alone.
///
/// It has the number that the next frame had when it was written. The commit has that number or, where a document came between, a
/// greater one; the next object has one that is greater still. So a commit's object is the one with the greatest number that is
/// not above the commit's; of several, which a crash leaves, that of the latest writer.
public struct ArchivePieceName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var seq: UInt64
    public var epoch: UInt64

    init(seq: UInt64, epoch: UInt64) {
        (self.seq, self.epoch) = (seq, epoch)
    }

    /// Reads a name; `nil` where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(".archive"), let seq = UInt64(parts[0]),
            let epoch = UInt64(parts[1].dropLast(8))
        else { return nil }
        self.init(seq: seq, epoch: epoch)
        if description != text { return nil }
    }

    /// What the names of this number and of greater ones come behind in the order of bytes, and no other.
    public static func beginning(of seq: UInt64) -> String { LedgerDirectory.number(seq) }

    /// `00000000000000000012-00000000000000000003.archive`
    public var description: String { "\(LedgerDirectory.number(seq))-\(LedgerDirectory.number(epoch)).archive" }

    public static func < (left: Self, right: Self) -> Bool { (left.seq, left.epoch) < (right.seq, right.epoch) }
}
