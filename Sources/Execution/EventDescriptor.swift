import Glibc

/// A flag that poll(2) can wait for: a pipe(2) that has a byte in it or not.
struct EventDescriptor: ~Copyable, Sendable {
    /// `nil` where the system has no handle left; then nobody is woken by it.
    let descriptor: CInt?
    private let writeEnd: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            (descriptor, writeEnd) = (nil, -1)
            return
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        guard let descriptor else { return }
        close(descriptor)
        close(writeEnd)
    }

    func set() {
        if descriptor == nil { return }
        // A full pipe is readable too.
        var byte: UInt8 = 1
        _ = unsafe write(writeEnd, &byte, 1)
    }

    func clear() {
        guard let descriptor else { return }
        var bytes = [UInt8](repeating: 0, count: 512)
        while unsafe read(descriptor, &bytes, bytes.count) == bytes.count {}
    }
}
