import Synchronization

@testable import AWSClient

/// Answers requests as a test says, and writes them down.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPResponse, HTTPTransportError>

    private let answer: @Sendable (HTTPRequest, _ index: Int) async -> Answer
    private let taken = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping @Sendable (HTTPRequest, _ index: Int) async -> Answer) {
        self.answer = answer
    }

    /// One answer after the other, and the last one for ever.
    convenience init(_ answers: [Answer]) {
        self.init { _, index in answers[min(index, answers.count - 1)] }
    }

    var requests: [HTTPRequest] { taken.withLock { $0 } }

    func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
        let index = taken.withLock { taken in
            taken.append(request)
            return taken.count - 1
        }
        return try await answer(request, index).get()
    }
}

extension HTTPResponse {
    /// An answer of S3 that is no success.
    static func s3(_ status: Int, _ code: String, _ headers: [(name: String, value: String)] = []) -> HTTPResponse {
        let body =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>Of \(code).</Message>"
            + "<Key>a</Key><RequestId>4442587FB7D0A2F9</RequestId></Error>"
        return HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    /// An answer of Kinesis that is no success.
    static func kinesis(_ status: Int, _ type: String, _ headers: [(name: String, value: String)] = []) -> HTTPResponse
    {
        let all = headers + [("x-amzn-RequestId", "c1")]
        return HTTPResponse(
            status: status, headers: all, body: Array("{\"__type\":\"\(type)\",\"message\":\"Of \(type).\"}".utf8))
    }

    static func ok(_ text: String = "", _ headers: [(name: String, value: String)] = []) -> HTTPResponse {
        HTTPResponse(status: 200, headers: headers, body: Array(text.utf8))
    }
}
