import AWSClient
import Ledger
import S3Reader
import UsageModel

/// An archive in a bucket: one object a commit, under the ledger's id.
///
/// Nothing in it is ever changed or removed from here, so that credentials suffice that may put objects and no more; what is
/// too old the bucket's own lifecycle rules remove.
struct BucketArchive: ArchiveWriter {
    private let bucket: S3Bucket
    private let prefix: String
    private let ledger: LedgerWriter

    init(_ place: S3Place, _ connections: ServiceConnections, of ledger: LedgerWriter) async throws {
        do throws(AWSError) {
            bucket = try await connections.bucket(place)
        } catch { throw RunError("archive: \(error)") }
        prefix = BucketArchive.prefix(of: place, ledger.id)
        self.ledger = ledger
    }

    /// What the keys of a ledger's objects begin with.
    static func prefix(of place: S3Place, _ ledger: LedgerID) -> String { "\(place.prefixes[0])\(ledger)/" }

    func append(_ blocks: [ArchiveBlock]) async throws {
        if blocks.isEmpty { return }
        let piece = try await ledger.archivePiece(of: blocks)
        do throws(AWSError) {
            try await bucket.put(piece.bytes, at: ByteString(prefix + piece.name.description))
        } catch { throw RunError("archive: \(error)") }
    }

    func removeExpired() {}
}
