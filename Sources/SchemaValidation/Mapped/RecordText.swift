import UsageModel

/// One record of a batch while it is decoded.
@safe
struct RecordText {
    /// Its index in the batch.
    let number: Int
    /// The offset of its first byte in the slab.
    let offset: Int
    let bytes: UnsafeBufferPointer<UInt8>

    @inline(__always)
    init(number: Int, offset: Int, bytes: UnsafeBufferPointer<UInt8>) {
        self.number = number
        self.offset = offset
        unsafe self.bytes = bytes
    }

    /// A part of the record as a part of the slab.
    @inline(__always)
    func slice(_ range: Range<Int>) -> ByteSlice {
        ByteSlice(offset: offset + range.lowerBound, length: range.count)
    }

    /// Lets something read a slice of this record or of the text that was unescaped from it.
    @inline(__always)
    func withBytes<Result>(
        of slice: ByteSlice, _ unescaped: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if slice.isUnescaped {
            return unsafe unescaped.withUnsafeBufferPointer {
                unsafe body(UnsafeBufferPointer(rebasing: $0[slice.offset..<slice.offset + slice.length]))
            }
        }
        let start = slice.offset - offset
        return unsafe body(UnsafeBufferPointer(rebasing: bytes[start..<start + slice.length]))
    }
}

extension RecordText {
    /// - Parameter controls: the control characters that may stand in it, each the bit of its value.
    /// - Throws: a refusal for a record that is not UTF-8 or has another control character. O(length), eight bytes a
    ///   step.
    @inline(__always)
    func check(allowing controls: UInt32 = 0) throws(Refusal) {
        let raw = unsafe UnsafeRawBufferPointer(bytes)
        var suspicious: UInt64 = 0
        var index = 0
        while index &+ 8 <= raw.count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // The high bit of each byte that has it itself or is below 0x20; a carry only adds suspicion.
            suspicious |= (word | (word &- 0x2020_2020_2020_2020)) & 0x8080_8080_8080_8080
            index &+= 8
        }
        while index < raw.count {
            let byte = unsafe raw[index]
            if byte < 0x20 || byte >= 0x80 { suspicious |= 1 }
            index &+= 1
        }
        if suspicious != 0 { try checkEachByte(allowing: controls) }
    }

    private func checkEachByte(allowing controls: UInt32) throws(Refusal) {
        if let offset = unsafe JSONTape.firstInvalidUTF8(in: bytes) {
            throw Refusal(.badEncoding, "not UTF-8 at column \(offset + 1)")
        }
        if let column = unsafe bytes.firstIndex(where: { $0 < 0x20 && controls & 1 << UInt32($0) == 0 }) {
            throw Refusal(.badLine, "a control character at column \(column + 1)")
        }
    }
}
