/// Goes through the fields of a protobuf message (https://protobuf.dev/programming-guides/encoding/).
///
/// Groups are not read: they were deprecated before the formats that are read here were made.
struct ProtobufFields {
    enum Value: Hashable {
        /// A varint, or a number of fixed width.
        case number(UInt64)
        /// Where the bytes of a string or of a message lie.
        case bytes(Range<Int>)
    }

    /// The bytes are not a message.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var index: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next field; `nil` at the end.
    mutating func next() throws(Malformed) -> (number: UInt64, value: Value)? {
        if index == end { return nil }
        let tag = try varint()
        let number = tag >> 3
        guard number > 0, number < 1 << 29 else { throw Malformed() }
        switch tag & 7 {
        case 0: return (number, .number(try varint()))
        case 1: return (number, .number(try fixed(8)))
        case 2:
            let count = try varint()
            guard count <= UInt64(end - index) else { throw Malformed() }
            let start = index
            index += Int(count)
            return (number, .bytes(start..<index))
        case 5: return (number, .number(try fixed(4)))
        default: throw Malformed()
        }
    }

    private mutating func varint() throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard index < end else { throw Malformed() }
            let byte = bytes[index]
            index += 1
            // Bits past the 64th are dropped, as protobuf's own readers do.
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }

    private mutating func fixed(_ count: Int) throws(Malformed) -> UInt64 {
        guard end - index >= count else { throw Malformed() }
        var value: UInt64 = 0
        for byte in bytes[index..<index + count].reversed() { value = value << 8 | UInt64(byte) }
        index += count
        return value
    }
}
