import Testing
import UsageModel

@testable import AWSClient

@Suite struct RequestSignerTests {
    static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    @Test("AWS's own test suite is signed as it is published", arguments: SignedVector.all)
    func suite(vector: SignedVector) throws {
        var request = vector.request
        if !vector.isNormalized { request.path = PercentEncoding.encode(request.path, keepsSlash: true) }
        let signer = RequestSigner(
            service: "service", region: "us-east-1", pathRule: vector.isNormalized ? .normalized : .asSent)
        let credentials = Credentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: vector.sessionToken)
        let time = try #require(Timestamp("2015-08-30T12:36:00Z"))
        #expect(signer.sign(request, with: credentials, at: time).header("authorization") == vector.authorization)
    }

    @Test("All vectors of the suite are there")
    func suiteIsWhole() {
        #expect(SignedVector.all.count == 36)
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    @Test(
        "The examples in the documentation of S3 are signed as they are printed",
        arguments: [
            (
                HTTPRequest(host: Self.bucket, path: "/test.txt", headers: [("Range", "bytes=0-9")]),
                "host;range;x-amz-content-sha256;x-amz-date",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            ),
            (
                HTTPRequest(
                    method: "PUT", host: Self.bucket, path: "/test%24file.text",
                    headers: [
                        ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                    ], body: Array("Welcome to Amazon S3.".utf8)),
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
            ),
            (
                HTTPRequest(host: Self.bucket, query: [("lifecycle", "")]),
                "host;x-amz-content-sha256;x-amz-date",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
            ),
            (
                HTTPRequest(host: Self.bucket, query: [("max-keys", "2"), ("prefix", "J")]),
                "host;x-amz-content-sha256;x-amz-date",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
            ),
        ])
    func documentation(request: HTTPRequest, signedHeaders: String, signature: String) throws {
        let signer = RequestSigner(service: "s3", region: "us-east-1")
        let credentials = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let signed = signer.sign(request, with: credentials, at: try #require(Timestamp("2013-05-24T00:00:00Z")))
        #expect(
            signed.header("authorization")
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=\(signedHeaders), Signature=\(signature)")
    }

    static let bucket = "examplebucket.s3.amazonaws.com"

    @Test("Random requests are signed as another signer signs them")
    func foreign() throws {
        let cases = try ForeignSignature.all()
        #expect(cases.count == 300)
        for each in cases {
            let signer = RequestSigner(service: each.service, region: each.region)
            let time = try #require(Timestamp(seconds: each.time))
            let signed = signer.sign(each.request, with: each.credentials, at: time)
            #expect(signed.header("authorization") == each.authorization, "\(each.method) \(each.path)")
        }
    }

    @Test("A signer that is used again with another key, day or token makes no signature of the ones before")
    func keyCache() throws {
        let shared = RequestSigner(service: "kinesis", region: "eu-central-1")
        for each in try ForeignSignature.all() {
            let time = try #require(Timestamp(seconds: each.time))
            let fresh = RequestSigner(service: "kinesis", region: "eu-central-1")
            for _ in 0..<2 {
                #expect(
                    shared.sign(each.request, with: each.credentials, at: time).header("authorization")
                        == fresh.sign(each.request, with: each.credentials, at: time).header("authorization"))
            }
        }
    }

    @Test("What proxies change is not signed")
    func unsignedHeaders() throws {
        let signer = RequestSigner(service: "s3", region: "us-east-1")
        let request = HTTPRequest(
            host: "h", headers: [("User-Agent", "x"), ("X-Amzn-Trace-Id", "y"), ("Expect", "100-continue")])
        let signed = signer.sign(
            request, with: Credentials(accessKeyID: "a", secretAccessKey: "b"), at: Timestamp(nanoseconds: 0))
        #expect(
            try #require(signed.header("authorization")).contains(
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"))
        #expect(signed.header("user-agent") == "x")
    }
}
