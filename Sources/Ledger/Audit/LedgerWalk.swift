public import UsageModel

/// Goes through the commits of a ledger whatever became of its frames, and says which of them are not what was written.
///
/// A frame vouches for the one before it by its hash. Where two contradict each other, the one that the next frame, or the
/// index, vouches for is right, and the other one was altered; so that one change is one fault, and all behind it is
/// read.
public struct LedgerWalk: ~Copyable, Sendable {
    public enum Step: Sendable {
        /// A commit; with what is wrong with its frame, where that is altered and yet can be read.
        case commit(CommittedFrame, FrameDamage?)
        case damage(FrameDamage)
    }

    fileprivate enum Item: Sendable {
        case frame(FrameScan.Found)
        case damage(FrameDamage)
    }

    private var scan: FrameScan
    private let witness: IndexWitness?
    /// The last frame that is looked at.
    private let limit: UInt64
    /// Frames that were read ahead, to hear what they say of the ones before, and what was found between them.
    private var ahead: [Item] = []
    private var isScanned = false
    /// What was lost in front of the next frame.
    private var lost: FrameScan.Lost?
    private var lastScanned: UInt64 = 0
    /// A frame whose number is further on than the next one.
    private var doubtful: FrameScan.Found?
    /// The segment that begins with the next frame.
    private var segment: (header: SegmentHeader, name: String)?
    /// What headers of segments name as the hash of the frame before them, by its number.
    private var named: [UInt64: Digest256] = [:]

    /// The last frame that was looked at.
    public private(set) var lastSeq: UInt64 = 0
    /// Its hash, which stands for all before it; ``Digest256/none`` where it cannot be told.
    public private(set) var root = Digest256.none
    private var epoch: UInt64 = 0
    /// Whether the frame before was altered, so that nothing follows from its hash.
    private var isChainCut = false
    /// Whether frames have been written anew from some frame on, with all their hashes.
    private var isRewritten = false
    private var sealedBefore: Timestamp?
    /// Whether a seal may be among frames that were altered or are missing.
    private var isSealDoubtful = false
    private var documents: [Digest256: [UInt8]] = [:]
    private var isEnded = false

    init(_ scan: consuming FrameScan, _ witness: IndexWitness?, upTo limit: UInt64) {
        self.scan = scan
        self.witness = witness
        self.limit = limit
    }

    /// The next commit or fault; `nil` when all was looked at.
    /// - Complexity: the bytes of a frame.
    public mutating func next() throws(LedgerError) -> Step? {
        while true {
            try readAhead()
            if ahead.isEmpty { return try end() }
            switch ahead.removeFirst() {
            case .damage(let damage):
                // Where no frame is missing, the next one still names the one before.
                if damage.count > 0 { (isChainCut, isSealDoubtful) = (true, true) }
                return .damage(damage)
            case .frame(let found):
                if let step = try step(found) { return step }
            }
        }
    }

    /// The text of a document among the frames that were looked at.
    public func document(_ digest: Digest256) -> [UInt8]? { documents[digest] }

    // MARK: Judging a frame

    private mutating func step(_ found: FrameScan.Found) throws(LedgerError) -> Step? {
        let seq = found.header.seq
        // What a crash left of a frame that nobody knows of; the next writer cuts it off.
        if found.frame == nil, ahead.isEmpty, isScanned, seq > witness?.lastSeq ?? 0 { return nil }
        let wasRewritten = isRewritten
        let damage = try fault(of: found).map {
            FrameDamage(
                seq: seq, count: 1, segment: found.segment, offset: found.offset, message: $0,
                isOfAllBehind: isRewritten && !wasRewritten)
        }
        isChainCut = damage != nil
        lastSeq = seq
        if damage == nil { epoch = found.header.epoch }
        if damage != nil, found.header.kind == .seal { isSealDoubtful = true }
        root = damage == nil ? found.frame?.hash ?? .none : .none
        guard let frame = found.frame else { return damage.map { .damage($0) } }
        let entry: LedgerEntry
        do {
            entry = try LedgerEntry(checking: frame, segment: found.segment, offset: found.offset)
        } catch {
            guard case .damaged(let segment, let offset, let message, _) = error else { throw error }
            isChainCut = true
            let fault = FrameDamage(seq: seq, count: 1, segment: segment, offset: offset, message: message)
            return .damage(damage ?? fault)
        }
        switch entry.content {
        case .commit(let commit):
            let committed = CommittedFrame(
                seq: seq, time: entry.time, hash: entry.hash, commit: commit,
                sealedBefore: isSealDoubtful ? try witness?.sealedBefore(at: seq) : sealedBefore)
            return .commit(committed, damage)
        case .seal(let seal):
            if damage == nil { (sealedBefore, isSealDoubtful) = (seal.before, false) }
        case .document(let document):
            documents[document.digest] = document.bytes
        }
        return damage.map { .damage($0) }
    }

    /// What is wrong with a frame; `nil` where it is the one that was written.
    private mutating func fault(of found: FrameScan.Found) throws(LedgerError) -> String? {
        let seq = found.header.seq
        guard let frame = found.frame else { return "frame \(seq): \(found.fault ?? "it is broken")" }
        if found.header.epoch < epoch { return "frame \(seq) is of an older writer than the frame before it" }
        let known = try witness?.hash(of: seq)
        let next = following.first?.successor(of: seq)
        if let next {
            let isLinked = next.header.previous == frame.hash
            let isNextSound =
                if let named = named[seq] { named == next.header.previous } else { try isVouchedFor(next) }
            // The index saw the frame itself.
            if !isLinked, known.map({ $0 != frame.hash }) ?? isNextSound {
                return "frame \(seq) was written anew: the frame behind it names another hash"
            }
            // Whoever alters the index alone leaves the frames whole.
            if let known, known != frame.hash, isLinked, let other = next.frame?.hash,
                try witness?.hash(of: next.header.seq) == other
            {
                return
                    "the index has another hash of frame \(seq), whose bytes are whole; delete index.sqlite to make it again"
            }
        }
        if let known, known != frame.hash {
            // What follows names the hash of what was written anew, and so cannot be as it was.
            if isRewritten { return nil }
            // Only where the next one is another than it was too, and names this one.
            if let next, next.header.previous == frame.hash, let hash = next.frame?.hash {
                isRewritten = try witness?.hash(of: next.header.seq).map { $0 != hash } ?? true
            }
            return "frame \(seq) was written anew\(isRewritten ? ", with all behind it" : ""):"
                + " the index, which was given it then, has another hash"
        }
        if known != nil { isRewritten = false }
        if !isChainCut, found.header.previous != root, !isRewritten {
            return "frame \(seq) was written anew: it does not name the hash of the frame before it"
        }
        return nil
    }

    /// Whether a frame is surely the one that was written: the index says so or, where it does not know, the next frame.
    private func isVouchedFor(_ found: FrameScan.Found) throws(LedgerError) -> Bool {
        guard let frame = found.frame else { return false }
        if let known = try witness?.hash(of: found.header.seq) { return known == frame.hash }
        let following = following
        guard following.count > 1, let next = following[1].successor(of: found.header.seq) else { return true }
        return next.header.previous == frame.hash
    }

    /// What was read ahead, up to where frames are missing.
    private var following: [Item] {
        let end = ahead.firstIndex { if case .damage(let damage) = $0 { damage.count > 0 } else { false } }
        return ahead[..<(end ?? ahead.endIndex)].filter { if case .frame = $0 { true } else { false } }
    }

    // MARK: Reading ahead

    private mutating func readAhead() throws(LedgerError) {
        while ahead.count < 3, !isScanned {
            switch try scan.next() {
            case nil:
                isScanned = true
                if let doubtful { try settle(doubtful, before: nil) }
            case .lost(let next):
                if lost == nil { lost = next }
            case .segment(let header, let name):
                segment = (header, name)
            case .found(let found):
                if found.header.seq > limit, found.header.seq == lastScanned &+ 1 {
                    isScanned = true
                    return
                }
                if let doubtful { try settle(doubtful, before: found) }
                if found.header.seq > lastScanned + 1 { doubtful = found } else { take(found) }
            }
        }
    }

    /// Compares what the header of a segment names with its first frame, and keeps it as a word for the frame before.
    private mutating func note(_ found: FrameScan.Found) {
        guard let (header, name) = segment else { return }
        segment = nil
        guard header.firstSeq == found.header.seq else { return }
        named[header.firstSeq - 1] = header.previous
        var before = ahead.isEmpty && !isChainCut ? root : nil
        if case .frame(let found)? = ahead.last { before = found.frame?.hash }
        // Where the two contradict each other, the frame before says which is wrong.
        guard header.previous != found.header.previous, header.previous != before else { return }
        ahead.append(
            .damage(
                FrameDamage(
                    seq: header.firstSeq, count: 0, segment: name, offset: 0,
                    message: "the segment's header names another hash of the frame before it")))
    }

    /// Takes in a frame with a number that is further on: others are missing where the index or the next frame agrees; else it is
    /// its number that was altered.
    private mutating func settle(_ found: FrameScan.Found, before next: FrameScan.Found?) throws(LedgerError) {
        doubtful = nil
        let (seq, expected) = (found.header.seq, lastScanned + 1)
        let known = try witness?.hash(of: seq)
        let isFollowed = next.map { $0.header.seq == seq &+ 1 } ?? (witness == nil)
        if seq <= limit, seq < .max, isFollowed || (known != nil && known == found.frame?.hash) { return take(found) }
        ahead.append(
            .damage(
                FrameDamage(
                    seq: expected, count: 1, segment: found.segment, offset: found.offset,
                    message: "the header of frame \(expected) says that it is frame \(seq)")))
        lost = nil
        segment = nil
        lastScanned = expected
    }

    private mutating func take(_ found: FrameScan.Found) {
        let (seq, expected) = (found.header.seq, lastScanned + 1)
        if seq < expected {
            let message = "frame \(seq) stands where frame \(expected) should"
            ahead.append(
                .damage(
                    FrameDamage(
                        seq: seq, count: 0, segment: found.segment, offset: found.offset, message: message)))
            lost = nil
            return
        }
        if seq > expected {
            let what = seq - expected == 1 ? "frame \(expected) is" : "frames \(expected) to \(seq - 1) are"
            let message = "\(what) missing" + (lost.map { ": \($0.message)" } ?? "")
            ahead.append(
                .damage(
                    FrameDamage(
                        seq: expected, count: seq - expected, segment: lost?.segment ?? found.segment,
                        offset: lost?.offset ?? found.offset, message: message)))
        } else if let lost, !isBehindBroken {
            ahead.append(
                .damage(
                    FrameDamage(
                        seq: seq, count: 0, segment: lost.segment, offset: lost.offset, message: lost.message)))
        }
        note(found)
        lost = nil
        lastScanned = seq
        ahead.append(.frame(found))
    }

    /// Whether the frame before is broken, which says all there is to say of the bytes behind it.
    private var isBehindBroken: Bool {
        switch ahead.last {
        case .frame(let found): found.frame == nil
        case .damage: true
        case nil: isChainCut
        }
    }

    /// What is missing at the end.
    private mutating func end() throws(LedgerError) -> Step? {
        defer { isEnded = true }
        guard !isEnded, let witness, witness.lastSeq > lastScanned, lastScanned < limit else { return nil }
        let last = min(witness.lastSeq, limit)
        let message =
            "the segments end with frame \(lastScanned), but the index knows frame \(last)"
            + (lost.map { "; behind it \($0.message)" } ?? "")
        return .damage(
            FrameDamage(
                seq: lastScanned + 1, count: last - lastScanned, segment: lost?.segment ?? "segments",
                offset: lost?.offset ?? 0, message: message))
    }
}

extension LedgerWalk.Item {
    /// The frame, where it is the next one after a number.
    fileprivate func successor(of seq: UInt64) -> FrameScan.Found? {
        if case .frame(let found) = self, found.header.seq == seq &+ 1 { found } else { nil }
    }
}
