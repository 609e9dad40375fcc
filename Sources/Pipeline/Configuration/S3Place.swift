public import UsageModel

/// A bucket, and how it is listed.
public struct S3Place: Sendable, Hashable {
    public var bucket: String
    /// In the order of the file; none of them begins with another.
    public var prefixes: [ByteString] = [""]
    public var service: ServicePlace
    /// Whether the bucket stands in the path and not in the host's name; `nil` for what the endpoint wants.
    public var isPathStyle: Bool?
    public var paysRequests = false
    /// How long to wait before listing again.
    public var poll = Duration.seconds(10)
    /// Keys of objects younger than this are listed again each time.
    public var lookBack = Duration.seconds(3_600)
    /// Everything is listed again after this time at the latest.
    public var relist = Duration.seconds(3_600)
}

extension S3Place {
    init(_ cursor: ConfigurationCursor) throws(ConfigurationError) {
        bucket = try cursor.required("bucket").string()
        service = try ServicePlace(cursor)
        isPathStyle = try cursor["path_style"]?.flag()
        paysRequests = try cursor["requester_pays"]?.flag() ?? false
        if let place = cursor["prefix"] { prefixes = try S3Place.prefixes(place) }
        if let time = cursor["poll"] { poll = try time.duration() }
        if let time = cursor["look_back"] { lookBack = try time.duration() }
        if let time = cursor["relist"] { relist = try time.duration() }
    }

    private static func prefixes(_ cursor: ConfigurationCursor) throws(ConfigurationError) -> [ByteString] {
        var prefixes: [ByteString] = []
        for item in cursor.items {
            let prefix = ByteString(try item.string())
            let other = prefixes.first {
                prefix.bytes.starts(with: $0.bytes) || $0.bytes.starts(with: prefix.bytes)
            }
            if let other { throw item.error("\"\(prefix)\" and \"\(other)\" have keys in common") }
            prefixes.append(prefix)
        }
        return prefixes
    }
}
