extension AWSEndpoint {
    /// Where the name of a bucket stands
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
    public enum BucketStyle: String, Sendable, Hashable, CaseIterable {
        /// In the host name at AWS, in the path at an endpoint of one's own.
        case automatic
        case path
        /// In the host name, where the bucket's name is fit for it.
        case virtualHost
    }

    /// Where a bucket of S3 is asked. A request's path is then `/` and the key.
    /// - Parameter override: an endpoint instead of AWS's own.
    public static func s3(
        bucket: String, region: String, override: AWSEndpoint? = nil, style: BucketStyle = .automatic
    ) -> AWSEndpoint {
        var endpoint = override ?? AWSEndpoint(service: "s3", region: region)
        let inHost =
            switch style {
            case .automatic: override == nil
            case .path: false
            case .virtualHost: true
            }
        if inHost && isFitForHost(bucket, over: endpoint.scheme) {
            endpoint.host = "\(bucket).\(endpoint.host)"
        } else {
            endpoint.basePath += "/\(bucket)"
        }
        return endpoint
    }

    /// Whether the bucket's name is one label of a host name. One with a dot is none over TLS: the certificate's `*`
    /// stands for one label only. Old buckets may have names with capitals and underscores.
    private static func isFitForHost(_ bucket: String, over scheme: HTTPRequest.Scheme) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        func isAlphanumeric(_ byte: UInt8?) -> Bool {
            guard let byte else { return false }
            return letters.contains(byte) || digits.contains(byte)
        }
        let labels = bucket.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (3...63).contains(bucket.utf8.count), labels.count == 1 || scheme == .http else { return false }
        return labels.allSatisfy { label in
            isAlphanumeric(label.first) && isAlphanumeric(label.last)
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }
}
