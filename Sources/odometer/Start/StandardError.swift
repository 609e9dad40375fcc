import Glibc

/// Where logs, progress and complaints go.
enum StandardError {
    /// Writes a line at once. What cannot be written there cannot be told anywhere.
    static func line(_ text: String) { write(text + "\n") }

    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            written += max(0, count)
        }
    }

    /// The columns of the terminal, or `nil` when it is none.
    static var terminalWidth: Int? {
        guard isatty(2) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
