import UsageModel

/// A frame of the ledger with its place and what it says.
struct LedgerEntry: Sendable {
    enum Content: Sendable {
        case commit(Commit)
        case document(LedgerDocument)
        case seal(Seal)

        init(_ kind: FrameHeader.Kind, _ payload: [UInt8]) throws(CodecError) {
            switch kind {
            case .commit: self = .commit(try CommitCodec.decode(payload))
            case .document: self = .document(try LedgerDocument.decode(payload))
            case .seal: self = .seal(try SealCodec.decode(payload))
            }
        }
    }

    var seq: UInt64
    var epoch: UInt64
    var time: Timestamp
    var hash: Digest256
    var segment: String
    var offset: UInt64
    /// The frame's bytes on disk.
    var size: UInt64
    var content: Content

    var chain: Chain { Chain(seq: seq, epoch: epoch, hash: hash) }

    /// The same without most of its size, for who reads no identities.
    var withoutIdentities: LedgerEntry {
        guard case .commit(var commit) = content else { return self }
        commit.identities = []
        var entry = self
        entry.content = .commit(commit)
        return entry
    }

    /// Reads what a frame says.
    /// - Throws: damage, where its payload is whole but means nothing.
    init(checking frame: Frame, segment: String, offset: UInt64) throws(LedgerError) {
        let header = frame.header
        let content: Content
        do {
            content = try Content(header.kind, frame.payload)
        } catch {
            throw .damage(in: segment, at: offset, "frame \(header.seq): \(error)")
        }
        self.init(
            seq: header.seq, epoch: header.epoch, time: header.time, hash: frame.hash, segment: segment,
            offset: offset, size: UInt64(header.frameSize), content: content)
    }

    init(
        seq: UInt64, epoch: UInt64, time: Timestamp, hash: Digest256, segment: String, offset: UInt64, size: UInt64,
        content: Content
    ) {
        self.seq = seq
        self.epoch = epoch
        self.time = time
        self.hash = hash
        self.segment = segment
        self.offset = offset
        self.size = size
        self.content = content
    }
}
