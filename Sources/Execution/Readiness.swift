import Glibc

/// Waiting until a file descriptor can be read, by poll(2).
public enum Readiness {
    /// Whether a descriptor can be read now.
    public static func isReadable(_ descriptor: CInt) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&polled, 1, 0) == 1
    }

    /// Waits until one of them is readable or the time is over; it blocks the thread. A signal may end it earlier.
    /// - Parameter time: rounded up to a millisecond.
    public static func wait(for descriptors: [CInt], atMost time: Duration) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        _ = unsafe poll(&polled, nfds_t(polled.count), CInt(clamping: max(0, milliseconds)))
    }
}
