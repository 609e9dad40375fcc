import UsageModel

/// A file that is read as it lies there.
struct PlainContents: FileContents {
    let file: FileHandle
    private var size: UInt64

    init(_ file: FileHandle, size: UInt64) {
        self.file = file
        self.size = size
    }

    mutating func refresh(size: UInt64) {
        self.size = size
    }

    func canRead(at offset: UInt64) -> Bool { true }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> ContentsRead {
        let wanted = Int(min(UInt64(buffer.count), size - min(size, offset)))
        do throws(FileError) {
            let count = unsafe try file.read(
                at: offset, into: UnsafeMutableBufferPointer(rebasing: buffer[..<wanted]))
            // Fewer than the file was long: it is being cut, which the next look at it will tell.
            return ContentsRead(count: count, isAtEnd: count < wanted || offset + UInt64(count) >= size)
        } catch { return ContentsRead(count: 0, isAtEnd: false, failure: .file(error)) }
    }

    func giveBack(_ bytes: UnsafeBufferPointer<UInt8>) {}

    func expected(from offset: UInt64) -> UInt64 { size - min(size, offset) }

    var ending: ContentsEnding { .open }

    func isComplete(at position: UInt64) -> Bool { false }

    func descriptor(
        at position: UInt64, recent: [UInt8], identity: FileIdentity, path: ByteString
    ) -> FileDescriptor {
        FileDescriptor(
            identity: identity, kind: nil, contents: PositionGuard(offset: position, recent: recent), path: path)
    }
}
