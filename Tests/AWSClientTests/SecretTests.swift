import Testing
import UsageModel

@testable import AWSClient

@Suite struct SecretTests {
    static let secrets = ["HUNTER2SECRET", "HUNTER2TOKEN"]
    static let credentials = Credentials(
        accessKeyID: "AKID", secretAccessKey: secrets[0], sessionToken: secrets[1],
        expiration: Timestamp(nanoseconds: 1))

    func shown(_ value: some Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(String(describing: value)) \(dumped)"
    }

    @Test("No description and no dump shows a secret")
    func descriptions() async throws {
        let signed = RequestSigner(service: "sts", region: "r").sign(
            HTTPRequest(host: "h", body: Array(Self.secrets[0].utf8)), with: Self.credentials,
            at: Timestamp(nanoseconds: 0))
        let environment = AWSEnvironment(variables: ["AWS_SECRET_ACCESS_KEY": Self.secrets[0]])
        let response = HTTPResponse(
            status: 200, headers: [("x-a", Self.secrets[1])], body: Array("{\"Token\":\"\(Self.secrets[1])\"}".utf8))
        let request = AWSRequest(headers: [("x", Self.secrets[1])], body: Array(Self.secrets[0].utf8))
        let provider = CredentialsProvider(Self.credentials)
        let client = AWSClient(
            service: "s3", region: "r", endpoint: AWSEndpoint(host: "h"), credentials: provider,
            transport: ScriptedTransport([.success(response)]))
        // Now the credentials are in the provider's and the signer's memory.
        _ = try await client.send(AWSRequest()) { _ throws(AWSDecodingError) in 0 }
        let values: [any Sendable] = [Self.credentials, signed, environment, response, request, provider, client]
        for value in values + [Optional(Self.credentials)] + [[Self.credentials]] {
            let text = shown(value)
            for secret in Self.secrets {
                #expect(!text.contains(secret), "\(type(of: value))")
                #expect(!text.contains("\(Array(secret.utf8))".dropFirst().dropLast()), "\(type(of: value))")
            }
        }
        #expect(shown(Self.credentials).contains("AKID"))
    }

    @Test("An error repeats no secret that a service's message repeats")
    func messages() async throws {
        let body = "{\"__type\":\"AccessDeniedException\",\"message\":\"token HUNTER2TOKEN, key HUNTER2SECRET.\"}"
        let transport = ScriptedTransport([.success(HTTPResponse(status: 400, body: Array(body.utf8)))])
        let client = AWSClient(
            service: "kinesis", region: "r", endpoint: AWSEndpoint(host: "h"),
            credentials: CredentialsProvider(Self.credentials), transport: transport, time: ManualTime().time())
        do throws(AWSError) {
            _ = try await client.send(AWSRequest()) { _ throws(AWSDecodingError) in 0 }
            Issue.record("no error")
        } catch {
            #expect(error.message == "token …, key ….")
            #expect(!shown(error).contains("HUNTER2"))
        }
    }
}
