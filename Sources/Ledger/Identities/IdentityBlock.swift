import UsageModel

/// 1,024 bytes of a run: up to 42 events and what proves that they are those that were written.
///
/// The layout stands in `Schemas/ledger.md`. The proof is a CRC-32C that covers the events, the number of the run and the
/// number of the block, so that a lookup can trust one block without having read another.
struct IdentityBlock: Sendable {
    static let size = 1_024
    static let wordsPerBlock = size / 8
    /// Events in a block; only a run's last block has fewer.
    static let capacity = 42
    static let entrySize = 24

    /// How many blocks that many events need.
    static func count(ofEvents events: Int) -> Int { (events + capacity - 1) / capacity }

    private let bytes: [UInt8]
    /// Where in the bytes it begins.
    private let start: Int

    /// The block at a place of the bytes that were read; `nil` when it is not that block as it was written.
    init?(_ bytes: [UInt8], at start: Int, number: Int, of run: UInt64) {
        guard start >= 0, bytes.count - start >= IdentityBlock.size else { return nil }
        self.bytes = bytes
        self.start = start
        let block = unsafe bytes.span.bytes.extracting(start..<start + IdentityBlock.size)
        var checksum = CRC32C()
        checksum.update(block.extracting(0..<IdentityBlock.size - 4))
        let words = IdentityBlock.wordsPerBlock
        let last = word(words - 1)
        guard last >> 32 == UInt64(checksum.value), UInt32(truncatingIfNeeded: last) == UInt32(number),
            word(words - 2) == run
        else { return nil }
    }

    func identity(_ index: Int) -> Digest128 {
        Digest128(high: word(index * 3), low: word(index * 3 + 1))
    }

    func content(_ index: Int) -> UInt64 { word(index * 3 + 2) }

    @inline(__always)
    private func word(_ index: Int) -> UInt64 {
        // Any bits are a valid integer, and the span checks the bounds.
        unsafe UInt64(
            littleEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: start + index * 8, as: UInt64.self))
    }

    /// Puts an event at its place among those of several blocks.
    @inline(__always)
    static func put(_ identity: Digest128, _ content: UInt64, at place: Int, in blocks: inout [UInt8]) {
        let block = place / capacity
        let start = block * size + (place - block * capacity) * entrySize
        var span = blocks.mutableSpan
        var raw = unsafe span.mutableBytes
        raw.storeBytes(of: identity.high.littleEndian, toByteOffset: start, as: UInt64.self)
        raw.storeBytes(of: identity.low.littleEndian, toByteOffset: start + 8, as: UInt64.self)
        raw.storeBytes(of: content.littleEndian, toByteOffset: start + 16, as: UInt64.self)
    }

    /// Puts run, number and checksum behind the events of a block, which begins at `start`.
    static func seal(_ blocks: inout [UInt8], at start: Int, number: Int, of run: UInt64) {
        let end = start + size
        var span = blocks.mutableSpan
        var raw = unsafe span.mutableBytes
        raw.storeBytes(of: run.littleEndian, toByteOffset: end - 16, as: UInt64.self)
        raw.storeBytes(of: UInt32(number).littleEndian, toByteOffset: end - 8, as: UInt32.self)
        var checksum = CRC32C()
        checksum.update(raw.bytes.extracting(start..<end - 4))
        raw.storeBytes(of: checksum.value.littleEndian, toByteOffset: end - 4, as: UInt32.self)
    }
}
