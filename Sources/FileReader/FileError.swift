import Glibc
import UsageModel

/// A system call on a file or directory failed.
struct FileError: Error, CustomStringConvertible {
    /// What was to be done, such as `open`.
    var operation: String
    var path: ByteString
    /// The value of `errno`.
    var code: CInt

    var description: String {
        "cannot \(operation) \(path): \(unsafe String(cString: strerror(code))) (errno \(code)); \(advice)"
    }

    /// Whether the process or the machine has as many files open as it may.
    var isOutOfHandles: Bool { code == EMFILE || code == ENFILE }

    private var advice: String {
        switch code {
        case EACCES, EPERM: "give this user the right to read it, or exclude it"
        case EMFILE, ENFILE: "it is tried again; raise the limit of open files (ulimit -n)"
        case EIO: "check the disk it lies on"
        default: "it is tried again when it changes"
        }
    }
}

/// Why the contents of a file could not be read.
enum ContentsError: Error {
    case file(FileError)
    /// The path, and what is wrong with the data.
    case data(ByteString, String)
    /// What was read before is not there any more: what is missing.
    case gone(String)

    /// Whether the file at `path` has to change before it makes sense to try again.
    func isLasting(at path: ByteString) -> Bool {
        switch self {
        case .file(let error): error.path == path && (error.code == EACCES || error.code == EPERM)
        case .data, .gone: true
        }
    }
}

extension ContentsError: CustomStringConvertible {
    var description: String {
        switch self {
        case .file(let error): error.description
        case .data(let path, let detail): "\(path): \(detail)"
        case .gone(let message): message
        }
    }
}
