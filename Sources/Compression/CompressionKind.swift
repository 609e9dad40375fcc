/// A compressed format that input is recognised by.
///
/// The raw value stands in the descriptors of committed partitions.
public enum CompressionKind: UInt8, Sendable, Hashable, CaseIterable {
    /// RFC 1952.
    case gzip = 1
    /// The LZ4 frame format 1.6.
    case lz4 = 2
    /// RFC 8878.
    case zstd = 3

    /// How many bytes of a file's beginning ``detect(_:)`` wants to see: enough for the skippable frames that are
    /// written in front of the first one (`pzstd` writes one of 12 bytes).
    public static let prefixCount = 64

    /// What a file's first bytes say about it.
    public enum Detection: Sendable, Hashable {
        case compressed(CompressionKind)
        case plain
        /// The few bytes there are could become either.
        case undecided
    }

    /// Recognises a format by its magic number. O(prefix).
    ///
    /// LZ4 and zstd share the magic of skippable frames; these are stepped over as far as the prefix goes. When it
    /// ends inside one, the file is taken for zstd, whose tools are the ones that write them first.
    public static func detect(_ prefix: Span<UInt8>) -> Detection {
        if prefix.isEmpty { return .undecided }
        if matches(prefix, 0, [0x1F, 0x8B, 0x08]) {
            return prefix.count >= 3 ? .compressed(.gzip) : .undecided
        }
        var start = 0
        while start < prefix.count {
            let isWhole = prefix.count - start >= 4
            if matches(prefix, start, [0x04, 0x22, 0x4D, 0x18]) {
                return isWhole || start > 0 ? .compressed(.lz4) : .undecided
            }
            if matches(prefix, start, [0x28, 0xB5, 0x2F, 0xFD]) {
                return isWhole || start > 0 ? .compressed(.zstd) : .undecided
            }
            guard prefix[start] & 0xF0 == 0x50, matches(prefix, start + 1, [0x2A, 0x4D, 0x18]) else {
                return start > 0 ? .compressed(.zstd) : .plain
            }
            if !isWhole { return start > 0 ? .compressed(.zstd) : .undecided }
            guard prefix.count - start >= 8 else { break }
            var length = 0
            for index in 0..<4 { length |= Int(prefix[start + 4 + index]) << (8 * index) }
            start += 8 + length
        }
        return .compressed(.zstd)
    }

    /// Whether the bytes from `start` on, as far as there are any, are those of the magic number.
    private static func matches(_ prefix: Span<UInt8>, _ start: Int, _ magic: [UInt8]) -> Bool {
        for (index, byte) in magic.enumerated() where start + index < prefix.count && prefix[start + index] != byte {
            return false
        }
        return true
    }
}

extension CompressionKind: CustomStringConvertible {
    /// The name in messages.
    public var description: String {
        switch self {
        case .gzip: "gzip"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }
}
