import Glibc

/// What a command has to say, gathered and written to standard output in large pieces.
struct StandardOutput: ~Copyable {
    private static let pieceBytes = 64 << 10
    private var pending: [UInt8] = []

    init() {}

    /// - Throws: ``OutputError`` when nobody takes it.
    mutating func write(_ text: String) throws(OutputError) {
        pending += text.utf8
        if pending.count >= StandardOutput.pieceBytes { try flush() }
    }

    /// Says something at once, and nothing after it in the same piece.
    static func write(_ text: String) throws(OutputError) {
        var output = StandardOutput()
        try output.write(text)
        try output.flush()
    }

    mutating func line(_ text: String) throws(OutputError) {
        try write(text)
        try write("\n")
    }

    /// To be called when all is said.
    mutating func flush() throws(OutputError) {
        defer { pending.removeAll(keepingCapacity: true) }
        var written = 0
        while written < pending.count {
            let count = unsafe pending[written...].withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw errno == EPIPE ? .nobodyReads : .failed(code: errno)
            }
        }
    }
}

/// Standard output could not be written.
enum OutputError: Error, Hashable {
    /// The other end of the pipe is closed, such as by `head`: that is no failure.
    case nobodyReads
    case failed(code: Int32)
}

extension OutputError: CustomStringConvertible {
    var description: String {
        switch self {
        case .nobodyReads: "nobody reads the output"
        case .failed(let code): unsafe "standard output: \(String(cString: strerror(code)))"
        }
    }
}
