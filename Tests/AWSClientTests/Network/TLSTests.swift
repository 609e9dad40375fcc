import FoundationEssentials
import NIOSSL
import Testing

@testable import AWSClient

/// The certificate is for `localhost` and 127.0.0.1 and holds until 2126; `Certificates/README.md` says how it was made.
@Suite struct TLSTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Certificates")
    static let authority = folder.appending(path: "authority.pem").path()

    func get(
        host: String, at address: String = "127.0.0.1", caBundle: String?, maximum: TLSVersion? = nil
    ) async throws -> Result<HTTPResponse, HTTPTransportError> {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(Self.folder.appending(path: "server.pem").path())
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(file: Self.folder.appending(path: "server.key").path(), format: .pem)))
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = maximum
        let context = try NIOSSLContext(configuration: configuration)
        return try await LocalServer.run(host: address, tls: context) { _ in
            .whole(200, body: "secret")
        } _: { port in
            try await NetworkTransportTests.send(
                HTTPRequest(scheme: .https, host: host, port: port), NetworkTransportTests.brisk, caBundle: caBundle)
        }
    }

    func expectUntrusted(_ result: Result<HTTPResponse, HTTPTransportError>) {
        guard case .failure(.untrusted) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test("A certificate of an unknown authority is refused, and taken with the authority's own")
    func authority() async throws {
        expectUntrusted(try await get(host: "127.0.0.1", caBundle: nil))
        let response = try await get(host: "127.0.0.1", caBundle: Self.authority).get()
        #expect(response.body == Array("secret".utf8))
        #expect(try await get(host: "localhost", caBundle: Self.authority).get().status == 200)
    }

    @Test("A certificate for another name is refused")
    func otherName() async throws {
        expectUntrusted(try await get(host: "127.0.0.2", at: "127.0.0.2", caBundle: Self.authority))
    }

    @Test("TLS 1.2 is spoken, and nothing older")
    func versions() async throws {
        #expect(try await get(host: "localhost", caBundle: Self.authority, maximum: .tlsv12).get().status == 200)
        expectUntrusted(try await get(host: "localhost", caBundle: Self.authority, maximum: .tlsv11))
    }

    @Test("A bundle that is not there is told at once")
    func noBundle() {
        #expect {
            try NetworkTransport(caBundle: "/nonexistent.pem")
        } throws: { "\($0)".contains("/nonexistent.pem") }
    }

    @Test("A server that does not shake hands is given up in the time for connecting")
    func handshake() async throws {
        var limits = NetworkTransportTests.brisk
        limits.connectTimeout = .milliseconds(200)
        let result = try await LocalServer.run { _ in
            .stalled("")
        } _: { [limits] port in
            try await NetworkTransportTests.send(HTTPRequest(scheme: .https, host: "127.0.0.1", port: port), limits)
        }
        guard case .failure(.timedOut(.connect)) = result else {
            Issue.record("\(result)")
            return
        }
    }
}
