import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension HTTPTransportError {
    /// What async-http-client and NIO throw, sorted.
    init(_ error: any Error, host: String) {
        self =
            switch error {
            case let error as HTTPTransportError: error
            case let error as HTTPClientError: HTTPTransportError(error)
            case is CancellationError: .cancelled
            case let error as NIOConnectionError: .unreachable("\(host): \(HTTPTransportError.reason(of: error))")
            case let error as NIOSSLError: HTTPTransportError(error)
            case let error as NIOSSLExtraError: .untrusted("\(error)")
            case is BoringSSLError: .untrusted("\(error)")
            case HTTPParserError.invalidEOFState: .connectionLost("in the middle of an answer")
            case is HTTPParserError: .malformed("\(error)")
            case ChannelError.connectTimeout: .timedOut(.connect)
            case let error as IOError where [ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL].contains(error.errnoCode):
                .unreachable("\(host): \(error)")
            default: .connectionLost("\(error)")
            }
    }

    private init(_ error: HTTPClientError) {
        self =
            switch error {
            case .cancelled, .requestStreamCancelled, .alreadyShutdown: .cancelled
            case .deadlineExceeded: .timedOut(.total)
            case .readTimeout, .writeTimeout: .timedOut(.idle)
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: .timedOut(.connect)
            case .remoteConnectionClosed, .uncleanShutdown: .connectionLost("closed by the other side")
            default: .malformed(error.shortDescription)
            }
    }

    private init(_ error: NIOSSLError) {
        self =
            switch error {
            case .uncleanShutdown: .connectionLost("closed by the other side")
            case .handshakeFailed(.sslError(let errors)) where errors.contains(.eofDuringHandshake):
                .connectionLost("closed by the other side")
            default: .untrusted("\(error)")
            }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let error = error.connectionErrors.first { return "\(error.error)" }
        let errors = [error.dnsAError, error.dnsAAAAError].compactMap { $0 }
        return errors.isEmpty ? "the name is unknown" : "\(errors[0])"
    }
}
