public import AWSClient
public import UsageModel

// What an archive in a bucket needs: objects that are put once, found by their keys, and fetched as wholes.
extension S3Bucket {
    /// Puts an object in the place of whatever has its key. When it returns the object is durable.
    ///
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    public func put(_ bytes: [UInt8], at key: ByteString) async throws(AWSError) {
        let request = AWSRequest(method: "PUT", path: "/" + key.description, headers: headers, body: bytes)
        try await client.send(request) { (_) throws(AWSDecodingError) in }
    }

    /// The objects whose keys begin with a prefix and come behind a key, in the order of bytes, a page of them; none where no
    /// more come.
    public func objects(
        _ prefix: ByteString, after key: ByteString
    ) async throws(AWSError) -> [(key: ByteString, size: UInt64, etag: String)] {
        try await list(prefix, from: .after(key), keys: 1_000).objects.map { ($0.key, $0.size, $0.etag) }
    }

    /// All of an object that was listed.
    public func contents(
        of object: (key: ByteString, size: UInt64, etag: String)
    ) async throws(AWSError) -> [UInt8] {
        let listed = S3Object(
            key: object.key, etag: object.etag, size: object.size, lastModified: Timestamp(nanoseconds: 0))
        return try await get(listed, 0..<object.size).bytes
    }
}
