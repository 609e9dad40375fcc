/// A SHA-256 digest (FIPS 180-4): 32 bytes.
public struct Digest256: Sendable, Hashable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// 32 zeros: no digest, such as before the first frame of a ledger.
    public static let none = Digest256(bytes: [UInt8](repeating: 0, count: 32))

    /// Takes 32 bytes; another count is a programmer's error.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        self.bytes = bytes
    }
}

extension Digest256: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}
