extension JSONTape {
    /// Indexes and parses one text that stands alone.
    ///
    /// - Throws: ``JSONFault``; bytes that are not UTF-8 come before whatever else is wrong.
    mutating func parse(_ text: UnsafeBufferPointer<UInt8>, with indexer: inout JSONIndexer) throws(JSONFault) {
        guard unsafe indexer.index(text) == .indexed else { throw unsafe JSONTape.fault(of: text) }
        var cursor = 0
        try unsafe parse(text, structurals: indexer.structurals, cursor: &cursor, base: 0)
    }

    /// Why stage 1 refused a text. Not for each record: only where one failed.
    private static func fault(of text: UnsafeBufferPointer<UInt8>) -> JSONFault {
        if let offset = unsafe JSONTape.firstInvalidUTF8(in: text) { return .badEncoding(offset: offset) }
        var quote: Int?
        var index = 0
        while index < text.count {
            let byte = unsafe text[index]
            if byte == 0x22 {
                quote = quote == nil ? index : nil
            } else if byte == 0x5C {
                index += 1
            }
            if quote != nil, index < text.count, unsafe text[index] < 0x20 {
                return .malformed("a control character in a string", offset: index)
            }
            index += 1
        }
        if let quote { return .malformed("a string is not closed", offset: quote) }
        return .malformed("a value is missing", offset: 0)
    }

    /// The offset of the first sequence that is not UTF-8 (Unicode 15, table 3-7).
    static func firstInvalidUTF8(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < text.count {
            let lead = unsafe text[index]
            var following = 0
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0..<0x80: following = 0
            case 0xC2...0xDF: following = 1
            case 0xE0: (following, second) = (2, 0xA0...0xBF)
            case 0xED: (following, second) = (2, 0x80...0x9F)
            case 0xE1...0xEF: following = 2
            case 0xF0: (following, second) = (3, 0x90...0xBF)
            case 0xF4: (following, second) = (3, 0x80...0x8F)
            case 0xF1...0xF3: following = 3
            default: return index
            }
            guard index + following < text.count else { return index }
            if following > 0 {
                for step in 1...following {
                    let byte = unsafe text[index + step]
                    if !(step == 1 ? second : 0x80...0xBF).contains(byte) { return index }
                }
            }
            index += following + 1
        }
        return nil
    }
}
