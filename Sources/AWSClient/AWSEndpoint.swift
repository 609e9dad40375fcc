/// Where a service is asked: a host, and what every path begins with.
public struct AWSEndpoint: Sendable, Hashable {
    public var scheme: HTTPRequest.Scheme
    /// A name, or an address; an IPv6 address stands in brackets.
    public var host: String
    /// `nil` for the scheme's own.
    public var port: Int?
    /// What stands before each path, not encoded: empty, or `/…` without a slash at its end.
    public var basePath: String

    public init(scheme: HTTPRequest.Scheme = .https, host: String, port: Int? = nil, basePath: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.basePath = basePath
    }

    /// AWS's own for a service (`kinesis`, `sts`, `s3`) in a region
    /// (https://docs.aws.amazon.com/general/latest/gr/rande.html).
    public init(service: String, region: String) {
        self.init(host: "\(service).\(region).\(AWSEndpoint.domain(of: region))")
    }

    /// Reads `https://host:port/base`.
    /// - Throws: an error of the kind `refused` where it is none, or holds a user, a query or a fragment.
    public init(url: String) throws(AWSError) {
        func fail(_ reason: String) -> AWSError {
            AWSError(kind: .refused, message: "the endpoint \(url) \(reason); write https://host or http://host:port")
        }
        guard let colon = url.firstRange(of: "://"),
            let scheme = HTTPRequest.Scheme(rawValue: url[..<colon.lowerBound].lowercased())
        else { throw fail("has no http or https at its beginning") }
        let rest = url[colon.upperBound...]
        if rest.contains("?") || rest.contains("#") { throw fail("has a query or a fragment") }
        let authority = rest.prefix { $0 != "/" }
        if authority.contains("@") {
            throw AWSError(kind: .refused, message: "the endpoint holds a user or a password; write https://host")
        }
        var host = authority
        var port: Int?
        let afterAddress = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterAddress...].lastIndex(of: ":") {
            host = authority[..<colon]
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw fail("has no port behind its last colon")
            }
            port = Int(number)
        }
        let isAddress = host.first == "[" && host.last == "]"
        let isSound = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "%") }
        guard !host.isEmpty, isSound, isAddress || !host.contains(":") else { throw fail("has no host") }
        var base = String(rest[authority.endIndex...])
        while base.last == "/" { base.removeLast() }
        self.init(scheme: scheme, host: String(host), port: port, basePath: base)
    }

    /// The domain that the names of a region's services end with.
    static func domain(of region: String) -> String {
        let domains = [
            ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-iso-", "c2s.ic.gov"),
            ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
        ]
        return domains.first { region.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    }
}

extension AWSEndpoint: CustomStringConvertible {
    public var description: String {
        scheme.rawValue + "://" + host + (port.map { ":\($0)" } ?? "") + basePath
    }
}
