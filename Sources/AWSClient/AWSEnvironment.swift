import Glibc
import NIOPosix

/// Where settings and credentials are looked up: variables and files.
public struct AWSEnvironment: Sendable {
    public var variables: [String: String]
    /// The contents of a file; `nil` where there is none.
    public var read: @Sendable (String) async throws(AWSError) -> [UInt8]?

    public init(
        variables: [String: String], read: @escaping @Sendable (String) async throws(AWSError) -> [UInt8]?
    ) {
        self.variables = variables
        self.read = read
    }

    /// With the files of this machine.
    public init(variables: [String: String]) {
        self.init(variables: variables) { (path) async throws(AWSError) in
            let result: Result<[UInt8]?, AWSError>
            do {
                result = try await NIOThreadPool.singleton.runIfActive { AWSEnvironment.contents(of: path) }
            } catch {
                throw AWSError(kind: .cancelled, message: "cancelled while \(path) was to be read")
            }
            return try result.get()
        }
    }

    /// The value of a variable that is set and not empty.
    func value(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A file of credentials has a few kilobytes.
    private static let maximumBytes = 1 << 20

    private static func contents(of path: String) -> Result<[UInt8]?, AWSError> {
        func failure(_ reason: String) -> Result<[UInt8]?, AWSError> {
            .failure(AWSError(kind: .credentialsMissing, message: "cannot read \(path): \(reason)"))
        }
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 {
            if errno == ENOENT || errno == ENOTDIR { return .success(nil) }
            return failure(unsafe String(cString: strerror(errno)))
        }
        defer { close(file) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return failure(unsafe String(cString: strerror(errno))) }
            if count == 0 { return .success(contents) }
            contents += buffer[..<count]
            if contents.count > maximumBytes { return failure("it has more than \(maximumBytes) bytes") }
        }
    }
}

/// Variables hold secrets.
extension AWSEnvironment: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(variables.count) variables" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["variables": variables.count]) }
}
