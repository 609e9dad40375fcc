import UsageModel

/// A series' dimensions as one BLOB whose byte order is the order of the dimensions: absent first, then by bytes.
///
/// An absent value is 00. A value is 01, its bytes with each 00 written as 00 FF, and 00 01 at its end: so a prefix
/// sorts first, and no value runs into the next.
enum SeriesKey {
    static func encode(_ dimensions: [ByteString?]) -> [UInt8] {
        var key: [UInt8] = []
        for dimension in dimensions {
            guard let dimension else {
                key.append(0)
                continue
            }
            key.append(1)
            for byte in dimension.bytes {
                key.append(byte)
                if byte == 0 { key.append(0xFF) }
            }
            key.append(0)
            key.append(1)
        }
        return key
    }

    /// The dimensions again; `nil` when the key is none.
    static func decode(_ key: [UInt8]) -> [ByteString?]? {
        var dimensions: [ByteString?] = []
        var index = 0
        while index < key.count {
            index += 1
            switch key[index - 1] {
            case 0: dimensions.append(nil)
            case 1:
                var bytes: [UInt8] = []
                while true {
                    guard index < key.count else { return nil }
                    if key[index] != 0 {
                        bytes.append(key[index])
                        index += 1
                        continue
                    }
                    guard index + 1 < key.count else { return nil }
                    index += 2
                    if key[index - 1] == 1 { break }
                    guard key[index - 1] == 0xFF else { return nil }
                    bytes.append(0)
                }
                dimensions.append(ByteString(bytes))
            default: return nil
            }
        }
        return dimensions
    }
}
