import NIOCore
import NIOPosix
import NIOSSL

/// A server on this machine that answers as a test says, byte for byte.
enum LocalServer {
    struct Request: Sendable {
        /// The request line and the headers.
        var head: String
        var body: String

        var line: String { String(head.prefix { $0 != "\r\n" }) }

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == name.lowercased() {
                    return parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
                }
            }
            return nil
        }
    }

    enum Answer: Sendable {
        case whole(Int, headers: [(String, String)] = [], body: String = "")
        /// These bytes, and then the end of the connection.
        case brokenOff(String)
        /// These bytes, and then none any more.
        case stalled(String)
        /// These bytes, and the end of the connection when all have been taken.
        case bytes(ByteBuffer)
    }

    /// Runs `body` with the port of a server that answers; closes it afterwards.
    static func run<Value: Sendable>(
        host: String = "127.0.0.1", tls: NIOSSLContext? = nil, answer: @escaping @Sendable (Request) -> Answer,
        _ body: (_ port: Int) async throws -> Value
    ) async throws -> Value {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Answerer(answer))
                }
            }
            .bind(host: host, port: 0).get()
        do {
            let value = try await body(server.localAddress?.port ?? 0)
            try await server.close()
            return value
        } catch {
            try? await server.close()
            throw error
        }
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: @Sendable (Request) -> Answer
        private var received = ""

        init(_ answer: @escaping @Sendable (Request) -> Answer) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            while let request = takeRequest() { reply(to: request, context) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func takeRequest() -> Request? {
            guard let end = received.firstRange(of: "\r\n\r\n") else { return nil }
            var request = Request(head: String(received[..<end.lowerBound]), body: "")
            let length = request.header("content-length").flatMap { Int($0) } ?? 0
            let rest = received[end.upperBound...].utf8
            guard rest.count >= length else { return nil }
            request.body = String(decoding: rest.prefix(length), as: UTF8.self)
            received = String(decoding: rest.dropFirst(length), as: UTF8.self)
            return request
        }

        private func reply(to request: Request, _ context: ChannelHandlerContext) {
            switch answer(request) {
            case .whole(let status, let headers, let body):
                let length =
                    headers.contains { $0.0 == "Content-Length" } ? [] : [("Content-Length", "\(body.utf8.count)")]
                let lines = (headers + length).map { "\($0): \($1)\r\n" }.joined()
                write("HTTP/1.1 \(status) Said\r\n\(lines)\r\n\(body)", context)
            case .brokenOff(let bytes):
                write(bytes, context)
                context.close(promise: nil)
            case .stalled(let bytes): write(bytes, context)
            case .bytes(let buffer): context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
