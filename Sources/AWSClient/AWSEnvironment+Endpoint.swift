extension AWSEnvironment {
    /// The endpoint that variables name for a service (`s3`, `kinesis`, `sts`), or for all of them
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html); `nil` for AWS's own.
    public func endpoint(of service: String) throws(AWSError) -> AWSEndpoint? {
        if value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true" { return nil }
        let url = value("AWS_ENDPOINT_URL_\(service.uppercased())") ?? value("AWS_ENDPOINT_URL")
        guard let url else { return nil }
        return try AWSEndpoint(url: url)
    }

    /// The file of certificates that are trusted besides the system's.
    public var caBundle: String? { value("AWS_CA_BUNDLE") }
}
