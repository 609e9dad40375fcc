import Glibc
import UsageModel

/// What names a file on this machine whatever its path is.
struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64
}

/// What `stat` says of a file.
struct FileStatus: Sendable, Hashable {
    enum Kind: Sendable { case regular, directory, other }

    var identity: FileIdentity
    var kind: Kind
    /// In bytes.
    var size: UInt64
    /// The time of the last change to the contents, the name or the rights, in nanoseconds since 1970.
    var changed: Int64

    init(_ status: stat) {
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .other
            }
        size = UInt64(max(0, status.st_size))
        changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    }

    /// The file at a path; symbolic links are followed.
    static func of(_ path: ByteString) throws(FileError) -> FileStatus {
        var status = stat()
        if unsafe stat(path.cPath, &status) != 0 {
            throw FileError(operation: "look at", path: path, code: errno)
        }
        return FileStatus(status)
    }
}

extension ByteString {
    /// The bytes with a NUL after them, as C wants a path.
    var cPath: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
