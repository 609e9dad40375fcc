import Crypto
import UsageModel

/// A digest of a file's first bytes after decompression, by which its contents are recognised in another file.
struct FileBeginning: Sendable, Hashable {
    /// How many bytes it covers; fewer where less was read.
    static let reach = 1_024

    var count: Int
    var digest: Digest256

    /// - Parameter bytes: the first bytes of the contents, at most ``reach``.
    init(_ bytes: some Collection<UInt8>) {
        precondition(bytes.count <= FileBeginning.reach, "a beginning is short")
        count = bytes.count
        digest = Digest256(bytes: Array(SHA256.hash(data: Array(bytes))))
    }

    init(count: Int, digest: Digest256) {
        self.count = count
        self.digest = digest
    }

    /// Whether contents with these first bytes begin so.
    func matches(_ head: [UInt8]) -> Bool {
        head.count >= count && FileBeginning(head.prefix(count)) == self
    }
}
