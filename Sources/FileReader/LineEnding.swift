/// What made the last line before a position whole. Without a line end it may go on all the same, and what then comes is no
/// record of its own.
enum LineEnding: UInt8, Sendable {
    /// A line end, or that there is no line yet.
    case lineEnd = 0
    /// Nothing but itself: it is a complete record, such as a JSON object.
    case itself = 1
    /// Its file was closed: it was renamed or deleted and nobody writes to it, or its compressed stream has ended.
    case closed = 2
    /// The end of an archive.
    case archive = 3
}
