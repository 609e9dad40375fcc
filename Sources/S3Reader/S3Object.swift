import UsageModel

/// One object as a listing had it.
struct S3Object: Sendable, Hashable {
    let key: ByteString
    /// Without its quotes.
    let etag: String
    /// In bytes, as it lies there.
    let size: UInt64
    let lastModified: Timestamp

    /// Names the object's contents within its source, for ever: other contents under the same key are another partition.
    var id: ByteString { ByteString(S3Object.prefix(of: key).bytes + Array(etag.utf8)) }

    /// What the ids of all generations of a key begin with.
    static func prefix(of key: ByteString) -> ByteString { ByteString(key.bytes + [0x23]) }

    /// The key of an id. An ETag has no number sign; a key may.
    static func key(of id: ByteString) -> ByteString {
        ByteString(Array(id.bytes[..<(id.bytes.lastIndex(of: 0x23) ?? id.bytes.count)]))
    }
}
