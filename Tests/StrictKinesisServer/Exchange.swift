import AWSClient
import NIOCore
import NIOHTTP1
import StrictKinesis

/// The requests of one connection, one after the other.
final class Exchange: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let kinesis: StrictKinesis
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ kinesis: StrictKinesis) {
        self.kinesis = kinesis
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += Array(part.readableBytesView)
        case .end:
            guard let head else { return }
            let request = HTTPRequest(
                method: head.method.rawValue, scheme: .http, host: "127.0.0.1", path: head.uri,
                headers: head.headers.map { ($0.name, $0.value) }, body: body)
            answer(kinesis.respond(to: request), to: head, context)
        }
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
