import Synchronization
import Testing
import UsageModel

@testable import AWSClient

/// Writes down what a server was asked.
final class RequestLog: Sendable {
    private let taken = Mutex<[LocalServer.Request]>([])

    var all: [LocalServer.Request] { taken.withLock { $0 } }

    /// Returns how many came before.
    func add(_ request: LocalServer.Request) -> Int {
        taken.withLock { taken in
            taken.append(request)
            return taken.count - 1
        }
    }
}

@Suite struct CredentialsChainTests {
    static let document = """
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA1","SecretAccessKey":"s/1+","Token":"t==",\
        "LastUpdated":"2023-11-14T22:00:00Z","Expiration":"2023-11-15T04:00:00Z"}
        """
    static let temporary = Credentials(
        accessKeyID: "ASIA1", secretAccessKey: "s/1+", sessionToken: "t==",
        expiration: Timestamp("2023-11-15T04:00:00Z"))

    let time = ManualTime()

    func load(_ environment: AWSEnvironment, profile: String? = nil, region: String? = nil) async throws -> Credentials
    {
        let network = try NetworkTransport()
        let provider = CredentialsProvider(
            environment: environment, transport: network, profile: profile, region: region, time: time.time())
        do throws(AWSError) {
            let credentials = try await provider.credentials()
            await network.shutdown()
            return credentials
        } catch {
            await network.shutdown()
            throw error
        }
    }

    func failure(_ environment: AWSEnvironment, profile: String? = nil) async -> AWSError? {
        do {
            _ = try await load(environment, profile: profile)
            return nil
        } catch { return error as? AWSError }
    }

    @Test("Variables come first")
    func variables() async throws {
        let environment = AWSEnvironment(
            ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T", "HOME": "/h"],
            files: ["/h/.aws/credentials": "[default]\naws_access_key_id=B\naws_secret_access_key=C\n"])
        #expect(
            try await load(environment) == Credentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T"))
    }

    @Test("Half of a key is an error", arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func half(name: String) async throws {
        let error = try #require(await failure(AWSEnvironment([name: "HUNTER2"])))
        #expect(error.kind == .credentialsMissing && error.message.hasSuffix("set both"))
        #expect(!error.message.contains("HUNTER2"))
    }

    @Test("A profile's key is taken, before the variables where the profile is given")
    func profile() async throws {
        let environment = AWSEnvironment(
            ["HOME": "/h", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"],
            files: [
                "/h/.aws/credentials":
                    "[default]\naws_access_key_id=B\naws_secret_access_key=C\naws_session_token=D\n[x]\n"
                    + "aws_access_key_id=E\naws_secret_access_key=F\n[half]\naws_access_key_id=G\n"
            ])
        #expect(
            try await load(environment, profile: "x") == Credentials(accessKeyID: "E", secretAccessKey: "F"))
        #expect(await failure(environment, profile: "half")?.message.contains("has only one of") == true)
        var named = environment
        named.variables = ["HOME": "/h"]
        #expect(
            try await load(named) == Credentials(accessKeyID: "B", secretAccessKey: "C", sessionToken: "D"))
    }

    @Test(
        "What a profile asks for and is not supported is named",
        arguments: ["sso_session", "credential_process", "source_profile", "role_arn", "sso_start_url"])
    func unsupported(setting: String) async throws {
        let environment = AWSEnvironment(
            ["HOME": "/h"], files: ["/h/.aws/config": "[default]\n\(setting) = something\n"])
        let error = try #require(await failure(environment))
        #expect(error.kind == .credentialsMissing && error.message.contains("by \(setting), which is not supported"))
    }

    @Test("A web identity's token is exchanged at STS")
    func webIdentity() async throws {
        let log = RequestLog()
        let body = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <AssumeRoleWithWebIdentityResult><Credentials><SessionToken>t==</SessionToken>
            <SecretAccessKey>s/1+</SecretAccessKey><Expiration>2023-11-15T04:00:00Z</Expiration>
            <AccessKeyId>ASIA1</AccessKeyId></Credentials><Provider>p</Provider></AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """
        let passing = "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>"
        let found = try await LocalServer.run { request in
            log.add(request) == 0 ? .whole(400, body: passing) : .whole(200, body: body)
        } _: { port in
            try await load(
                AWSEnvironment(
                    [
                        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
                        "AWS_ROLE_SESSION_NAME": "me@x", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:\(port)/sts",
                    ], files: ["/token": "ey.J+/=\n"]))
        }
        #expect(found == Self.temporary)
        let request = try #require(log.all.last)
        #expect(log.all.count == 2 && request.line == "POST /sts/ HTTP/1.1")
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
        #expect(request.header("authorization") == nil)
        #expect(
            request.body
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
                + "&RoleSessionName=me%40x&WebIdentityToken=ey.J%2B%2F%3D")
    }

    @Test("STS is asked in the region, or else globally")
    func stsEndpoint() async throws {
        for (variables, region, host) in [
            ([:], nil, "sts.amazonaws.com"), (["AWS_REGION": "cn-north-1"], nil, "sts.cn-north-1.amazonaws.com.cn"),
            (["AWS_REGION": "cn-north-1"], "eu-west-1", "sts.eu-west-1.amazonaws.com"),
        ] as [([String: String], String?, String)] {
            let transport = ScriptedTransport([.success(.ok("<a/>"))])
            let all = variables.merging(["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "r"]) { $1 }
            let provider = CredentialsProvider(
                environment: AWSEnvironment(all, files: ["/t": "x"]), transport: transport, region: region,
                time: time.time())
            await #expect {
                try await provider.credentials()
            } throws: { ($0 as? AWSError)?.kind == .invalidAnswer }
            #expect(transport.requests.first?.authority == host)
        }
    }

    @Test("A refused web identity is an error with STS's own words and without the token")
    func refusedIdentity() async throws {
        let body =
            "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>Token expired</Message></Error></ErrorResponse>"
        let error = try await LocalServer.run { _ in
            .whole(400, body: body)
        } _: { port in
            await failure(
                AWSEnvironment(
                    [
                        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "r",
                        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:\(port)",
                    ], files: ["/token": "HUNTER2"]))
        }
        let found = try #require(error)
        #expect(found.kind == .credentialsMissing && found.code == "ExpiredTokenException")
        #expect(found.message == "Token expired" && !found.description.contains("HUNTER2"))
    }

    @Test("A container's endpoint is asked, with its token, and again when it fails")
    func container() async throws {
        let log = RequestLog()
        let found = try await LocalServer.run { request in
            log.add(request) == 0 ? .whole(500) : .whole(200, body: Self.document)
        } _: { port in
            try await load(
                AWSEnvironment(
                    [
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:\(port)/v1/credentials?id=a%20b",
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this",
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
                    ], files: ["/token": "Bearer x\n"]))
        }
        #expect(found == Self.temporary)
        #expect(log.all.map(\.line) == Array(repeating: "GET /v1/credentials?id=a%20b HTTP/1.1", count: 2))
        #expect(log.all.last?.header("authorization") == "Bearer x")
    }

    @Test("A relative address is one of ECS's own")
    func relativeContainer() async throws {
        let transport = ScriptedTransport([.success(.ok(Self.document))])
        let provider = CredentialsProvider(
            environment: AWSEnvironment([
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "T",
            ]), transport: transport, time: time.time())
        #expect(try await provider.credentials() == Self.temporary)
        let request = try #require(transport.requests.first)
        #expect(request.description == "GET http://169.254.170.2/v2/credentials/1")
        #expect(request.header("authorization") == "T")
    }

    @Test(
        "Secrets are asked for without TLS at this machine and AWS's own addresses only",
        arguments: [
            ("http://127.1.2.3/a", true), ("http://localhost/a", true), ("http://[::1]:8/a", true),
            ("http://169.254.170.2/a", true), ("http://169.254.170.23/a", true), ("http://[fd00:ec2::23]/a", true),
            ("https://example.com/a", true), ("http://example.com/a", false), ("http://169.254.170.3/a", false),
            ("http://127.0.0.1.example.com/a", false), ("http://10.0.0.1/a", false), ("http://127.0.0.256/a", false),
        ])
    func containerAddress(url: String, isAllowed: Bool) async throws {
        let transport = ScriptedTransport([.success(.ok(Self.document))])
        let provider = CredentialsProvider(
            environment: AWSEnvironment(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]), transport: transport,
            time: time.time())
        let found = try? await provider.credentials()
        #expect((found != nil) == isAllowed && transport.requests.count == (isAllowed ? 1 : 0))
    }

    @Test("A token with a line break in it is refused, and not repeated")
    func brokenToken() async throws {
        let error = try #require(
            await failure(
                AWSEnvironment([
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/a",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "HUNTER2\r\nX-Evil: 1",
                ])))
        #expect(error.kind == .credentialsMissing && !error.description.contains("HUNTER2"))
    }

    @Test("An instance is asked for its role's credentials with a token that it hands out")
    func instance() async throws {
        let log = RequestLog()
        let found = try await LocalServer.run { request in
            _ = log.add(request)
            switch request.line {
            case "PUT /latest/api/token HTTP/1.1":
                return .whole(request.header("x-aws-ec2-metadata-token-ttl-seconds") == nil ? 400 : 200, body: "TOK")
            case _ where request.header("x-aws-ec2-metadata-token") != "TOK": return .whole(401)
            case "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1": return .whole(200, body: "my-role\n")
            case "GET /latest/meta-data/iam/security-credentials/my-role HTTP/1.1":
                return .whole(200, body: Self.document)
            default: return .whole(404)
            }
        } _: { port in
            try await load(AWSEnvironment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(port)/"]))
        }
        #expect(found == Self.temporary && log.all.count == 3)
    }

    @Test("An instance that hands out no token is not asked without one")
    func noOldMetadata() async throws {
        let log = RequestLog()
        let error = try await LocalServer.run { request in
            _ = log.add(request)
            return request.line.hasPrefix("PUT") ? .whole(403) : .whole(200, body: "role")
        } _: { port in
            await failure(AWSEnvironment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(port)"]))
        }
        #expect(try #require(error).message.contains("answers 403") && log.all.count == 1)
    }

    @Test("Where nothing is found, the error says where was looked")
    func nothing() async throws {
        let disabled = try #require(await failure(AWSEnvironment(["AWS_EC2_METADATA_DISABLED": "TRUE"])))
        #expect(disabled.kind == .credentialsMissing)
        for word in ["AWS_ACCESS_KEY_ID", "profile \"default\"", "AWS_WEB_IDENTITY", "AWS_EC2_METADATA_DISABLED"] {
            #expect(disabled.message.contains(word))
        }
        let closed = try await LocalServer.run { _ in
            .whole(200)
        } _: { port in
            port
        }
        let silent = try #require(
            await failure(AWSEnvironment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(closed)"])))
        #expect(silent.kind == .credentialsMissing && silent.message.contains("does not answer"))
    }

    @Test(
        "An answer without credentials is an error that repeats nothing of it",
        arguments: [
            "", "HUNTER2", "{}", "{\"AccessKeyId\":\"HUNTER2\"}", "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}",
            "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"HUNTER2\",\"Expiration\":\"soon\"}",
        ])
    func badAnswer(body: String) async throws {
        let error = try await LocalServer.run { _ in
            .whole(200, body: body)
        } _: { port in
            await failure(AWSEnvironment(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:\(port)/"]))
        }
        let found = try #require(error)
        #expect(found.kind == .invalidAnswer || found.code == "AssumeRoleUnauthorizedAccess")
        #expect(!found.description.contains("HUNTER2"))
    }
}
