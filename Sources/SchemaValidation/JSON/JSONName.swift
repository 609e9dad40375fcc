/// A short form of a member's name that is compared in one step: its first eight bytes in one word.
enum JSONName {
    /// The first eight bytes, the first one lowest, zeros after a shorter name. Reads `text` only.
    @inline(__always)
    static func word(_ text: UnsafeBufferPointer<UInt8>, from start: Int, length: Int) -> UInt64 {
        precondition(start >= 0 && length >= 0 && start + length <= text.count, "the name lies in the text")
        if start &+ 8 <= text.count {
            let raw = UnsafeRawBufferPointer(text)
            let word = UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            return length >= 8 ? word : word & (1 &<< UInt64(truncatingIfNeeded: length &* 8) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<min(length, 8) { word |= unsafe UInt64(text[start + index]) &<< UInt64(index &* 8) }
        return word
    }

    /// The same of bytes that are at hand as an array; for start-up.
    static func word(_ name: [UInt8]) -> UInt64 {
        name.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64($1.offset * 8) }
    }
}
