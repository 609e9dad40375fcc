import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes in one answer: its body goes into an array of the announced length, and each byte is copied once.
final class WholeBody: HTTPClientResponseDelegate {
    private let maximum: Int
    /// Whether the announced length is one of bytes that come; not in an answer to HEAD.
    private let hasBody: Bool
    private let response = Mutex(HTTPResponse(status: 0))

    init(maximum: Int, hasBody: Bool) {
        self.maximum = maximum
        self.hasBody = hasBody
    }

    func didReceiveHead(task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let length = hasBody ? head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0 : 0
        if length > maximum { return tooLong(task) }
        response.withLock { response in
            response.status = Int(head.status.code)
            response.headers = head.headers.map { (name: $0.name, value: $0.value) }
            response.body.reserveCapacity(length)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<HTTPResponse>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = response.withLock { response in
            if buffer.readableBytes > maximum - response.body.count { return false }
            unsafe buffer.withUnsafeReadableBytes { bytes in unsafe response.body.append(contentsOf: bytes) }
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : tooLong(task)
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPResponse>) -> HTTPResponse {
        response.withLock { response in
            defer { response = HTTPResponse(status: 0) }
            return response
        }
    }

    private func tooLong(_ task: HTTPClient.Task<HTTPResponse>) -> EventLoopFuture<Void> {
        task.eventLoop.makeFailedFuture(HTTPTransportError.bodyTooLong(maximum: maximum))
    }
}
