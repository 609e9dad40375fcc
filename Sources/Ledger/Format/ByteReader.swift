import UsageModel

/// Takes the ledger's binary forms apart again. It trusts no byte: whatever stands there is a value or an error.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }

    func fault(_ message: String) -> CodecError {
        CodecError(offset: offset, message: message)
    }

    mutating func byte() throws(CodecError) -> UInt8 {
        guard remaining > 0 else { throw fault("it ends too soon") }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(CodecError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { throw fault("it ends too soon") }
        defer { offset += size }
        return unsafe Value(
            littleEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    mutating func raw(_ count: Int) throws(CodecError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw fault("it ends too soon") }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// A varint in its shortest form; a longer one is an error, so that a value has one form.
    mutating func varint<Value: UnsignedInteger & FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) throws(CodecError) -> Value {
        var value: Value = 0
        var shift = 0
        while true {
            let next = try byte()
            let part = Value(next & 0x7F)
            guard shift < Value.bitWidth, (part << shift) >> shift == part else { throw fault("a number is too large") }
            value |= part << shift
            shift += 7
            if next < 0x80 {
                if next == 0, shift > 7 { throw fault("a number is longer than it needs to be") }
                return value
            }
        }
    }

    /// A count of things that take `size` bytes each at least, so that no count asks for more memory than the bytes justify.
    mutating func count(ofSize size: Int = 1) throws(CodecError) -> Int {
        let value = try varint(UInt64.self)
        guard value <= UInt64(remaining / size) else { throw fault("a count is larger than what follows") }
        return Int(value)
    }

    mutating func signed() throws(CodecError) -> Int64 {
        let value = try varint(UInt64.self)
        return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1)))
    }

    mutating func wideSigned() throws(CodecError) -> Int128 {
        let value = try varint(UInt128.self)
        return Int128(truncatingIfNeeded: value >> 1 ^ (0 &- (value & 1)))
    }

    mutating func counted() throws(CodecError) -> [UInt8] {
        try raw(count())
    }

    mutating func text() throws(CodecError) -> String {
        let start = offset
        guard let text = String(validating: try counted(), as: UTF8.self) else {
            throw CodecError(offset: start, message: "a text is not UTF-8")
        }
        return text
    }

    mutating func digest() throws(CodecError) -> Digest256 {
        Digest256(bytes: try raw(32))
    }

    mutating func flag() throws(CodecError) -> Bool {
        let value = try byte()
        guard value <= 1 else { throw fault("a flag is neither 0 nor 1") }
        return value == 1
    }

    /// The value must have been all.
    func end() throws(CodecError) {
        guard remaining == 0 else { throw fault("\(remaining) bytes follow its end") }
    }
}
