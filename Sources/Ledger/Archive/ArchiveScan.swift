import UsageModel

/// Goes through the blocks of one file of an archive by their headers, over their contents.
///
/// Where no whole block begins it looks for the next one behind: one that is broken hides none but itself.
/// O(blocks), but for what is broken.
struct ArchiveScan {
    /// A block's place in its file.
    struct Block {
        var header: ArchiveBlockHeader
        var key: [UInt8]
        var offset: UInt64
    }

    /// Bytes that are none of a block.
    struct Fault: Sendable, Hashable {
        var offset: UInt64
        /// Where the next block begins; `nil` where none follows, as after a crash.
        var end: UInt64?
        var message: String
    }

    /// What the file's header says; `nil` where it is broken.
    private(set) var header: ArchiveFileHeader?
    private(set) var faults: [Fault] = []
    /// Of the newest block; `nil` without one.
    private(set) var newest: Timestamp?
    let size: UInt64

    private let file: any StoredBytes
    private let ledger: LedgerID
    private var offset = UInt64(ArchiveFileHeader.size)

    /// Bytes that are read for a header, in the hope that the key is in them.
    private static let reach = 256
    /// Bytes that are looked through at once for the next block.
    private static let stride = 64 << 10

    init(_ file: any StoredBytes, of ledger: LedgerID) throws(LedgerError) {
        self.file = file
        self.ledger = ledger
        size = try file.size()
        let bytes = try file.read(at: 0, count: ArchiveFileHeader.size)
        do throws(CodecError) {
            header = try ArchiveFileHeader.decode(bytes)
        } catch {
            faults.append(Fault(offset: 0, end: min(size, offset), message: error.message))
        }
    }

    /// Whether all of it is of another ledger.
    var isForeign: Bool { header.map { $0.ledger != ledger } ?? false }

    /// The next block; `nil` at the end.
    mutating func next() throws(LedgerError) -> Block? {
        if offset >= size || isForeign { return nil }
        let start = offset
        switch try block(at: start) {
        case .success(let block): return take(block)
        case .failure(let error):
            let next = try blockBehind(start)
            faults.append(Fault(offset: start, end: next?.offset, message: error.message))
            guard let next else {
                offset = size
                return nil
            }
            return take(next)
        }
    }

    private mutating func take(_ block: Block) -> Block {
        offset = block.offset + block.header.blockSize
        newest = max(newest ?? block.header.time, block.header.time)
        return block
    }

    private func block(at offset: UInt64) throws(LedgerError) -> Result<Block, CodecError> {
        var bytes = try file.read(at: offset, count: ArchiveScan.reach)
        let header: ArchiveBlockHeader
        do throws(CodecError) {
            header = try ArchiveBlockHeader.decode(Array(bytes.prefix(ArchiveBlockHeader.size)), in: ledger)
        } catch { return .failure(error) }
        let end = ArchiveBlockHeader.size + Int(header.keyLength)
        guard header.blockSize <= size - offset else {
            return .failure(CodecError(offset: 0, message: "the file ends within a block"))
        }
        if end > bytes.count { bytes = try file.read(at: offset, count: end) }
        let key = Array(bytes[min(ArchiveBlockHeader.size, bytes.count)..<min(end, bytes.count)])
        guard CRC32C.checksum(key) == header.keyChecksum else {
            return .failure(CodecError(offset: 0, message: "the checksum of a block's key is wrong"))
        }
        return .success(Block(header: header, key: key, offset: offset))
    }

    /// The first whole block that begins behind a place.
    private func blockBehind(_ start: UInt64) throws(LedgerError) -> Block? {
        var place = start + 1
        while place < size {
            let bytes = try file.read(at: place, count: ArchiveScan.stride + ArchiveBlockHeader.magic.count - 1)
            for index in bytes.indices.dropLast(3) where bytes[index] == ArchiveBlockHeader.magic[0] {
                guard bytes[index..<index + 4].elementsEqual(ArchiveBlockHeader.magic) else { continue }
                if case .success(let block) = try block(at: place + UInt64(index)) { return block }
            }
            place += UInt64(ArchiveScan.stride)
        }
        return nil
    }
}
