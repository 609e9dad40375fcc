@testable import AWSClient

extension AWSEnvironment {
    /// With files of a test; one whose contents are `nil` cannot be read.
    init(_ variables: [String: String], files: [String: String?] = [:]) {
        self.init(variables: variables) { (path) async throws(AWSError) in
            guard let file = files[path] else { return nil }
            guard let file else { throw AWSError(kind: .credentialsMissing, message: "cannot read \(path)") }
            return Array(file.utf8)
        }
    }
}
