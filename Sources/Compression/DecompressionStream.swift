import CLZ4
import CZlib
import CZstd

/// A stream of gzip members, LZ4 frames or zstd frames, decompressed piece by piece in bounded memory.
///
/// Members and frames may follow one another, as `cat a.gz b.gz` makes them; their contents are joined. Checksums and
/// lengths are checked where the format has them. Feed it with ``decompress(_:into:)`` until the input is used up, then
/// call ``finish()``.
public struct DecompressionStream: ~Copyable, @unchecked Sendable {
    /// What one call did.
    public struct Progress: Sendable, Hashable {
        /// Bytes of the input that were used; the rest is to be given again.
        public var consumed: Int
        /// Bytes that were written to the output.
        public var produced: Int
    }

    /// The state of the library; this stream alone holds it and frees it.
    @safe enum Decoder {
        case gzip(UnsafeMutablePointer<z_stream>)
        case lz4(OpaquePointer)
        case zstd(OpaquePointer)
    }

    public let kind: CompressionKind
    /// Compressed bytes used since the beginning.
    public private(set) var bytesIn: UInt64 = 0
    /// Bytes of contents given out since the beginning.
    public private(set) var bytesOut: UInt64 = 0
    /// Whether the input so far ends with a whole member or frame; also before the first byte.
    public var isAtEnd: Bool { !isInside }

    private let limits: DecompressionLimits
    private let decoder: Decoder
    private var failure: CompressionError?
    /// Whether a member or frame has begun and not ended.
    var isInside = false
    /// Where the member or frame began that was begun last.
    private var memberStart: UInt64 = 0
    /// How much input the decoder wants next: given no more than that, it decodes at most one block a call, so that
    /// damage in the following one takes nothing of it away.
    var wanted = 0
    /// Whether the last call filled its output, so that the decoder may hold back more of the block: that is brought out before
    /// it is given input, since a call that meets damage gives out nothing.
    private var mayHoldBack = false

    /// - Throws: ``CompressionError/outOfMemory(_:)``.
    public init(_ kind: CompressionKind, limits: DecompressionLimits = DecompressionLimits()) throws(CompressionError) {
        let made: Decoder?
        switch kind {
        case .gzip: made = DecompressionStream.makeGzip()
        case .lz4: made = DecompressionStream.makeLZ4()
        case .zstd: made = DecompressionStream.makeZstd()
        }
        guard let made else { throw .outOfMemory(kind) }
        self.kind = kind
        self.limits = limits
        self.decoder = made
    }

    deinit {
        switch decoder {
        case .gzip(let stream):
            unsafe inflateEnd(stream)
            unsafe stream.deallocate()
        case .lz4(let context): unsafe LZ4F_freeDecompressionContext(context)
        case .zstd(let context): unsafe ZSTD_freeDStream(context)
        }
    }

    /// Decompresses from `input` into `output` until one of them is used up.
    ///
    /// When the output is not full after a call, all input was used. Empty input brings out what is still held back.
    /// Damage that is met after some output is thrown by the next call, so that what stands before it is not lost;
    /// from then on every call throws it.
    /// - Parameter output: not empty.
    public mutating func decompress(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> Progress {
        precondition(!output.isEmpty, "there must be room for output")
        var progress = Progress(consumed: 0, produced: 0)
        while failure == nil, progress.produced < output.count, progress.consumed < input.count || isInside {
            let rest = unsafe UnsafeBufferPointer(rebasing: mayHoldBack ? input[..<0] : input[progress.consumed...])
            let room = unsafe UnsafeMutableBufferPointer(rebasing: output[progress.produced...])
            let step = unsafe step(rest, into: room)
            progress.consumed += step.consumed
            progress.produced += step.produced
            let wasHeldBack = mayHoldBack
            mayHoldBack = kind != .gzip && step.produced == room.count
            if step.consumed == 0 && step.produced == 0 && !wasHeldBack { break }
        }
        if let failure, progress.produced == 0 { throw failure }
        return progress
    }

    /// To be called when there is no more input.
    /// - Throws: ``CompressionError/truncated(_:offset:)`` inside a member or frame.
    public func finish() throws(CompressionError) {
        if let failure { throw failure }
        if isInside { throw .truncated(kind, offset: bytesIn) }
    }

    /// One call of the library; a failure is kept in `failure`.
    private mutating func step(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Progress {
        if !isInside { memberStart = bytesIn }
        var step: Step
        switch decoder {
        case .gzip(let stream): step = unsafe inflateStep(stream, input, into: output)
        case .lz4(let context): step = unsafe lz4Step(context, input, into: output)
        case .zstd(let context): step = unsafe zstdStep(context, input, into: output)
        }
        bytesIn += UInt64(step.progress.consumed)
        bytesOut += UInt64(step.progress.produced)
        // Also before damage: what stands in front of it is given out.
        guard limits.allow(output: bytesOut, input: bytesIn) else {
            failure = .ratioExceeded(kind, offset: bytesIn, output: bytesOut)
            bytesOut -= UInt64(step.progress.produced)
            step.progress.produced = 0
            return step.progress
        }
        switch step.fault {
        case .damage(let detail): failure = .corrupt(kind, offset: bytesIn, detail: detail)
        case .noMember(let detail):
            failure =
                memberStart == 0
                ? .corrupt(kind, offset: 0, detail: detail) : .trailingGarbage(kind, offset: memberStart)
        case .memory: failure = .outOfMemory(kind)
        case nil: break
        }
        return step.progress
    }

    /// What one call of a library did.
    struct Step {
        enum Fault {
            case damage(String)
            /// The bytes do not begin a member or frame.
            case noMember(String)
            case memory
        }

        var progress: Progress
        var fault: Fault?

        init(_ consumed: Int, _ produced: Int, _ fault: Fault? = nil) {
            progress = Progress(consumed: consumed, produced: produced)
            self.fault = fault
        }
    }
}
