import ArgumentParser

/// A share of the whole, from 0 to 1, in millionths: read from its digits, so that it is the same on every machine.
struct Share: ExpressibleByArgument, CustomStringConvertible {
    let millionths: Int

    init(millionths: Int) {
        self.millionths = millionths
    }

    /// Reads `0.005`, `0` or `1`: at most six decimals.
    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int(parts[0]), whole >= 0 else { return nil }
        var millionths = whole * 1_000_000
        if parts.count == 2 {
            guard (1...6).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let digits = Int(parts[1])
            else { return nil }
            millionths += (parts[1].utf8.count..<6).reduce(digits) { value, _ in value * 10 }
        }
        guard millionths <= 1_000_000 else { return nil }
        self.millionths = millionths
    }

    var description: String {
        let digits = String(millionths % 1_000_000)
        let padded = String(repeating: "0", count: 6 - digits.count) + digits
        return "\(millionths / 1_000_000).\(padded)"
    }
}
