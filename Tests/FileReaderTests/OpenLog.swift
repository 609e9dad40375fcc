import Glibc

/// A file that a program has open to write to it, as it is seen by others; closed when the last reference goes.
final class OpenLog {
    private let descriptor: CInt

    init(_ directory: TemporaryDirectory, _ name: String) {
        descriptor = unsafe open(directory.path + "/" + name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        precondition(descriptor >= 0, "the file can be written")
    }

    deinit { close(descriptor) }

    func append(_ text: String) { append(Array(text.utf8)) }

    func append(_ bytes: [UInt8]) {
        let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        precondition(count == bytes.count, "the file can be written")
    }
}
