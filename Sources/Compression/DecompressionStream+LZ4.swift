import CLZ4

// The LZ4 frame format 1.6, by liblz4's LZ4F, which checks the checksums and the length that a frame states.
extension DecompressionStream {
    static func makeLZ4() -> Decoder? {
        var context: OpaquePointer?
        let status = unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let context = unsafe context else { return nil }
        return unsafe .lz4(context)
    }

    mutating func lz4Step(
        _ context: OpaquePointer, _ input: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Step {
        let isFirst = !isInside
        // A frame's header has at least 7 bytes; an empty rest brings out what the decoder still holds.
        var consumed = min(input.count, isFirst ? 7 : max(wanted, 1))
        var produced = output.count
        let status = unsafe LZ4F_decompress(
            context, output.baseAddress, &produced, input.baseAddress, &consumed, nil)
        if LZ4F_isError(status) != 0 {
            let detail = unsafe String(cString: LZ4F_getErrorName(status))
            return Step(0, 0, detail == "ERROR_frameType_unknown" ? .noMember(detail) : .damage(detail))
        }
        wanted = status
        isInside = status != 0 && (isInside || consumed > 0)
        return Step(consumed, produced)
    }
}
