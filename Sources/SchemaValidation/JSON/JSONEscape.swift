/// The escapes of JSON strings (RFC 8259, section 7).
enum JSONEscape {
    /// Whether the inside of a string has escapes.
    /// - Throws: ``JSONFault/malformed(_:offset:)`` when one is none of the grammar's, or is half of a surrogate pair.
    @inline(never)
    static func validate(_ string: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONFault) -> Bool {
        var index = 0
        var found = false
        while index < string.count {
            guard unsafe string[index] == 0x5C else {
                index += 1
                continue
            }
            found = true
            let start = index
            if unsafe scalar(in: string, at: &index) == nil {
                throw .malformed("an invalid escape in a string", offset: offset + start)
            }
        }
        return found
    }

    /// The scalar value of the escape that begins with the backslash at `index`, which moves past it; `nil` when it is
    /// not a valid one.
    static func scalar(in string: UnsafeBufferPointer<UInt8>, at index: inout Int) -> UInt32? {
        guard index + 1 < string.count else { return nil }
        let letter = unsafe string[index + 1]
        index += 2
        switch letter {
        case 0x22, 0x5C, 0x2F: return UInt32(letter)
        case 0x62: return 0x08
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x75: break
        default: return nil
        }
        guard let unit = unsafe hexadecimal(in: string, at: index) else { return nil }
        index += 4
        guard unit & 0xF800 == 0xD800 else { return unit }
        guard unit < 0xDC00, index + 1 < string.count, unsafe string[index] == 0x5C, unsafe string[index + 1] == 0x75,
            let low = unsafe hexadecimal(in: string, at: index + 2), low & 0xFC00 == 0xDC00
        else { return nil }
        index += 6
        return 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
    }

    private static func hexadecimal(in string: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= string.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            let byte = unsafe string[index]
            let letter = byte | 0x20
            if byte &- 0x30 < 10 {
                value = value << 4 | UInt32(byte - 0x30)
            } else if letter >= 0x61, letter <= 0x66 {
                value = value << 4 | UInt32(letter - 0x61 + 10)
            } else {
                return nil
            }
        }
        return value
    }

    /// Calls `body` with each byte of the string's meaning, escapes undone, until it returns false.
    @inline(__always)
    static func forEachByte(of string: UnsafeBufferPointer<UInt8>, _ body: (UInt8) -> Bool) {
        var index = 0
        while index < string.count {
            let byte = unsafe string[index]
            guard byte == 0x5C, let scalar = unsafe scalar(in: string, at: &index) else {
                index += 1
                if !body(byte) { return }
                continue
            }
            // A surrogate never comes out of `scalar`, so every value has a UTF-8 form.
            guard let valid = Unicode.Scalar(scalar) else { return }
            for unit in UTF8.encode(valid) ?? UTF8.encodedReplacementCharacter where !body(unit) { return }
        }
    }
}

extension JSONNode {
    /// The bytes of the value as they stand in the text; of a string without its quotes.
    @inline(__always)
    func raw(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(rebasing: text[Int(start)..<Int(end)])
    }

    /// Whether a string means exactly these bytes. O(length), no allocation.
    func equals(_ bytes: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = unsafe raw(in: text)
        if !hasEscapes { return unsafe Bytes.equal(raw, bytes) }
        var matched = 0
        var same = true
        unsafe JSONEscape.forEachByte(of: raw) { byte in
            same = unsafe matched < bytes.count && bytes[matched] == byte
            matched += 1
            return same
        }
        return same && matched == bytes.count
    }

    /// Appends what a string means, its escapes undone. O(length).
    func appendUnescaped(from text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let raw = unsafe raw(in: text)
        guard hasEscapes else {
            unsafe bytes.append(contentsOf: raw)
            return
        }
        unsafe JSONEscape.forEachByte(of: raw) { byte in
            bytes.append(byte)
            return true
        }
    }
}
