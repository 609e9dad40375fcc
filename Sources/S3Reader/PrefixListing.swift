import Crypto
import UsageModel

/// How far the listing of one prefix is.
///
/// Keys are not made in their order, so that a listing that went on behind the greatest key would miss the ones that come
/// late. The *frontier* is a key up to which everything that was listed is committed, and older than the look-back: from there
/// the next listing begins. What is done above it is kept in memory, what lies below is known by the ledger. A key that comes
/// even later than that is found when everything is listed again.
struct PrefixListing: Sendable {
    let prefix: ByteString
    private(set) var frontier: ByteString?
    /// The frontier that this pass has come to.
    private var advance: ByteString?
    /// Digests of the ids above the frontier that are committed as complete.
    private var done: Set<Digest128> = []
    /// What this pass found to be done.
    private var found: Set<Digest128> = []
    /// Whether all that this pass listed may be below the frontier.
    private var isContiguous = false
    private var pages = 0
    /// Since when, and over how many pages, everything was listed last.
    private var full: (at: Duration, pages: Int)?
    private var isFull = false

    /// More are not kept; they are looked up in the ledger then.
    private static let maximumDone = 1 << 18

    init(prefix: ByteString) {
        self.prefix = prefix
    }

    /// Begins a pass over everything, or over what lies above the frontier.
    /// - Parameter now: time since the start.
    mutating func begin(at now: Duration, _ options: S3ReaderOptions) -> ListingStart {
        isFull = frontier == nil || isFullDue(at: now, options)
        isContiguous = true
        advance = isFull ? nil : frontier
        pages = 0
        found = []
        if isFull { full = (now, 0) }
        guard !isFull, let frontier else { return .beginning }
        return .after(frontier)
    }

    /// On average a full listing takes one page a poll.
    private func isFullDue(at now: Duration, _ options: S3ReaderOptions) -> Bool {
        guard let full else { return true }
        return now - full.at >= min(options.relist, options.poll * full.pages)
    }

    /// Whether an object is known to be committed, without asking the ledger.
    func isDone(_ object: S3Object) -> Bool { done.contains(Digest128(of: object.id)) }

    /// Takes in the next object of the pass, in order.
    /// - Parameters:
    ///   - isCommitted: whether the ledger has all of it.
    ///   - isOld: whether it is older than the look-back.
    mutating func take(_ object: S3Object, isCommitted: Bool, isOld: Bool) {
        guard isCommitted, isOld, isContiguous else {
            isContiguous = false
            if isCommitted, found.count < PrefixListing.maximumDone { found.insert(Digest128(of: object.id)) }
            return
        }
        advance = object.key
    }

    mutating func endPage() {
        pages += 1
        if isFull { full?.pages = pages }
    }

    /// Ends a pass that did not come to the end: what it found is no matter, and a full one is due again.
    mutating func giveUp() {
        if isFull { full = nil }
    }

    /// Ends a pass that came to the end. A full one may find that less is done than was thought: then the frontier goes back.
    mutating func end() {
        frontier = advance
        done = found
        found = []
    }
}

extension Digest128 {
    /// Of what names contents: the first half of its SHA-256.
    fileprivate init(of id: ByteString) {
        var words: [UInt64] = [0, 0]
        for (index, byte) in SHA256.hash(data: id.bytes).prefix(16).enumerated() {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        self.init(high: words[0], low: words[1])
    }
}
