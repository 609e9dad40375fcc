public import AWSClient

/// Which service of AWS's kind is asked, and as whom.
public struct ServicePlace: Sendable, Hashable {
    /// `nil` for the environment's or the profile's.
    public var region: String?
    /// Instead of AWS's own.
    public var endpoint: AWSEndpoint?
    /// Of the shared credentials file; `nil` for the environment's.
    public var profile: String?
}

extension ServicePlace {
    init(_ cursor: ConfigurationCursor) throws(ConfigurationError) {
        region = try cursor["region"]?.string()
        profile = try cursor["profile"]?.string()
        guard let place = cursor["endpoint"] else { return }
        let url = try place.string()
        do throws(AWSError) {
            endpoint = try AWSEndpoint(url: url)
        } catch { throw place.error(error.message) }
    }
}
