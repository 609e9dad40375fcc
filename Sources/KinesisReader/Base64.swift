/// Reads base64 with padding (RFC 4648, section 4).
enum Base64 {
    /// The value of each character, and 255 for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Appends what the characters stand for. Returns whether they are base64. O(characters).
    static func decode(_ text: ArraySlice<UInt8>, into result: inout [UInt8]) -> Bool {
        guard text.count % 4 == 0 else { return false }
        if text.isEmpty { return true }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        let count = text.count / 4 * 3 - padding
        let groups = padding > 0 ? text.count / 4 - 1 : text.count / 4
        let start = result.count
        result.append(contentsOf: repeatElement(0, count: count))
        var bad: UInt8 = 0
        unsafe text.withUnsafeBufferPointer { text in
            unsafe values.withUnsafeBufferPointer { values in
                unsafe result.withUnsafeMutableBufferPointer { result in
                    var (from, to) = (0, start)
                    for _ in 0..<groups {
                        let a = unsafe values[Int(text[from])]
                        let b = unsafe values[Int(text[from + 1])]
                        let c = unsafe values[Int(text[from + 2])]
                        let d = unsafe values[Int(text[from + 3])]
                        // Only what is no character has the highest bit.
                        bad |= a | b | c | d
                        unsafe result[to] = a << 2 | b >> 4
                        unsafe result[to + 1] = b << 4 | c >> 2
                        unsafe result[to + 2] = c << 6 | d
                        from += 4
                        to += 3
                    }
                    guard padding > 0 else { return }
                    let a = unsafe values[Int(text[from])]
                    let b = unsafe values[Int(text[from + 1])]
                    bad |= a | b
                    unsafe result[to] = a << 2 | b >> 4
                    if padding == 1 {
                        let c = unsafe values[Int(text[from + 2])]
                        bad |= c
                        unsafe result[to + 1] = b << 4 | c >> 2
                    }
                }
            }
        }
        return bad < 0x80
    }
}
