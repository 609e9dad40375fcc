import CZlib

// RFC 1952, by zlib's inflate, which checks CRC and ISIZE of each member.
extension DecompressionStream {
    /// `inflate` keeps a pointer back to its stream, so the stream must not move.
    static func makeGzip() -> Decoder? {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window; 16 more mean gzip and nothing else.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        return unsafe .gzip(stream)
    }

    mutating func inflateStep(
        _ stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Step {
        if !isInside, unsafe inflateReset(stream) != Z_OK { return Step(0, 0, .damage("the decoder failed")) }
        let available = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = available
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = room
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        let consumed = unsafe Int(available - stream.pointee.avail_in)
        let produced = unsafe Int(room - stream.pointee.avail_out)
        switch status {
        case Z_STREAM_END:
            isInside = false
            return Step(consumed, produced)
        case Z_OK, Z_BUF_ERROR:
            if consumed > 0 { isInside = true }
            return Step(consumed, produced)
        case Z_MEM_ERROR:
            return Step(consumed, produced, .memory)
        default:
            let detail = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(status)"
            return Step(
                consumed, produced, detail == "incorrect header check" ? .noMember(detail) : .damage(detail))
        }
    }
}
