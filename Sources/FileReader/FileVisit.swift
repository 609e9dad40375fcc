import UsageModel

/// A file that is to be looked into in this pass.
struct FileVisit: Sendable {
    /// The file as it was found; `nil` where it has left the patterns and only its open handle is left.
    var entry: FileTree.Entry?
    /// The partition that it seems to be.
    var candidate: Int?
    /// Its place in the pass.
    var firstPath: ByteString
    var generation: Int
}

/// The reading of one partition up to the end that it had when its turn came, or for so long as a turn may be.
struct FileTurn: Sendable {
    let index: Int
    let visit: FileVisit
    let partition: Partition
    var contents: any FileContents
    let status: FileStatus
    /// The batch after the one that was given out, so that the last one is known to be it.
    var ahead: RecordBatch?
    /// Whether nothing more can be read at present.
    var isExhausted = false
    var failure: ContentsError?
    /// What makes the last line whole that was taken in last.
    var ending = LineEnding.lineEnd
    /// Whether the line taken in last is the rest of one whose beginning was given out.
    var isRest = false
    /// Bytes of the contents that were given out.
    var given = 0
    /// Whether the others have their turn before the rest.
    var isPaused = false
    /// How many records the last batch had.
    var records = 0
}
