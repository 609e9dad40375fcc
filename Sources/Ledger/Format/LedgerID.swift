import UsageModel

/// Which ledger a segment belongs to: 16 random bytes, drawn once.
public struct LedgerID: Sendable, Hashable {
    static let size = 16
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        precondition(bytes.count == LedgerID.size, "a ledger's id has 16 bytes")
        self.bytes = bytes
    }

    static func random() -> LedgerID {
        var generator = SystemRandomNumberGenerator()
        return LedgerID(bytes: (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}

extension LedgerID: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}
