import UsageModel

/// Which range a block of the archive is of. The layout stands in `Schemas/archive.md`.
struct ArchiveKey: Sendable, Hashable {
    /// The longest one in bytes that is taken for one when it is read.
    static let maximumSize = 1 << 20

    var source: ByteString
    var id: ByteString
    var range: PositionRange

    init(_ partition: Partition, _ range: PositionRange) {
        source = ByteString(partition.source)
        id = partition.id
        self.range = range
    }

    private init(source: ByteString, id: ByteString, range: PositionRange) {
        (self.source, self.id, self.range) = (source, id, range)
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: source.bytes.count + id.bytes.count + 80)
        writer.counted(source.bytes)
        writer.counted(id.bytes)
        range.start.encode(to: &writer)
        range.end.encode(to: &writer)
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(CodecError) -> ArchiveKey {
        var reader = ByteReader(bytes)
        let (source, id) = (ByteString(try reader.counted()), ByteString(try reader.counted()))
        let range = PositionRange(start: try Position.decode(from: &reader), end: try Position.decode(from: &reader))
        try reader.end()
        return ArchiveKey(source: source, id: id, range: range)
    }

    /// What stands for a key's bytes where many are held. It is no secret, so that who reads compares the bytes too.
    static func digest(_ bytes: [UInt8]) -> Digest128 {
        var hash = unkeyed
        unsafe hash.write(bytes.span.bytes)
        return hash.finalize()
    }

    private static let unkeyed = SipHash128(key: [UInt8](repeating: 0, count: 16))
}
