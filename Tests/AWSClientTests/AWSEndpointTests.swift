import Testing

@testable import AWSClient

@Suite struct AWSEndpointTests {
    @Test(
        "A service has a name of AWS in each region, and another domain in some",
        arguments: [
            ("kinesis", "eu-central-1", "https://kinesis.eu-central-1.amazonaws.com"),
            ("s3", "cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"),
            ("sts", "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
            ("s3", "us-iso-east-1", "https://s3.us-iso-east-1.c2s.ic.gov"),
            ("s3", "us-isob-east-1", "https://s3.us-isob-east-1.sc2s.sgov.gov"),
        ])
    func regions(service: String, region: String, url: String) {
        #expect(AWSEndpoint(service: service, region: region).description == url)
    }

    @Test(
        "An endpoint of one's own is read",
        arguments: [
            ("http://localhost:9000", AWSEndpoint(scheme: .http, host: "localhost", port: 9000)),
            ("HTTPS://s3.example.com", AWSEndpoint(host: "s3.example.com")),
            ("https://s3.example.com/", AWSEndpoint(host: "s3.example.com")),
            ("http://[::1]:9000/base/a/", AWSEndpoint(scheme: .http, host: "[::1]", port: 9000, basePath: "/base/a")),
            ("http://[::1]", AWSEndpoint(scheme: .http, host: "[::1]")),
        ])
    func url(text: String, endpoint: AWSEndpoint) throws {
        #expect(try AWSEndpoint(url: text) == endpoint)
    }

    @Test(
        "What is no endpoint is refused",
        arguments: [
            "", "localhost:9000", "ftp://a", "http://", "http:///a", "http://a:b", "http://a:0", "http://a:65536",
            "http://a:-1", "http://a?b", "http://a#b", "http://::1", "http://a b", "http://é",
        ])
    func noURL(text: String) {
        #expect { try AWSEndpoint(url: text) } throws: { ($0 as? AWSError)?.kind == .refused }
    }

    @Test("A password in an endpoint is refused and not repeated")
    func password() {
        #expect {
            try AWSEndpoint(url: "https://user:hunter2@host")
        } throws: { error in
            !"\(error)".contains("hunter2")
        }
    }

    @Test("Variables name a service's endpoint, or one for all")
    func variables() throws {
        var environment = AWSEnvironment(["AWS_ENDPOINT_URL_S3": "http://s3:1", "AWS_ENDPOINT_URL": "http://all:2"])
        #expect(try environment.endpoint(of: "s3")?.host == "s3")
        #expect(try environment.endpoint(of: "kinesis")?.host == "all")
        environment.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        #expect(try environment.endpoint(of: "s3") == nil)
        #expect(try AWSEnvironment([:]).endpoint(of: "s3") == nil)
        #expect(throws: AWSError.self) { try AWSEnvironment(["AWS_ENDPOINT_URL": "s3:1"]).endpoint(of: "s3") }
    }

    @Test(
        "A bucket stands in the host at AWS, where its name is fit for it, and in the path elsewhere",
        arguments: [
            ("logs-1", nil, .automatic, "https://logs-1.s3.eu-west-1.amazonaws.com"),
            ("logs.prod", nil, .automatic, "https://s3.eu-west-1.amazonaws.com/logs.prod"),
            ("Logs_1", nil, .automatic, "https://s3.eu-west-1.amazonaws.com/Logs_1"),
            ("-logs", nil, .virtualHost, "https://s3.eu-west-1.amazonaws.com/-logs"),
            ("logs", nil, .path, "https://s3.eu-west-1.amazonaws.com/logs"),
            ("logs", "http://localhost:9000/base", .automatic, "http://localhost:9000/base/logs"),
            ("logs", "https://ceph.example", .virtualHost, "https://logs.ceph.example"),
            ("logs.prod", "https://ceph.example", .virtualHost, "https://ceph.example/logs.prod"),
            ("logs.prod", "http://ceph.example", .virtualHost, "http://logs.prod.ceph.example"),
        ] as [(String, String?, AWSEndpoint.BucketStyle, String)])
    func buckets(bucket: String, override: String?, style: AWSEndpoint.BucketStyle, url: String) throws {
        var endpoint: AWSEndpoint?
        if let override { endpoint = try AWSEndpoint(url: override) }
        let found = AWSEndpoint.s3(bucket: bucket, region: "eu-west-1", override: endpoint, style: style)
        #expect(found.description == url)
    }
}
