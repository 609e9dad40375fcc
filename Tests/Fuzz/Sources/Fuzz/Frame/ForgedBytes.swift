import UsageModel

@testable import Ledger

/// Bytes of a ledger whose checksums can be made right again after a change, so that what lies behind them is reached.
struct ForgedBytes {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes the checksum of a segment's header right.
    mutating func sealSegmentHeader() {
        guard bytes.count >= SegmentHeader.size else { return }
        put(CRC32C.checksum(Array(bytes[..<124])), at: 124)
    }

    /// Makes the checksum of the frame header at `start` right.
    mutating func sealHeader(at start: Int, in ledger: LedgerID) {
        guard start + FrameHeader.size <= bytes.count else { return }
        put(CRC32C.checksum(ledger.bytes + bytes[start..<start + 116]), at: start + 116)
    }

    /// Makes every checksum, digest and hash of the frame at `start` right, as far as its lengths allow.
    /// - Returns: its hash and where it ends; `nil` when its lengths do not fit.
    @discardableResult
    mutating func sealFrame(at start: Int, in ledger: LedgerID) -> (hash: [UInt8], end: Int)? {
        guard start + FrameHeader.size <= bytes.count else { return nil }
        let stored = Int(word(at: start + 44))
        let padding = (4 - stored & 7) & 7
        let end = start + 120 + stored + padding + 36
        guard stored <= FrameHeader.maximumPayload, end <= bytes.count else { return nil }
        let block = Array(bytes[start + 120..<start + 120 + stored])
        let isPlain = bytes[start + 5] == 0
        let payload = isPlain ? block : LZ4Block.decompress(block, count: Int(word(at: start + 40)))
        if let payload { put(Digest256(sha256: payload).bytes, at: start + 80) }
        sealHeader(at: start, in: ledger)
        put(CRC32C.checksum(block), at: end - 36)
        let hash = Digest256(sha256: Array(bytes[start..<start + 120]) + bytes[end - 36..<end - 32]).bytes
        put(hash, at: end - 32)
        return (hash, end)
    }

    func word(at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }

    mutating func put(_ value: UInt32, at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }

    mutating func put(_ value: [UInt8], at place: Int) {
        bytes.replaceSubrange(place..<place + value.count, with: value)
    }
}
