import Glibc

/// A file without a name for what does not fit into memory: it goes with its last user.
struct SpillFile: ~Copyable {
    private let descriptor: CInt
    private(set) var size = 0

    /// - Throws: a ``SpillError`` where the directory for temporary files cannot be written.
    init() throws(SpillError) {
        let directory = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var name = (directory + "/odometer-XXXXXX").utf8CString.map(\.self)
        descriptor = unsafe mkstemp(&name)
        if descriptor < 0 { throw SpillError(call: "make a file in", directory: directory, code: errno) }
        unsafe unlink(name)
    }

    deinit { close(descriptor) }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SpillError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe pwrite(
                descriptor, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written, off_t(size))
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw SpillError(call: "write", directory: "a temporary file", code: errno) }
            written += count
            size += count
        }
    }

    /// Fills the buffer from an offset on; what it asks for is there.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpillError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe pread(
                descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            if count <= 0 { throw SpillError(call: "read", directory: "a temporary file", code: errno) }
            done += count
        }
    }
}

/// What is too much for the memory could not be put aside.
public struct SpillError: Error, Sendable, Hashable, CustomStringConvertible {
    var call: String
    var directory: String
    var code: CInt

    public var description: String {
        "\(call) \(directory): \(unsafe String(cString: strerror(code))); free some space, or set TMPDIR to another directory"
    }
}
