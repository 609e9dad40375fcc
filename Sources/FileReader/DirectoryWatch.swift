import Glibc
import Synchronization
import UsageModel

/// Tells of changes in directories, by inotify(7).
///
/// It is a hint: it misses what changes through a link or a mapping or on another machine, and forgets all when too much
/// changes at once. What it misses, the next look at everything finds.
final class DirectoryWatch: Sendable {
    /// What has changed since the last time it was asked.
    struct Changes: Sendable {
        /// Files that may have grown, or whose rights or names have changed.
        var files: Set<ByteString> = []
        /// Whether directories have changed, or more than could be told.
        var isEverything = false
    }

    /// Readable when there is something to tell.
    let descriptor: CInt
    private let directories = Mutex<[CInt: ByteString]>([:])
    private let missesSome = Mutex(false)

    /// Whether a directory that is there could not be watched, as the system watches no more.
    var isIncomplete: Bool { missesSome.withLock { $0 } }

    private static let events = UInt32(
        IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF
            | IN_DELETE_SELF)

    /// `nil` where the system has no more of it to give.
    init?() {
        descriptor = inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC))
        if descriptor < 0 { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Has a directory watched from now on; again is the same as once. One that is not there, or too many, is not watched.
    func add(_ directory: ByteString) {
        let watch = unsafe inotify_add_watch(descriptor, directory.cPath, DirectoryWatch.events | UInt32(IN_ONLYDIR))
        if watch >= 0 {
            directories.withLock { $0[watch] = directory }
        } else if errno == ENOSPC || errno == ENOMEM {
            missesSome.withLock { $0 = true }
        }
    }

    /// What there is to tell at present, or the first of it: then it stays readable.
    func changes() -> Changes {
        var changes = Changes()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        for _ in 0..<64 {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return changes }
            directories.withLock { directories in
                unsafe buffer.withUnsafeBytes { bytes in
                    unsafe DirectoryWatch.take(
                        UnsafeRawBufferPointer(rebasing: bytes[..<count]), &directories, &changes)
                }
            }
        }
        return changes
    }

    /// Takes events in; each is followed by a name of the length that it says, with zeros behind it.
    private static func take(
        _ bytes: UnsafeRawBufferPointer, _ directories: inout [CInt: ByteString], _ changes: inout Changes
    ) {
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= bytes.count {
            let event = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let start = offset + MemoryLayout<inotify_event>.size
            offset = start + Int(event.len)
            if event.mask & UInt32(IN_IGNORED) != 0 { directories[event.wd] = nil }
            let ofDirectories = UInt32(IN_ISDIR | IN_IGNORED | IN_MOVE_SELF | IN_DELETE_SELF | IN_Q_OVERFLOW)
            guard event.mask & ofDirectories == 0, event.len > 0, offset <= bytes.count else {
                changes.isEverything = true
                continue
            }
            guard let directory = directories[event.wd] else { continue }
            let name = unsafe Array(bytes[start..<offset]).prefix { $0 != 0 }
            changes.files.insert(ByteString((directory.bytes == [0x2F] ? [] : directory.bytes) + [0x2F] + name))
        }
    }
}
