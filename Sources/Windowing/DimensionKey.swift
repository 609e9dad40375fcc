import UsageModel

/// The values of a row's dimensions as bytes that are equal only where all values are.
///
/// It is built in one buffer that is used again for every row. Each value has its length before it; an absent value has a
/// length that no value has.
struct DimensionKey: Sendable {
    static let lengthSize = 4
    static let absent = UInt32.max

    private var buffer = [UInt8](repeating: 0, count: 256)
    private var count = 0

    @inline(__always)
    mutating func begin() {
        count = 0
    }

    @inline(__always)
    mutating func appendAbsent() {
        reserve(DimensionKey.lengthSize)
        appendLength(DimensionKey.absent)
    }

    @inline(__always)
    mutating func append(_ value: RawSpan) {
        let length = value.byteCount
        // Room for whole words, so that the copy needs no tail.
        reserve(DimensionKey.lengthSize + length + 8)
        appendLength(UInt32(truncatingIfNeeded: length))
        let start = count
        var span = buffer.mutableSpan
        var bytes = unsafe span.mutableBytes
        var index = 0
        while index + 8 <= length {
            let word = unsafe value.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            bytes.storeBytes(of: word, toByteOffset: start + index, as: UInt64.self)
            index += 8
        }
        while index < length {
            let byte = unsafe value.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            bytes.storeBytes(of: byte, toByteOffset: start + index, as: UInt8.self)
            index += 1
        }
        count += length
    }

    /// The number of the key in a table, a new one when it was not there.
    @inline(__always)
    func number(in table: inout NameTable) -> UInt32 {
        table.number(of: unsafe buffer.span.bytes.extracting(0..<count))
    }

    @inline(__always)
    private mutating func appendLength(_ length: UInt32) {
        let start = count
        var span = buffer.mutableSpan
        var bytes = unsafe span.mutableBytes
        bytes.storeBytes(of: length, toByteOffset: start, as: UInt32.self)
        count += DimensionKey.lengthSize
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count + more > buffer.count {
            buffer.append(contentsOf: repeatElement(0, count: buffer.count + more))
        }
    }
}
