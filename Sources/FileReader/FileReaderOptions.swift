/// How much a file reader reads and keeps at once.
public struct FileReaderOptions: Sendable, Hashable {
    /// The bytes that a batch aims at, 256 KiB to 4 MiB in production. A batch is longer only for a longer line.
    public var batchBytes: Int
    /// The longest record, in bytes without its line end. A longer one stands alone in its batch, marked so.
    public var maximumRecordBytes: Int
    /// After so many bytes of a file the others have their turn, and what is left of it comes after them; `nil` reads each
    /// to the end that it has. Of compressed files, few wait in this way, as each holds a decompressor.
    public var turnBytes: Int?
    /// Files that are kept open to go on reading them when they are renamed or deleted.
    public var maximumOpenFiles: Int

    public init(
        batchBytes: Int = 1 << 20, maximumRecordBytes: Int = 1 << 20, turnBytes: Int? = nil, maximumOpenFiles: Int = 512
    ) {
        precondition(batchBytes > 0 && batchBytes <= 1 << 30, "a batch has 1 byte to 1 GiB")
        precondition(maximumRecordBytes > 0 && maximumRecordBytes <= 1 << 30, "a record has 1 byte to 1 GiB")
        precondition(maximumOpenFiles > 0, "at least one file is open")
        self.batchBytes = batchBytes
        self.maximumRecordBytes = maximumRecordBytes
        self.turnBytes = turnBytes
        self.maximumOpenFiles = maximumOpenFiles
    }
}
