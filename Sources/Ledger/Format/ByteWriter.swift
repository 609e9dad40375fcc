import UsageModel

/// Lays down the ledger's binary forms: little-endian integers, LEB128 varints, counted bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Begins anew, and keeps the memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func byte(_ value: UInt8) {
        bytes.append(value)
    }

    /// A fixed-width integer, little-endian.
    mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        var value = value.littleEndian
        unsafe withUnsafeBytes(of: &value) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    mutating func raw(_ value: ArraySlice<UInt8>) {
        bytes.append(contentsOf: value)
    }

    mutating func zeros(_ count: Int) {
        bytes.append(contentsOf: repeatElement(0, count: count))
    }

    /// Writes bytes over those that stand from a place on.
    mutating func replace(at place: Int, by value: [UInt8]) {
        bytes.replaceSubrange(place..<place + value.count, with: value)
    }

    /// Identities and their content hashes, 24 bytes each.
    mutating func identities(_ identities: ArraySlice<EventIdentity>) {
        bytes.append(addingCapacity: identities.count * IdentityBlock.entrySize) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                for event in identities {
                    unsafe bytes.storeBytes(of: event.identity.high.littleEndian, toByteOffset: count, as: UInt64.self)
                    unsafe bytes.storeBytes(
                        of: event.identity.low.littleEndian, toByteOffset: count + 8, as: UInt64.self)
                    unsafe bytes.storeBytes(of: event.content.littleEndian, toByteOffset: count + 16, as: UInt64.self)
                    count += IdentityBlock.entrySize
                }
            }
        }
    }

    /// The LZ4 block of bytes, where that is shorter than they are.
    /// - Returns: whether it was.
    mutating func block(of value: [UInt8]) -> Bool {
        let start = bytes.count
        bytes.append(addingCapacity: value.count) { LZ4Block.compress(value, to: &$0) }
        return bytes.count > start
    }

    /// LEB128: seven bits a byte, the lowest first, the top bit set on all but the last.
    mutating func varint<Value: UnsignedInteger & FixedWidthInteger>(_ value: Value) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func count(_ value: Int) {
        varint(UInt64(value))
    }

    /// Zigzag (0, -1, 1, -2 … become 0, 1, 2, 3 …), then LEB128.
    mutating func signed(_ value: Int64) {
        varint(UInt64(bitPattern: value &<< 1 ^ value &>> 63))
    }

    /// As ``signed(_:)-Int64``, of 128 bits.
    mutating func signed(_ value: Int128) {
        varint(UInt128(truncatingIfNeeded: value &<< 1 ^ value &>> 127))
    }

    /// A count of bytes and the bytes.
    mutating func counted(_ value: [UInt8]) {
        count(value.count)
        raw(value)
    }

    mutating func text(_ value: String) {
        counted(Array(value.utf8))
    }

    mutating func digest(_ value: Digest256) {
        raw(value.bytes)
    }
}
