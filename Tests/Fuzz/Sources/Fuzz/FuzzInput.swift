/// Takes choices off the front of an input. Behind its end all choices are 0, so that every input means something.
struct FuzzInput {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isEmpty: Bool { index >= bytes.count }

    mutating func byte() -> UInt8 {
        guard index < bytes.count else { return 0 }
        index += 1
        return bytes[index - 1]
    }

    /// A number below `limit`, of one byte where that is enough, else of two; 0 where nothing is below.
    mutating func number(below limit: Int) -> Int {
        if limit < 2 { return 0 }
        let value = limit <= 256 ? Int(byte()) : Int(byte()) << 8 | Int(byte())
        return value % limit
    }

    /// Up to so many bytes.
    mutating func take(_ count: Int) -> [UInt8] {
        let end = min(index + count, bytes.count)
        defer { index = end }
        return Array(bytes[min(index, end)..<end])
    }

    mutating func rest() -> [UInt8] { take(bytes.count) }
}
