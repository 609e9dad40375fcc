import UsageModel

/// Says which runs there are, and which frames' identities are in them. The layout stands in `Schemas/ledger.md`.
struct IdentityManifest: Sendable, Hashable {
    /// A run by its number and the CRC-32C of its header, which names all that the run holds.
    struct Run: Sendable, Hashable {
        var number: UInt64
        var headerChecksum: UInt32
    }

    static let magic: [UInt8] = [0x89, 0x4F, 0x44, 0x4F, 0x49, 0x44, 0x4D, 0x0A]
    static let version: UInt32 = 1
    static let name = "manifest"

    var ledger: LedgerID
    /// All identities of the frames up to this one are in the runs; `nil` when no frame's are.
    var mark: SegmentReader.Mark?
    /// Hours before this one are forgotten.
    var prunedBefore = Int32.min
    /// The number of the next run to be written.
    var nextRun: UInt64 = 1
    var runs: [Run] = []

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 128 + runs.count * 12)
        writer.raw(IdentityManifest.magic)
        writer.integer(IdentityManifest.version)
        writer.integer(prunedBefore)
        writer.raw(ledger.bytes)
        writer.integer(mark?.chain.seq ?? 0)
        writer.digest(mark?.chain.hash ?? .none)
        writer.integer(mark?.firstSeq ?? 0)
        writer.integer(mark?.offset ?? 0)
        writer.integer(nextRun)
        writer.integer(UInt32(runs.count))
        for run in runs {
            writer.integer(run.number)
            writer.integer(run.headerChecksum)
        }
        writer.integer(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are no manifest of this version.
    static func decode(_ bytes: [UInt8]) throws(CodecError) -> IdentityManifest {
        var reader = ByteReader(bytes)
        guard bytes.count > 4, try reader.raw(8) == magic, try reader.integer(UInt32.self) == version else {
            throw reader.fault("no manifest of a known version begins here")
        }
        var end = ByteReader(Array(bytes.suffix(4)))
        guard try end.integer(UInt32.self) == CRC32C.checksum(Array(bytes.dropLast(4))) else {
            throw reader.fault("the manifest's checksum is wrong")
        }
        let prunedBefore = try reader.integer(Int32.self)
        var manifest = IdentityManifest(ledger: LedgerID(bytes: try reader.raw(LedgerID.size)))
        manifest.prunedBefore = prunedBefore
        let chain = Chain(seq: try reader.integer(), hash: try reader.digest())
        let (firstSeq, offset) = (try reader.integer(UInt64.self), try reader.integer(UInt64.self))
        if chain.seq > 0 {
            manifest.mark = SegmentReader.Mark(
                chain: chain, segment: LedgerDirectory.segmentName(firstSeq: firstSeq), offset: offset)
        }
        manifest.nextRun = try reader.integer()
        for _ in 0..<(try reader.integer(UInt32.self)) {
            manifest.runs.append(Run(number: try reader.integer(), headerChecksum: try reader.integer()))
        }
        _ = try reader.integer(UInt32.self)
        try reader.end()
        return manifest
    }
}

extension SegmentReader.Mark {
    /// The number of the first frame of its segment, which is the segment's name.
    fileprivate var firstSeq: UInt64 { UInt64(segment.prefix(20)) ?? 0 }
}
