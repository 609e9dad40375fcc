import FoundationEssentials
import UsageModel

/// Asks the endpoints that hand out credentials, and tries again what may pass.
struct CredentialsFetcher: Sendable {
    let transport: any HTTPTransport
    let time: AWSTime

    /// These endpoints are near, and their answers small.
    static let limits = HTTPLimits(
        maximumBodyBytes: 1 << 20, connectTimeout: .seconds(2), readIdleTimeout: .seconds(5),
        totalTimeout: .seconds(10))

    private static let backoff = RetryPolicy.Backoff(attempts: 3, base: .milliseconds(200), cap: .seconds(1))

    /// Returns the answer whatever its status, once it is neither a failure of the service nor of the network; or the
    /// last one.
    /// - Parameter isPassing: whether a refusal may pass too.
    func send(
        _ request: HTTPRequest, limits: HTTPLimits = limits, attempts: Int = backoff.attempts,
        isPassing: (HTTPResponse) -> Bool = { _ in false }
    ) async throws(HTTPTransportError) -> HTTPResponse {
        var failures = 0
        while true {
            do throws(HTTPTransportError) {
                let response = try await transport.send(request, limits: limits)
                let passes = response.status >= 500 || response.status == 429 || isPassing(response)
                if !passes || failures + 1 >= attempts { return response }
            } catch {
                if FailureClass(of: error).remedy != .wait || failures + 1 >= attempts { throw error }
            }
            failures += 1
            let delay = CredentialsFetcher.backoff.delay(after: failures, random: time.random())
            do { try await time.sleep(delay) } catch { throw HTTPTransportError.cancelled }
        }
    }

    /// A GET of a document as containers and instances hand them out.
    static func get(_ endpoint: AWSEndpoint, path: String, headers: [(name: String, value: String)]) -> HTTPRequest {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = HTTPRequest(
            scheme: endpoint.scheme, host: endpoint.host, port: endpoint.port, path: String(parts[0]), headers: headers)
        if parts.count == 2 {
            request.query = parts[1].split(separator: "&").map { pair in
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (
                    name: PercentEncoding.decode(halves[0]),
                    value: halves.count == 2 ? PercentEncoding.decode(halves[1]) : ""
                )
            }
        }
        return request
    }

    /// Reads the credentials in an answer.
    /// - Parameter place: who answered, for the error.
    static func credentials(in response: HTTPResponse, from place: String) throws(AWSError) -> Credentials {
        struct Document: Decodable {
            var Code: String?
            var Message: String?
            var AccessKeyId: String?
            var SecretAccessKey: String?
            var Token: String?
            var Expiration: String?
        }
        let document = try? JSONDecoder().decode(Document.self, from: Data(response.body))
        guard response.isSuccess else { throw refusal(response, from: place) }
        if let code = document?.Code, code != "Success" {
            let message = document?.Message ?? "no more is said"
            throw AWSError(
                kind: .credentialsMissing, status: response.status, code: code, message: message, place: place)
        }
        guard let document, let key = document.AccessKeyId, let secret = document.SecretAccessKey else {
            throw AWSError(
                kind: .invalidAnswer, status: response.status, message: "the answer holds no credentials", place: place)
        }
        let expiration = document.Expiration.map { Timestamp($0) }
        if case .some(.none) = expiration {
            throw AWSError(
                kind: .invalidAnswer, status: response.status, message: "the credentials' Expiration is no time",
                place: place)
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: document.Token, expiration: expiration ?? nil)
    }

    /// An answer of failure, as an error.
    static func refusal(_ response: HTTPResponse, from place: String) -> AWSError {
        let fault = ServiceFault(response)
        return AWSError(
            kind: response.status >= 500 || response.status == 429 ? .transient : .credentialsMissing,
            status: response.status, code: fault.code,
            message: fault.message ?? "no credentials were handed out", requestID: fault.requestID, place: place)
    }

    /// A failed exchange, as an error.
    static func failure(_ error: HTTPTransportError, from place: String) -> AWSError {
        AWSError(kind: FailureClass(of: error).kind, message: error.description, place: place)
    }
}
