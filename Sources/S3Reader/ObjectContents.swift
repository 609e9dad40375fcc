import Compression

/// The contents of one object after decompression, from parts that come in order.
struct ObjectContents: ~Copyable, Sendable {
    private var input: [UInt8] = []
    private var inputStart = 0
    /// Whether the last part has come.
    private var isFed = false
    private var stream: DecompressionStream?
    private(set) var format: S3Descriptor.Format
    /// Whether a member or frame has begun and not ended.
    private var isInsideStream = false
    /// Bytes of the object that were used, as they lie there.
    private(set) var storedOffset: UInt64

    /// - Parameters:
    ///   - start: where the first part begins; 0 but for plain objects.
    ///   - format: as it was found before; `unknown` where the first bytes are to tell.
    init(from start: UInt64, format: S3Descriptor.Format) {
        // What decompresses is made where the first bytes are met.
        self.format = format == .plain ? .plain : .unknown
        storedOffset = start
    }

    /// Whether everything was given out.
    var isAtEnd: Bool { isFed && inputStart == input.count && !isInsideStream }

    /// Takes in the next part, when ``read(into:)`` asked for it.
    mutating func feed(_ part: [UInt8], isLast: Bool) {
        if inputStart == input.count {
            input = part
        } else {
            // Only the first bytes of an object, too few to tell its format.
            input = Array(input[inputStart...]) + part
        }
        inputStart = 0
        isFed = isLast
    }

    /// Reads on as far as the parts go.
    /// - Returns: how many bytes came; none when all of the parts is used.
    /// - Throws: what is wrong with the data, after what stands before it was given out.
    mutating func read(into room: UnsafeMutableBufferPointer<UInt8>) throws(CompressionError) -> Int {
        if case .unknown = format, try !detect() { return 0 }
        // Once: damage is thrown by the call after the one that gave what stands before it.
        let count = format == .plain ? unsafe copy(into: room) : unsafe try decompress(into: room)
        if count == 0, isFed, inputStart == input.count, isInsideStream, let stream = stream.take() {
            try stream.finish()
        }
        return count
    }

    /// Finds out what the object is; `false` while its first bytes could be either.
    private mutating func detect() throws(CompressionError) -> Bool {
        switch CompressionKind.detect(input.span.extracting(first: CompressionKind.prefixCount)) {
        case .compressed(let kind):
            stream = try DecompressionStream(kind)
            format = .compressed(kind)
        case .undecided where !isFed:
            return false
        case .plain, .undecided:
            format = .plain
        }
        return true
    }

    private mutating func copy(into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = min(room.count, input.count - inputStart)
        let start = inputStart
        unsafe input.withUnsafeBufferPointer { input in
            guard let target = room.baseAddress, let source = input.baseAddress, count > 0 else { return }
            unsafe target.update(from: source + start, count: count)
        }
        inputStart += count
        storedOffset += UInt64(count)
        return count
    }

    private mutating func decompress(into room: UnsafeMutableBufferPointer<UInt8>) throws(CompressionError) -> Int {
        guard var stream = stream.take() else { return 0 }
        let start = inputStart
        let progress = unsafe try input.withUnsafeBufferPointer { (input) throws(CompressionError) in
            unsafe try stream.decompress(UnsafeBufferPointer(rebasing: input[start...]), into: room)
        }
        inputStart += progress.consumed
        storedOffset += UInt64(progress.consumed)
        isInsideStream = !stream.isAtEnd
        self.stream = consume stream
        return progress.produced
    }
}
