import Crypto
import RecordCutting
import UsageModel

/// A digest of the last bytes before a position, by which a file is recognised when it is met again.
struct PositionGuard: Sendable, Hashable {
    /// How many bytes before the position it covers; fewer where the file begins later.
    static let reach = RecentBytes.reach

    var offset: UInt64
    var digest: Digest256

    /// - Parameter recent: the last bytes before `offset`: all of them, up to ``reach``.
    init(offset: UInt64, recent: [UInt8]) {
        precondition(recent.count == PositionGuard.count(before: offset), "a guard covers all that it can reach")
        self.offset = offset
        digest = Digest256(bytes: Array(SHA256.hash(data: recent)))
    }

    init(offset: UInt64, digest: Digest256) {
        self.offset = offset
        self.digest = digest
    }

    /// At the beginning of a file, where anything fits.
    static let start = PositionGuard(offset: 0, recent: [])

    static func count(before offset: UInt64) -> Int { Int(min(UInt64(reach), offset)) }

    /// The bytes of a file that the guard covers, if they are the same as they were.
    func recent(in file: FileHandle) throws(FileError) -> [UInt8]? {
        let count = PositionGuard.count(before: offset)
        let recent = try file.bytes(at: offset - UInt64(count), count: count)
        return matches(recent) ? recent : nil
    }

    func matches(_ recent: [UInt8]) -> Bool {
        recent.count == PositionGuard.count(before: offset) && Array(SHA256.hash(data: recent)) == digest.bytes
    }
}
