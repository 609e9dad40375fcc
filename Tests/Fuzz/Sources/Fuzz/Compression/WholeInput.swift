import CLZ4
import CZlib
import CZstd
import Compression

/// What the C libraries make of a whole input in one piece of memory.
enum WholeInput {
    /// Outputs up to this long are compared.
    static let maximum = 1 << 16

    enum Answer: Equatable {
        case contents([UInt8])
        case invalid
        /// Longer than ``maximum``, or of more windows than there is memory for.
        case tooLong
    }

    static func decompress(_ kind: CompressionKind, _ bytes: [UInt8]) -> Answer {
        if bytes.isEmpty { return .contents([]) }
        return switch kind {
        case .gzip: gzip(bytes)
        case .lz4: lz4(bytes)
        case .zstd: zstd(bytes)
        }
    }

    private static func lz4(_ bytes: [UInt8]) -> Answer {
        var context: OpaquePointer?
        guard unsafe LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
            return .tooLong
        }
        defer { unsafe LZ4F_freeDecompressionContext(context) }
        var output = [UInt8](repeating: 0, count: maximum)
        var (read, written) = (0, 0)
        while true {
            var (consumed, produced) = (bytes.count - read, maximum - written)
            let wanted = unsafe output.withUnsafeMutableBytes { target in
                unsafe bytes.withUnsafeBytes { source in
                    unsafe LZ4F_decompress(
                        context, target.baseAddress.map { unsafe $0 + written }, &produced,
                        source.baseAddress.map { unsafe $0 + read }, &consumed, nil)
                }
            }
            if LZ4F_isError(wanted) != 0 { return .invalid }
            read += consumed
            written += produced
            if written == maximum { return .tooLong }
            if wanted == 0, read == bytes.count { return .contents(Array(output[..<written])) }
            if wanted != 0, consumed == 0, produced == 0 { return .invalid }
        }
    }

    private static func gzip(_ bytes: [UInt8]) -> Answer {
        var output = [UInt8](repeating: 0, count: maximum)
        var (read, written) = (0, 0)
        while read < bytes.count {
            var stream = unsafe z_stream()
            guard
                unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
            else { return .tooLong }
            var rest = Array(bytes[read...])
            let status = unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe rest.withUnsafeMutableBufferPointer { source in
                    unsafe stream.next_in = source.baseAddress
                    unsafe stream.avail_in = UInt32(source.count)
                    unsafe stream.next_out = target.baseAddress.map { unsafe $0 + written }
                    unsafe stream.avail_out = UInt32(maximum - written)
                    return unsafe inflate(&stream, Z_FINISH)
                }
            }
            let used = unsafe Int(stream.total_in)
            let made = unsafe Int(stream.total_out)
            unsafe inflateEnd(&stream)
            read += used
            written += made
            if written == maximum { return .tooLong }
            if status != Z_STREAM_END { return .invalid }
        }
        return .contents(Array(output[..<written]))
    }

    /// Byte by byte: in one piece, libzstd does without what it checks in a stream, such as that no block is longer than
    /// the window (RFC 8878, 3.1.1.2.4).
    private static func zstd(_ bytes: [UInt8]) -> Answer {
        guard let context = unsafe ZSTD_createDStream() else { return .tooLong }
        defer { unsafe ZSTD_freeDStream(context) }
        var output = [UInt8](repeating: 0, count: maximum)
        var (written, wanted) = (0, 0)
        for end in 1...bytes.count {
            wanted = unsafe output.withUnsafeMutableBytes { target in
                unsafe bytes.withUnsafeBytes { source in
                    var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: end, pos: end - 1)
                    var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: maximum, pos: written)
                    defer { written = unsafe to.pos }
                    return unsafe ZSTD_decompressStream(context, &to, &from)
                }
            }
            if ZSTD_isError(wanted) != 0 { return .invalid }
            if written == maximum { return .tooLong }
        }
        return wanted == 0 ? .contents(Array(output[..<written])) : .invalid
    }
}
