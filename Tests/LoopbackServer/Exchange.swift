import AWSClient
import Foundation
import NIOCore
import NIOHTTP1

/// The requests of one connection, one after the other.
final class Exchange: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let respond: LoopbackServer.Respond
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ respond: @escaping LoopbackServer.Respond) {
        self.respond = respond
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += Array(part.readableBytesView)
        case .end:
            guard let head else { return }
            do {
                answer(try respond(request(head)), to: head, context)
            } catch {
                context.close(promise: nil)
            }
        }
    }

    private func request(_ head: HTTPRequestHead) -> HTTPRequest {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        let query = parts.count < 2 ? [] : parts[1].split(separator: "&").map { Exchange.parameter($0) }
        return HTTPRequest(
            method: head.method.rawValue, scheme: .http, host: "127.0.0.1", path: String(parts.first ?? "/"),
            query: query, headers: head.headers.map { ($0.name, $0.value) }, body: body)
    }

    private static func parameter(_ text: Substring) -> (name: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
        return (parts.first ?? "", parts.count < 2 ? "" : parts[1])
    }

    private func answer(_ response: HTTPResponse, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.count)")
        let status = HTTPResponseStatus(statusCode: response.status)
        let responseHead = HTTPResponseHead(version: head.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
