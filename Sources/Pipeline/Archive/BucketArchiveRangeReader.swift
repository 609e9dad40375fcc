import AWSClient
import Ledger
import S3Reader
import UsageModel

/// Reads again from an archive in a bucket: a commit's object is found by its number, and fetched once for all of its ranges.
struct BucketArchiveRangeReader: RangeReader {
    private struct Listed {
        var name: ArchivePieceName
        var key: ByteString
        var size: UInt64
        var etag: String
    }

    /// All objects from one number up to another.
    private struct Stretch {
        var numbers: ClosedRange<UInt64>
        /// Ascending.
        var objects: [Listed] = []
    }

    private let bucket: S3Bucket
    private let prefix: String
    private let ledger: LedgerID
    private var stretch: Stretch?
    /// The object that was fetched last.
    private var piece: (key: ByteString, piece: ArchivedPiece)?

    /// How far below a commit's number its object is looked for at first.
    private static let reach: UInt64 = 256
    /// Objects that are looked into for a range. Only those of a ledger that was put back to an earlier state are in the way of
    /// the right one.
    private static let tries = 3

    init(_ place: S3Place, _ connections: ServiceConnections, of ledger: LedgerID) async throws {
        do throws(AWSError) {
            self.init(
                try await connections.bucket(place), prefix: BucketArchive.prefix(of: place, ledger), of: ledger)
        } catch { throw RunError("archive: \(error)") }
    }

    init(_ bucket: S3Bucket, prefix: String, of ledger: LedgerID) {
        (self.bucket, self.prefix, self.ledger) = (bucket, prefix, ledger)
    }

    mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        if let batch = RecordBatch(withoutBytes: range) { return batch }
        guard let seq = range.commit else { throw .failed("the commit of a range is not known") }
        let place = "the archive \(bucket.name)/\(prefix)"
        let objects = try await objects(before: seq)
        if objects.isEmpty { throw .gone("there is nothing of commit \(seq) in \(place)") }
        var why = ""
        for object in objects.suffix(Self.tries).reversed() {
            do throws(RangeError) {
                return try await fetched(object).batch(of: range)
            } catch {
                guard case .gone(let detail) = error else { throw error }
                if why.isEmpty { why = detail }
            }
        }
        throw .gone("\(place) does not have it: it was begun later, or is kept shorter; \(why)")
    }

    private mutating func fetched(_ object: Listed) async throws(RangeError) -> ArchivedPiece {
        if let piece, piece.key == object.key { return piece.piece }
        let name = "\(bucket.name)/\(object.key)"
        let bytes: [UInt8]
        do throws(AWSError) {
            bytes = try await bucket.contents(of: (object.key, object.size, object.etag))
        } catch {
            if error.kind == .notFound { throw .gone("\(name) is gone: the archive is kept shorter") }
            throw .failed("archive: \(error)")
        }
        do throws(LedgerError) {
            let fetched = try ArchivedPiece(bytes, named: name, of: ledger)
            piece = (object.key, fetched)
            return fetched
        } catch { throw .failed(error.description) }
    }

    /// The last objects that may be of a commit, ascending.
    private mutating func objects(before seq: UInt64) async throws(RangeError) -> [Listed] {
        if let stretch, stretch.numbers.contains(seq) {
            let known = stretch.objects.prefix { $0.name.seq <= seq }
            if known.count >= Self.tries || stretch.numbers.lowerBound == 0 { return Array(known) }
        }
        var reach = Self.reach
        while true {
            let first = seq > reach ? seq - reach : 0
            let made = try await list(from: first, past: seq)
            stretch = made
            let known = made.objects.prefix { $0.name.seq <= seq }
            if known.count >= Self.tries || first == 0 { return Array(known) }
            reach = reach.multipliedReportingOverflow(by: 16).partialValue
            if reach == 0 { reach = .max }
        }
    }

    /// All objects from a number on, to beyond another.
    private func list(from first: UInt64, past seq: UInt64) async throws(RangeError) -> Stretch {
        var stretch = Stretch(numbers: first...UInt64.max)
        var last = ByteString(prefix + ArchivePieceName.beginning(of: first))
        while true {
            do throws(AWSError) {
                let page = try await bucket.objects(ByteString(prefix), after: last)
                guard let end = page.last else { return stretch }
                last = end.key
                for object in page {
                    // Whatever else lies there is none of ours.
                    let text = String(decoding: object.key.bytes.dropFirst(prefix.utf8.count), as: UTF8.self)
                    guard let name = ArchivePieceName(text) else { continue }
                    stretch.objects.append(
                        Listed(name: name, key: object.key, size: object.size, etag: object.etag))
                }
            } catch { throw .failed("archive: \(error)") }
            // More of the last number may come on the next page.
            if let past = stretch.objects.last?.name.seq, past > seq {
                stretch.numbers = first...past - 1
                return stretch
            }
        }
    }
}
