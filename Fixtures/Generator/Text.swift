/// The bytes of one or more lines, put together without a `String` for each part.
struct Text {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func removeLast(_ count: Int) {
        bytes.removeLast(count)
    }

    mutating func append(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// A whole number, with zeros before it up to a width.
    mutating func append(_ number: Int, width: Int = 1) {
        precondition(number >= 0, "fixtures hold no negative numbers")
        var power = 1
        var digits = 1
        while digits < width || number / power >= 10 {
            power *= 10
            digits += 1
        }
        while power > 0 {
            bytes.append(0x30 + UInt8(number / power % 10))
            power /= 10
        }
    }

    /// A whole number of units of 10^-`places`, as a decimal with all of its places: 12345678, 6 is `12.345678`.
    mutating func append(_ number: Int, places: Int) {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        append(number / scale)
        bytes.append(0x2E)
        append(number % scale, width: places)
    }

    /// 16 lower-case hexadecimal digits.
    mutating func append(hex number: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
            bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
    }
}
