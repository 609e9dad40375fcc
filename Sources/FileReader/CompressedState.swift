import Compression
import UsageModel

/// The stream of a compressed file, and what stands between it and its reader.
struct CompressedState: ~Copyable, Sendable {
    let file: FileHandle
    var stream: DecompressionStream
    /// The present end of the file.
    var size: UInt64
    /// Where the next byte that is given out stands in the contents.
    private(set) var offset: UInt64 = 0
    /// Contents that were given back.
    private var carry: [UInt8] = []
    private var input: [UInt8] = []
    private var inputStart = 0
    /// After so much output the stream had used so much input; the first is the last one before what was given back.
    private var marks: [(output: UInt64, input: UInt64)] = [(0, 0)]

    private static let inputBytes = 128 << 10

    init(file: FileHandle, stream: consuming DecompressionStream, size: UInt64) {
        self.file = file
        self.stream = stream
        self.size = size
    }

    /// Whether all of the file was read and its stream ended.
    var isComplete: Bool { carry.isEmpty && stream.isAtEnd && stream.bytesIn == size }

    func inputBytes(before position: UInt64) -> UInt64 {
        marks.last { $0.output <= position }?.input ?? 0
    }

    mutating func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> ContentsRead {
        let count = min(carry.count, buffer.count)
        for index in 0..<count { unsafe buffer[index] = carry[index] }
        carry.removeFirst(count)
        forgetMarks()
        var read = ContentsRead(count: count, isAtEnd: false)
        while read.count < buffer.count, !read.isAtEnd, read.failure == nil {
            do throws(ContentsError) {
                if inputStart == input.count { try refill() }
                let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[read.count...])
                let produced = unsafe try decompress(into: room)
                read.count += produced
                read.isAtEnd = inputStart == input.count && stream.bytesIn >= size && produced < room.count
            } catch { read.failure = error }
        }
        offset += UInt64(read.count)
        return read
    }

    private mutating func decompress(
        into room: UnsafeMutableBufferPointer<UInt8>
    ) throws(ContentsError) -> Int {
        let start = inputStart
        do throws(CompressionError) {
            let progress = unsafe try input.withUnsafeBufferPointer { (input) throws(CompressionError) in
                unsafe try stream.decompress(UnsafeBufferPointer(rebasing: input[start...]), into: room)
            }
            inputStart += progress.consumed
            marks.append((stream.bytesOut, stream.bytesIn))
            return progress.produced
        } catch { throw .data(file.path, error.description) }
    }

    mutating func giveBack(_ bytes: UnsafeBufferPointer<UInt8>) {
        unsafe carry.insert(contentsOf: bytes, at: 0)
        offset -= UInt64(bytes.count)
        forgetMarks()
    }

    private mutating func refill() throws(ContentsError) {
        let offset = stream.bytesIn
        let count = Int(min(UInt64(CompressedState.inputBytes), size - min(size, offset)))
        do throws(FileError) {
            input = try file.bytes(at: offset, count: count)
        } catch { throw .file(error) }
        inputStart = 0
        // The file was cut under us: its present end is here.
        if input.count < count { size = offset + UInt64(input.count) }
    }

    private mutating func forgetMarks() {
        if let last = marks.lastIndex(where: { $0.output <= offset }) { marks.removeFirst(last) }
    }
}
