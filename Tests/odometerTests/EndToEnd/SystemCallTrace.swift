import Foundation
import Testing

/// What strace(1) sees of a program's calls below a directory: the kernel's word against that of the shim.
struct SystemCallTrace {
    /// Whether strace is here and may trace: tried once.
    static let isPossible =
        (try? ChildProcess(
            Programs.environment, ["strace", "-o", "/dev/null", "true"], in: URL(fileURLWithPath: "/")
        ).result().status) == .exit(0)

    /// Calls that change nothing that a crash could leave half done.
    private static let harmless: Set = [
        "access", "chmod", "close", "dup", "epoll_ctl", "faccessat", "faccessat2", "fadvise64", "fchmod", "fchown",
        "fcntl", "flock", "fstat", "fstatfs", "getdents64", "getxattr", "inotify_add_watch", "ioctl", "listxattr",
        "lseek", "lstat", "mmap",
        "newfstatat", "pread64", "read", "readlink", "readlinkat", "stat", "statfs", "statx",
    ]
    /// The names that differ by the size of a file or the way of naming it.
    private static let names = [
        "pwrite64": "pwrite", "pwritev2": "pwritev", "openat": "open", "creat": "open", "renameat": "rename",
        "renameat2": "rename", "unlinkat": "unlink", "mkdirat": "mkdir",
    ]

    let log: URL
    let below: URL

    /// The arguments of a run under strace, for `env`.
    func arguments(_ program: URL, _ arguments: [String]) -> [String] {
        ["strace", "-f", "-qq", "-y", "-s", "0", "-e", "trace=%file,%desc", "-o", log.path, program.path] + arguments
    }

    /// How often each call that changes something was made below the directory, by the shim's names.
    func counts() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in try String(contentsOf: log, encoding: .utf8).split(separator: "\n") {
            // The second half of a call that another thread interrupted does not begin with its name.
            guard let call = line.prefixMatch(of: /\d+ +(\w+)\(/)?.output.1, isBelow(line) else { continue }
            let name = String(call)
            if Self.harmless.contains(name) || (name.hasPrefix("open") && !line.contains("O_CREAT")) { continue }
            counts[Self.names[name] ?? name, default: 0] += 1
        }
        return counts
    }

    private func isBelow(_ line: Substring) -> Bool {
        ["/", "\"", ">"].contains { line.contains(below.path + $0) }
    }
}
