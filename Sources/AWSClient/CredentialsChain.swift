/// Looks for credentials where AWS's own tools do, in this order: variables, the profile, a web identity, a container,
/// the instance (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
struct CredentialsChain: Sendable {
    let environment: AWSEnvironment
    let fetcher: CredentialsFetcher
    /// Before `AWS_PROFILE`.
    let profile: String?
    let region: String?

    /// - Throws: `credentialsMissing` that says where was looked; or the error of the first place that has some settings
    ///   and no credentials.
    func load() async throws(AWSError) -> Credentials {
        if profile == nil, let found = try variables() { return found }
        let settings = try await SharedProfiles(environment).selected(profile)
        if let settings, let found = try await credentials(of: settings) { return found }
        if let identity = try webIdentity() { return try await identity.load() }
        let container = ContainerCredentials(environment: environment, fetcher: fetcher)
        if let found = try await container.load() { return found }
        let instance = InstanceCredentials(environment: environment, fetcher: fetcher)
        switch try await instance.load() {
        case .found(let credentials): return credentials
        case .nothing(let reason):
            throw AWSError(
                kind: .credentialsMissing,
                message: "no AWS credentials: no AWS_ACCESS_KEY_ID, no key in the profile "
                    + "\"\(profile ?? environment.value("AWS_PROFILE") ?? "default")\", no AWS_WEB_IDENTITY_TOKEN_FILE, "
                    + "no AWS_CONTAINER_CREDENTIALS_…_URI, \(reason); set one of them")
        }
    }

    private func variables() throws(AWSError) -> Credentials? {
        let key = environment.value("AWS_ACCESS_KEY_ID")
        let secret = environment.value("AWS_SECRET_ACCESS_KEY")
        if key == nil && secret == nil { return nil }
        guard let key, let secret else {
            throw AWSError(
                kind: .credentialsMissing,
                message: key == nil
                    ? "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID; set both"
                    : "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY; set both")
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: environment.value("AWS_SESSION_TOKEN"))
    }

    private func credentials(of settings: [String: String]) async throws(AWSError) -> Credentials? {
        let name = profile ?? environment.value("AWS_PROFILE") ?? "default"
        func fail(_ reason: String) -> AWSError {
            AWSError(kind: .credentialsMissing, message: "the profile \"\(name)\" \(reason)")
        }
        let key = settings["aws_access_key_id"]
        let secret = settings["aws_secret_access_key"]
        if let role = settings["role_arn"], let file = settings["web_identity_token_file"] {
            return try await webIdentity(role: role, file: file, session: settings["role_session_name"]).load()
        }
        if settings["role_arn"] == nil, let key, let secret {
            return Credentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: settings["aws_session_token"])
        }
        for unsupported in CredentialsChain.unsupported where settings[unsupported] != nil {
            throw fail(
                "gets its credentials by \(unsupported), which is not supported; export them by "
                    + "\"aws configure export-credentials --profile \(name) --format env\"")
        }
        if key != nil || secret != nil {
            throw fail("has only one of aws_access_key_id and aws_secret_access_key; set both")
        }
        return nil
    }

    private static let unsupported = [
        "role_arn", "source_profile", "credential_source", "sso_session", "sso_start_url", "credential_process",
        "login_session",
    ]

    private func webIdentity() throws(AWSError) -> WebIdentityCredentials? {
        guard let file = environment.value("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        guard let role = environment.value("AWS_ROLE_ARN") else {
            throw AWSError(
                kind: .credentialsMissing, message: "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN; set both")
        }
        return webIdentity(role: role, file: file, session: environment.value("AWS_ROLE_SESSION_NAME"))
    }

    private func webIdentity(role: String, file: String, session: String?) -> WebIdentityCredentials {
        WebIdentityCredentials(
            role: role, tokenFile: file, session: session ?? "odometer", region: region, environment: environment,
            fetcher: fetcher)
    }
}
