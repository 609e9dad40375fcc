import Compression
import UsageModel

/// What stands in the `Partition.descriptor` of an object: whose contents were read, and how far.
///
/// Encoding, version 1, little-endian: version (1 byte), format (1: 0 plain, 1 not known yet, else 1 + `CompressionKind`), flags
/// (1: bit 0 complete, bit 1 with a version), size (8), last modified (8, signed nanoseconds), stored offset (8), then two or
/// three texts, each a length (4) and its UTF-8: bucket, ETag, version.
struct S3Descriptor: Sendable, Hashable {
    enum Format: Sendable, Hashable {
        case unknown
        case plain
        case compressed(CompressionKind)
    }

    var bucket: String
    var etag: String
    /// The object's version, where the bucket keeps them.
    var version: String?
    var size: UInt64
    var lastModified: Timestamp
    var format = Format.unknown
    /// Bytes of the object, as they lie there, from which nothing past the position has come.
    var storedOffset: UInt64 = 0
    /// Whether nothing more will come: all was read, or the rest cannot be.
    var isComplete = false

    init(_ object: S3Object, in bucket: String) {
        self.bucket = bucket
        etag = object.etag
        size = object.size
        lastModified = object.lastModified
    }

    func encoded() -> [UInt8] {
        let code: UInt8 =
            switch format {
            case .plain: 0
            case .unknown: 1
            case .compressed(let kind): 1 + kind.rawValue
            }
        var bytes: [UInt8] = [1, code, (isComplete ? 1 : 0) | (version == nil ? 0 : 2)]
        func put(_ value: UInt64, _ count: Int = 8) {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
        }
        put(size)
        put(UInt64(bitPattern: lastModified.nanoseconds))
        put(storedOffset)
        for text in [bucket, etag, version].compactMap({ $0 }) {
            put(UInt64(text.utf8.count), 4)
            bytes += Array(text.utf8)
        }
        return bytes
    }

    /// `nil` when the bytes are not such an encoding.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        func number(_ count: Int = 8) -> UInt64? {
            guard rest.count >= count else { return nil }
            var value: UInt64 = 0
            for byte in rest.prefix(count).reversed() { value = value << 8 | UInt64(byte) }
            rest = rest.dropFirst(count)
            return value
        }
        func text() -> String? {
            guard let count = number(4), rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return String(validating: rest.prefix(Int(count)), as: UTF8.self)
        }
        guard number(1) == 1, let code = number(1), let flags = number(1), flags <= 3, let size = number(),
            let modified = number(), let stored = number(), let bucket = text(), let etag = text()
        else { return nil }
        switch code {
        case 0: format = .plain
        case 1: format = .unknown
        default:
            guard let kind = CompressionKind(rawValue: UInt8(code - 1)) else { return nil }
            format = .compressed(kind)
        }
        if flags & 2 == 2 {
            guard let version = text() else { return nil }
            self.version = version
        }
        guard rest.isEmpty else { return nil }
        (self.bucket, self.etag, self.size, storedOffset) = (bucket, etag, size, stored)
        lastModified = Timestamp(nanoseconds: Int64(bitPattern: modified))
        isComplete = flags & 1 == 1
    }
}
