import Compression
import RecordCutting
import Synchronization
import UsageModel

/// A compressed file, decompressed as it is read. One task uses it at a time.
final class CompressedContents: FileContents {
    let file: FileHandle
    private let state: Mutex<CompressedState>

    init(_ file: FileHandle, kind: CompressionKind, size: UInt64) throws(ContentsError) {
        self.file = file
        do throws(CompressionError) {
            state = Mutex(CompressedState(file: file, stream: try DecompressionStream(kind), size: size))
        } catch { throw .data(file.path, error.description) }
    }

    func refresh(size: UInt64) {
        state.withLock { $0.size = size }
    }

    func canRead(at offset: UInt64) -> Bool {
        state.withLock { $0.offset == offset }
    }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> ContentsRead {
        state.withLock { state in
            precondition(state.offset == offset, "compressed contents are read in order")
            return unsafe state.read(into: buffer)
        }
    }

    func giveBack(_ bytes: UnsafeBufferPointer<UInt8>) {
        state.withLock { unsafe $0.giveBack(bytes) }
    }

    func expected(from offset: UInt64) -> UInt64 {
        state.withLock { max(64 << 10, ($0.size - min($0.size, $0.stream.bytesIn)) &* 16) }
    }

    var ending: ContentsEnding {
        state.withLock { state in
            do throws(CompressionError) {
                try state.stream.finish()
                return .ended
            } catch { return .inside(.data(file.path, error.description)) }
        }
    }

    func isComplete(at position: UInt64) -> Bool {
        state.withLock { $0.isComplete && $0.offset == position }
    }

    /// Compressed bytes from which nothing past `position` has come.
    func inputBytes(before position: UInt64) -> UInt64 {
        state.withLock { $0.inputBytes(before: position) }
    }

    /// Reads up to `position` and lets go of it.
    /// - Returns: the last bytes before it and the first of all; `nil` when there is not so much.
    func skip(to position: UInt64) throws(ContentsError) -> (recent: [UInt8], head: [UInt8])? {
        var (recent, head): ([UInt8], [UInt8]) = ([], [])
        let count = unsafe try walk(to: position) { bytes in
            unsafe RecentBytes.advance(&recent, over: bytes)
            unsafe head.append(contentsOf: bytes.prefix(FileBeginning.reach - head.count))
        }
        return count == position ? (recent, head) : nil
    }

    /// Reads from the beginning up to `position`, or to the present end. Returns how far it came.
    func walk(
        to position: UInt64, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) throws(ContentsError) -> UInt64 {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var offset: UInt64 = 0
        while offset < position {
            let wanted = Int(min(UInt64(buffer.count), position - offset))
            let read = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
                let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<wanted])
                let read = unsafe self.read(at: offset, into: target)
                unsafe body(UnsafeBufferPointer(rebasing: target[..<read.count]))
                return read
            }
            offset += UInt64(read.count)
            if let failure = read.failure { throw failure }
            if read.isAtEnd { break }
        }
        return offset
    }

    func descriptor(
        at position: UInt64, recent: [UInt8], identity: FileIdentity, path: ByteString
    ) throws(FileError) -> FileDescriptor {
        let (offset, kind) = state.withLock { ($0.inputBytes(before: position), $0.stream.kind) }
        let count = PositionGuard.count(before: offset)
        let input = try file.bytes(at: offset - UInt64(count), count: count)
        if input.count < count { throw FileError(operation: "read", path: file.path, code: 0) }
        return FileDescriptor(
            identity: identity, kind: kind, isComplete: isComplete(at: position),
            contents: PositionGuard(offset: position, recent: recent),
            input: PositionGuard(offset: offset, recent: input), path: path)
    }
}
