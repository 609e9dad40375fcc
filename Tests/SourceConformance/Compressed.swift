import CLZ4
import CZlib
import CZstd
public import Compression

/// Compresses in one go, for the tests.
public enum Compressed {
    public static func bytes(_ contents: [UInt8], _ kind: CompressionKind) -> [UInt8] {
        switch kind {
        case .gzip: gzip(contents)
        case .lz4: lz4(contents)
        case .zstd: zstd(contents)
        }
    }

    private static func gzip(_ contents: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        unsafe deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { unsafe deflateEnd(&stream) }
        var contents = contents
        let capacity = unsafe Int(deflateBound(&stream, UInt(contents.count))) + 64
        return unsafe contents.withUnsafeMutableBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
                unsafe stream.next_in = input.baseAddress
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(capacity)
                let status = unsafe deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END)
                count = unsafe Int(stream.total_out)
            }
        }
    }

    private static func lz4(_ contents: [UInt8]) -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        let capacity = unsafe LZ4F_compressFrameBound(contents.count, &preferences)
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            count = unsafe LZ4F_compressFrame(
                output.baseAddress, capacity, contents, contents.count, &preferences)
        }
    }

    private static func zstd(_ contents: [UInt8]) -> [UInt8] {
        let capacity = ZSTD_compressBound(contents.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            let context = unsafe ZSTD_createCCtx()
            unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
            count = unsafe ZSTD_compress2(context, output.baseAddress, capacity, contents, contents.count)
            unsafe ZSTD_freeCCtx(context)
        }
    }
}
