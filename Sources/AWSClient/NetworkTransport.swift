import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests over the network, by HTTP/1.1 on connections that are kept open.
///
/// TLS is verified against the system's authorities and those of a bundle, and is at least version 1.2. Redirects are
/// not followed, bodies not decompressed, and nothing is logged.
public final class NetworkTransport: HTTPTransport {
    /// async-http-client takes these for a whole client, so there is a client for each pair; there are few.
    private struct Timeouts: Hashable {
        var connect: Duration
        var idle: Duration
    }

    /// How much is read at once: more where the last piece filled its room.
    private static let pieces = AdaptiveRecvByteBufferAllocator(minimum: 4_096, initial: 16_384, maximum: 256 << 10)

    private let tls: TLSConfiguration
    private let connectionsPerHost: Int
    /// `nil` when it is shut down.
    private let clients = Mutex<[Timeouts: HTTPClient]?>([:])

    /// - Parameters:
    ///   - caBundle: the path of a PEM file with certificates that are trusted besides the system's. It is read here.
    ///   - connectionsPerHost: how many requests to a host go on at once. Others wait for their turn, at most as long as
    ///     `HTTPLimits.connectTimeout`: ask no more at once.
    /// - Throws: `untrusted` where the bundle cannot be read.
    public init(caBundle: String? = nil, connectionsPerHost: Int = 16) throws(HTTPTransportError) {
        precondition(connectionsPerHost > 0, "there is at least one connection")
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let caBundle {
            do {
                tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(caBundle))]
            } catch {
                throw .untrusted("the certificates of \(caBundle) cannot be read: \(error)")
            }
        }
        self.tls = tls
        self.connectionsPerHost = connectionsPerHost
    }

    /// Closes all connections; requests under way, and later ones, are cancelled. It has to be called before the last
    /// reference goes.
    public func shutdown() async {
        // A connection goes back to its pool a moment after its answer came, and async-http-client 1.37 stops the program where
        // the pool was shut down in between: the loops finish first what they are at.
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            for _ in 0..<3 { try? await loop.submit {}.get() }
        }
        let clients = self.clients.withLock { clients in
            defer { clients = nil }
            return clients
        }
        guard let clients else { return }
        for client in clients.values { try? await client.shutdown() }
    }

    public func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
        guard !Task.isCancelled, let client = client(for: limits) else { throw .cancelled }
        let url = "\(request.scheme.rawValue)://\(request.authority)\(request.target)"
        do {
            let prepared = try HTTPClient.Request(
                url: url, method: HTTPMethod(rawValue: request.method),
                headers: HTTPHeaders(request.headers.map { ($0.name, $0.value) }),
                body: request.body.isEmpty ? nil : .bytes(request.body))
            let task = client.execute(
                request: prepared,
                delegate: WholeBody(maximum: limits.maximumBodyBytes, hasBody: request.method != "HEAD"),
                deadline: limits.totalTimeout.map { .now() + TimeAmount($0) })
            return try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            throw HTTPTransportError(error, host: request.authority)
        }
    }

    private func client(for limits: HTTPLimits) -> HTTPClient? {
        let timeouts = Timeouts(connect: limits.connectTimeout, idle: limits.readIdleTimeout)
        return clients.withLock { clients in
            guard let known = clients else { return nil }
            if let client = known[timeouts] { return client }
            let client = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration(timeouts))
            clients?[timeouts] = client
            return client
        }
    }

    private func configuration(_ timeouts: Timeouts) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(timeouts.connect), read: TimeAmount(timeouts.idle),
                write: TimeAmount(timeouts.idle)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsPerHost
        // Trying again is the client's business: it knows how often, and waits in between.
        configuration.connectionPool.retryConnectionEstablishment = false
        // What comes is read in large pieces: each costs the pipeline the same, however small. There is no other way to a
        // channel's options.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.recvAllocator, value: NetworkTransport.pieces)
        }
        return configuration
    }
}
