import Glibc

/// Holds a right to a ledger until it is freed, or the process ends.
///
/// The rights are three bytes of the file `lock`, as open-file-description locks (fcntl(2), `F_OFD_SETLK`), which also
/// exclude each other within a process. The file's text is the writer's process id.
struct LedgerLock: ~Copyable, Sendable {
    enum Right: off_t, Sendable {
        /// To append: for the life of a writer.
        case write = 0
        /// To bring the index up to date: a writer's, or for a moment that of a reader where no writer is.
        case index = 1
        /// To derive the log from the segments, and to sign its checkpoints.
        case log = 2
    }

    // Of <fcntl.h>, which shows them only under _GNU_SOURCE.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37
    private static let setLockWaiting: Int32 = 38

    private let descriptor: Int32

    /// Takes the right to append, or says who has it.
    static func writer(_ directory: LedgerDirectory) throws(LedgerError) -> LedgerLock {
        let lock = try LedgerLock(directory)
        var range = flock(.write, type: F_WRLCK)
        guard unsafe fcntl(lock.descriptor, LedgerLock.setLock, &range) == 0 else {
            guard errno == EAGAIN || errno == EACCES else {
                throw .system(call: "fcntl", path: directory.lock, code: errno)
            }
            throw .locked(path: directory.path, pid: try owner(directory))
        }
        try lock.sign(directory.lock)
        return lock
    }

    /// Says in the file who has the right, for whoever is refused it.
    private func sign(_ path: String) throws(LedgerError) {
        let text = Array("\(getpid())\n".utf8)
        var written = 0
        while written < text.count {
            let count = unsafe text[written...].withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(call: "pwrite", path: path, code: errno) }
            written += count
        }
        guard ftruncate(descriptor, off_t(written)) == 0 else {
            throw .system(call: "ftruncate", path: path, code: errno)
        }
    }

    /// Waits for the right to bring the index up to date.
    static func index(_ directory: LedgerDirectory) throws(LedgerError) -> LedgerLock {
        try waiting(for: .index, directory)
    }

    /// Waits for the right to derive the log.
    static func log(_ directory: LedgerDirectory) throws(LedgerError) -> LedgerLock {
        try waiting(for: .log, directory)
    }

    private static func waiting(for right: Right, _ directory: LedgerDirectory) throws(LedgerError) -> LedgerLock {
        let lock = try LedgerLock(directory)
        var range = flock(right, type: F_WRLCK)
        while unsafe fcntl(lock.descriptor, LedgerLock.setLockWaiting, &range) != 0 {
            guard errno == EINTR else { throw .system(call: "fcntl", path: directory.lock, code: errno) }
        }
        return lock
    }

    /// Whether a writer is at work. It takes nothing, so a writer that starts now is not in its way.
    static func hasWriter(_ directory: LedgerDirectory) -> Bool {
        let descriptor = unsafe Glibc.open(directory.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        var range = flock(.write, type: F_WRLCK)
        guard unsafe fcntl(descriptor, getLock, &range) == 0 else { return true }
        return range.l_type != F_UNLCK
    }

    private init(_ directory: LedgerDirectory) throws(LedgerError) {
        descriptor = unsafe Glibc.open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(call: "open", path: directory.lock, code: errno) }
    }

    deinit {
        // A child that has not become another program yet shares the open file, and with it the lock: closing it here
        // would leave the lock to the child for that moment.
        var range = Glibc.flock()
        range.l_type = Int16(F_UNLCK)
        range.l_whence = Int16(SEEK_SET)
        _ = unsafe fcntl(descriptor, LedgerLock.setLock, &range)
        _ = close(descriptor)
    }

    private static func owner(_ directory: LedgerDirectory) throws(LedgerError) -> Int32 {
        let text = try directory.contents(of: directory.lock) ?? []
        return Int32(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)) ?? 0
    }

    private static func flock(_ right: Right, type: Int32) -> Glibc.flock {
        var range = Glibc.flock()
        range.l_type = Int16(type)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = right.rawValue
        range.l_len = 1
        return range
    }
}
