/// What the end of a file says about a last line that has no line end.
public enum EndOfFileRule: Sendable, Hashable {
    /// The file may grow. The line is taken only if it is whole by itself, or if the file is known to be closed: it was
    /// renamed or deleted and nobody writes to it, or it is compressed and its stream has ended.
    case live
    /// The file is an archive: its end ends the line. A compressed file that ends inside its stream is an error.
    case archive
}
