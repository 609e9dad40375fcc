import Compression
import UsageModel

/// The contents of one file after decompression, read forwards up to its present end.
protocol FileContents: Sendable {
    var file: FileHandle { get }
    /// Sets the present end, as the size of the file in bytes.
    mutating func refresh(size: UInt64)
    /// Whether the next read may be at `offset`.
    func canRead(at offset: UInt64) -> Bool
    /// Fills the buffer from `offset` on, where the last read, less what was given back, ended.
    mutating func read(
        at offset: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> ContentsRead
    /// Takes back the last bytes that were read, to be read again.
    mutating func giveBack(_ bytes: UnsafeBufferPointer<UInt8>)
    /// About how much can be read at most from `offset` on; not a bound.
    func expected(from offset: UInt64) -> UInt64
    /// How the present end came about.
    var ending: ContentsEnding { get }
    /// Whether it is a compressed stream that ends at `position` and with the file.
    func isComplete(at position: UInt64) -> Bool
    /// What recognises the file at `position`; `recent` are the last bytes before it.
    func descriptor(
        at position: UInt64, recent: [UInt8], identity: FileIdentity, path: ByteString
    ) throws(FileError) -> FileDescriptor
}

/// What a read brought.
struct ContentsRead {
    var count: Int
    /// Whether the contents have nothing more at present.
    var isAtEnd: Bool
    /// What stands in the way of going on after these bytes.
    var failure: ContentsError?
}

/// What is known at the present end of a file.
enum ContentsEnding {
    /// Plain bytes: there may be more later.
    case open
    /// A compressed stream has ended.
    case ended
    /// A compressed stream is not finished; with the error that this is if nothing comes any more.
    case inside(ContentsError)
}
