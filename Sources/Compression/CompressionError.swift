/// Why compressed data could not be read. Offsets count the compressed bytes from the beginning of the stream.
public enum CompressionError: Error, Sendable, Hashable {
    /// The data are damaged: a bad block, or a checksum or length that does not fit the contents.
    case corrupt(CompressionKind, offset: UInt64, detail: String)
    /// After a whole member or frame stand bytes that begin no other one.
    case trailingGarbage(CompressionKind, offset: UInt64)
    /// The stream ends in the middle of a member or frame.
    case truncated(CompressionKind, offset: UInt64)
    /// The contents are out of all proportion to the compressed bytes; see ``DecompressionLimits``.
    case ratioExceeded(CompressionKind, offset: UInt64, output: UInt64)
    case outOfMemory(CompressionKind)
}

extension CompressionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .corrupt(let kind, let offset, let detail):
            "damaged \(kind) at byte \(offset): \(detail)"
        case .trailingGarbage(let kind, let offset):
            "not \(kind) at byte \(offset), after the end of the data: cut the file there if the rest is no input"
        case .truncated(let kind, let offset):
            "truncated \(kind): the stream ends in the middle of a member at byte \(offset)"
        case .ratioExceeded(let kind, let offset, let output):
            "\(kind) of \(offset) bytes holds more than \(output) bytes, which is taken for a decompression bomb"
        case .outOfMemory(let kind):
            "no memory to decompress \(kind)"
        }
    }
}
