/// The profiles of `~/.aws/credentials` and `~/.aws/config`, or of the files that variables name.
struct SharedProfiles {
    let environment: AWSEnvironment
    let credentialsPath: String
    let configPath: String

    init(_ environment: AWSEnvironment) {
        self.environment = environment
        let home = environment.value("HOME") ?? ""
        func path(_ variable: String, _ standard: String) -> String {
            let path = environment.value(variable) ?? standard
            return path.hasPrefix("~/") ? home + path.dropFirst() : path
        }
        credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        configPath = path("AWS_CONFIG_FILE", "~/.aws/config")
    }

    /// The settings of the profile that is named, by `AWS_PROFILE` if not by the caller, or of `default`. Those of the
    /// credentials file come before those of the configuration.
    /// - Returns: `nil` where none is named and there is no default.
    /// - Throws: `credentialsMissing` where one is named and is not there, or a file cannot be read.
    func selected(_ profile: String?) async throws(AWSError) -> [String: String]? {
        let named = profile ?? environment.value("AWS_PROFILE")
        let name = named ?? "default"
        let config = try await file(at: configPath)
        let credentials = try await file(at: credentialsPath)
        var settings = config?.sections["profile \(name)"]
        if name == "default" { settings = settings ?? config?.sections["default"] }
        if let section = credentials?.sections[name] {
            settings = (settings ?? [:]).merging(section) { $1 }
        }
        if settings == nil, let named {
            throw AWSError(
                kind: .credentialsMissing,
                message: "the profile \"\(named)\" is neither in \(credentialsPath) nor in \(configPath); "
                    + "add it, or name another one in AWS_PROFILE")
        }
        return settings
    }

    private func file(at path: String) async throws(AWSError) -> ProfileFile? {
        guard let contents = try await environment.read(path) else { return nil }
        return try ProfileFile(contents, path: path)
    }
}
