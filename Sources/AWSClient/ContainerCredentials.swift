/// Credentials of a container of ECS, or of a pod of EKS
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
struct ContainerCredentials: Sendable {
    let environment: AWSEnvironment
    let fetcher: CredentialsFetcher

    /// `nil` where no container's endpoint is named.
    func load() async throws(AWSError) -> Credentials? {
        guard let (endpoint, path) = try address() else { return nil }
        var headers: [(name: String, value: String)] = [("Accept", "application/json")]
        if let token = try await authorization() { headers.append(("Authorization", token)) }
        let place = "container credentials at \(endpoint)"
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            response = try await fetcher.send(CredentialsFetcher.get(endpoint, path: path, headers: headers))
        } catch {
            throw CredentialsFetcher.failure(error, from: place)
        }
        return try CredentialsFetcher.credentials(in: response, from: place)
    }

    private func address() throws(AWSError) -> (AWSEndpoint, path: String)? {
        if let path = environment.value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            return (AWSEndpoint(scheme: .http, host: "169.254.170.2"), path.hasPrefix("/") ? path : "/" + path)
        }
        guard let url = environment.value("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        let address = url.prefix { $0 != "?" }
        var endpoint = try AWSEndpoint(url: String(address))
        guard endpoint.scheme == .https || ContainerCredentials.isLocal(endpoint.host) else {
            throw AWSError(
                kind: .credentialsMissing,
                message: "AWS_CONTAINER_CREDENTIALS_FULL_URI asks \(endpoint.host) for secrets over http; "
                    + "only this machine and AWS's own addresses may be asked without TLS")
        }
        var path = endpoint.basePath.isEmpty ? "/" : endpoint.basePath
        if address.hasSuffix("/") && path != "/" { path += "/" }
        endpoint.basePath = ""
        return (endpoint, path + url[address.endIndex...])
    }

    /// The machine itself, and the addresses that ECS and EKS serve to it alone. No name is looked up.
    private static func isLocal(_ host: String) -> Bool {
        if ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host.lowercased()) {
            return true
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil && $0.first != "+" }
    }

    private func authorization() async throws(AWSError) -> String? {
        guard let path = environment.value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") else {
            return try sound(environment.value("AWS_CONTAINER_AUTHORIZATION_TOKEN"), of: "the variable")
        }
        guard let contents = try await environment.read(path) else {
            throw AWSError(
                kind: .credentialsMissing, message: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: \(path) is not there")
        }
        var text = String(decoding: contents, as: UTF8.self)[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return try sound(String(text), of: path)
    }

    /// A line break in a header would begin another one.
    private func sound(_ token: String?, of place: String) throws(AWSError) -> String? {
        if let token, token.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            throw AWSError(
                kind: .credentialsMissing,
                message: "the container's authorization token in \(place) has a control character in it")
        }
        return token
    }
}
