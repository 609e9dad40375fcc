import Compression
import UsageModel

/// How a partition's file is recognised again: what stands in `Partition.descriptor`.
///
/// Encoding, version 2, little-endian: version (1 byte), format (1: 0 plain, else `CompressionKind`), flags (1: bit 0
/// complete, bit 1 with a beginning, bits 2 and 3 `LineEnding`), device (8), inode (8), guard (offset 8, SHA-256 32), for a
/// compressed file the input guard (8, 32), the beginning where there is one (count 2, SHA-256 32), the path's length (4) and
/// the path. Version 1 has no beginning and no `LineEnding`.
struct FileDescriptor: Sendable, Hashable {
    var identity: FileIdentity
    var kind: CompressionKind?
    /// A compressed file whose stream had ended at the position.
    var isComplete = false
    /// What made the last line before the position whole.
    var ending = LineEnding.lineEnd
    /// Over the contents before the position.
    var contents: PositionGuard
    /// Of a compressed file: over compressed bytes that hold nothing past the position.
    var input: PositionGuard?
    /// Over the first bytes of the contents, as far as they were read; `nil` before the first and in version 1.
    var beginning: FileBeginning?
    /// Where the file was, relative to the base where it lies under it.
    var path: ByteString

    /// Over the bytes before the position as they lie in the file.
    var stored: PositionGuard { input ?? contents }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [
            2, kind?.rawValue ?? 0, (isComplete ? 1 : 0) | (beginning == nil ? 0 : 2) | ending.rawValue << 2,
        ]
        func put(_ value: UInt64, _ count: Int = 8) {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
        }
        put(identity.device)
        put(identity.inode)
        put(contents.offset)
        bytes += contents.digest.bytes
        if let input {
            put(input.offset)
            bytes += input.digest.bytes
        }
        if let beginning {
            put(UInt64(beginning.count), 2)
            bytes += beginning.digest.bytes
        }
        put(UInt64(path.bytes.count), 4)
        return bytes + path.bytes
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
        func digest() -> Digest256? {
            guard rest.count >= 32 else { return nil }
            defer { rest = rest.dropFirst(32) }
            return Digest256(bytes: Array(rest.prefix(32)))
        }
        func guarding() -> PositionGuard? {
            guard let offset = number(), let digest = digest() else { return nil }
            return PositionGuard(offset: offset, digest: digest)
        }
        guard let version = number(1), (1...2).contains(version), let format = number(1), let flags = number(1),
            flags <= (version == 1 ? 1 : 15), let ending = LineEnding(rawValue: UInt8(flags >> 2)),
            let device = number(), let inode = number(), let contents = guarding()
        else { return nil }
        identity = FileIdentity(device: device, inode: inode)
        isComplete = flags & 1 == 1
        self.ending = ending
        self.contents = contents
        if format != 0 {
            guard let kind = CompressionKind(rawValue: UInt8(format)), let input = guarding() else { return nil }
            self.kind = kind
            self.input = input
        }
        if flags & 2 == 2 {
            guard let count = number(2), count <= FileBeginning.reach, let digest = digest() else { return nil }
            beginning = FileBeginning(count: Int(count), digest: digest)
        }
        guard let count = number(4), rest.count == Int(count) else { return nil }
        path = ByteString(Array(rest))
    }

    init(
        identity: FileIdentity, kind: CompressionKind?, isComplete: Bool = false, contents: PositionGuard,
        input: PositionGuard? = nil, path: ByteString
    ) {
        precondition((kind == nil) == (input == nil), "a compressed file has a guard over its input")
        self.identity = identity
        self.kind = kind
        self.isComplete = isComplete
        self.contents = contents
        self.input = input
        self.path = path
    }
}
