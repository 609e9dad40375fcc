/// A size in bytes as configurations and arguments write it: `64MiB`, `1MB`, `512KiB`, `1000000`.
public struct ByteCount: Sendable, Hashable {
    public var bytes: Int

    /// `nil` when the text is not a whole number with one of the units B, KB, MB, GB, KiB, MiB and GiB, or is 0 or
    /// too large.
    public init?(_ text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = Int(digits), number > 0 else { return nil }
        let factor: Int
        switch text.dropFirst(digits.count) {
        case "", "B": factor = 1
        case "KB": factor = 1_000
        case "MB": factor = 1_000_000
        case "GB": factor = 1_000_000_000
        case "KiB": factor = 1 << 10
        case "MiB": factor = 1 << 20
        case "GiB": factor = 1 << 30
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        self.bytes = bytes
    }
}
