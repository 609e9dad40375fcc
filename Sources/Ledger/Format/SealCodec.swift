import UsageModel

/// A seal as bytes and back. The layout stands in `Schemas/ledger.md`.
enum SealCodec {
    static let version: UInt8 = 2

    static func encode(_ seal: Seal) -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + seal.totals.entries.count * 64)
        writer.byte(version)
        writer.signed(seal.before.nanoseconds)
        writer.byte(seal.after == nil ? 0 : 1)
        if let after = seal.after { writer.signed(after.nanoseconds) }
        writer.varint(seal.asOf)
        CommitCodec.encode(seal.totals, to: &writer)
        return writer.bytes
    }

    static func decode(_ payload: [UInt8]) throws(CodecError) -> Seal {
        var reader = ByteReader(payload)
        let format = try reader.byte()
        guard format == 1 || format == version else {
            throw reader.fault("the seal is of a version that is not known here")
        }
        let before = Timestamp(nanoseconds: try reader.signed())
        let after = try reader.flag() ? Timestamp(nanoseconds: try reader.signed()) : nil
        let seal = Seal(
            before: before, after: after, asOf: try reader.varint(),
            totals: try CommitCodec.delta(from: &reader, format, as: .totals))
        try reader.end()
        if let after, after >= before { throw reader.fault("a seal does not go beyond the one before it") }
        return seal
    }
}
