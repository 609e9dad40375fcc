import CZstd

// RFC 8878, by libzstd, which checks the checksums and lengths that a frame states and refuses windows over 128 MiB.
extension DecompressionStream {
    static func makeZstd() -> Decoder? {
        guard let context = unsafe ZSTD_createDStream() else { return nil }
        guard unsafe ZSTD_isError(ZSTD_initDStream(context)) == 0 else {
            unsafe ZSTD_freeDStream(context)
            return nil
        }
        return unsafe .zstd(context)
    }

    mutating func zstdStep(
        _ context: OpaquePointer, _ input: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Step {
        // The shortest frame header has 6 bytes with its magic number.
        let offered = min(input.count, isInside ? max(wanted, 1) : 6)
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: offered, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = unsafe ZSTD_decompressStream(context, &target, &source)
        if ZSTD_isError(status) != 0 {
            let detail = unsafe String(cString: ZSTD_getErrorName(status))
            return Step(0, 0, detail == "Unknown frame descriptor" ? .noMember(detail) : .damage(detail))
        }
        let consumed = unsafe source.pos
        let produced = unsafe target.pos
        wanted = status
        isInside = status != 0 && (isInside || consumed > 0)
        return Step(consumed, produced)
    }
}
