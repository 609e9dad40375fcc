import Glibc
import UsageModel

/// An open file; closed when the last reference goes.
final class FileHandle: Sendable {
    let path: ByteString
    private let descriptor: CInt

    init(opening path: ByteString) throws(FileError) {
        // Not to block where a pipe has taken the file's place.
        let descriptor = unsafe open(path.cPath, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        if descriptor < 0 { throw FileError(operation: "open", path: path, code: errno) }
        self.path = path
        self.descriptor = descriptor
    }

    /// Opens it; `nil` where there is none.
    static func ifThere(_ path: ByteString) throws(FileError) -> FileHandle? {
        do throws(FileError) { return try FileHandle(opening: path) } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    func status() throws(FileError) -> FileStatus {
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 {
            throw FileError(operation: "look at", path: path, code: errno)
        }
        return FileStatus(status)
    }

    /// Whether a program has it open to write to it; `nil` where the system does not tell.
    ///
    /// A lease for reading is given out only where there is no writer (fcntl(2), F_SETLEASE); it is given back at once. Whoever
    /// opens the file in that moment waits for this, and the signal that tells us so is one that is ignored.
    var hasWriter: Bool? {
        _ = fcntl(descriptor, FileHandle.setSignal, SIGURG)
        if fcntl(descriptor, FileHandle.setLease, F_RDLCK) == 0 {
            _ = fcntl(descriptor, FileHandle.setLease, F_UNLCK)
            return false
        }
        return errno == EAGAIN ? true : nil
    }

    /// F_SETSIG and F_SETLEASE of Linux, which glibc shows to GNU sources only.
    private static let (setSignal, setLease): (CInt, CInt) = (10, 1_024)

    /// Reads from `offset` on until the buffer is full or the file ends. Returns how many bytes.
    func read(at offset: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>) throws(FileError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var count = 0
        while count < buffer.count {
            let got = unsafe pread(descriptor, base + count, buffer.count - count, off_t(offset) + off_t(count))
            if got > 0 {
                count += got
            } else if got == 0 {
                break
            } else if errno != EINTR {
                throw FileError(operation: "read", path: path, code: errno)
            }
        }
        return count
    }

    /// Up to `count` bytes from `offset` on.
    func bytes(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        // An array of no capacity is one that all share, and its count would be written.
        if count == 0 { return [] }
        var failure: FileError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileError) {
                initialized = unsafe try read(at: offset, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}
