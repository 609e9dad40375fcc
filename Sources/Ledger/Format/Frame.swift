import Crypto
import Foundation
import UsageModel

/// One frame as it was read and checked.
struct Frame: Sendable {
    var header: FrameHeader
    /// Uncompressed.
    var payload: [UInt8]
    /// SHA-256 of the header and the payload's checksum: what the next frame names as its previous.
    var hash: Digest256

    /// The frame's bytes and its hash. `header`'s lengths, codec and digest are worked out here.
    static func encode(
        kind: FrameHeader.Kind, payload: [UInt8], seq: UInt64, epoch: UInt64, durableFloor: UInt64, time: Timestamp,
        previous: Digest256, in ledger: LedgerID
    ) -> (bytes: [UInt8], hash: Digest256) {
        precondition(payload.count <= FrameHeader.maximumPayload, "a payload is at most 1 GiB")
        // Room for a payload that does not get shorter, so that nothing is copied.
        var writer = ByteWriter(capacity: FrameHeader.size + payload.count + 8 + FrameHeader.trailerSize)
        writer.zeros(FrameHeader.size)
        let isCompressed = writer.block(of: payload)
        if !isCompressed { writer.raw(payload) }
        let end = writer.bytes.count
        let header = FrameHeader(
            kind: kind, codec: isCompressed ? .lz4 : .none, seq: seq, epoch: epoch, durableFloor: durableFloor,
            time: time, payloadLength: UInt32(payload.count), storedLength: UInt32(end - FrameHeader.size),
            previous: previous, payload: Digest256(sha256: payload))
        let headerBytes = header.encoded(in: ledger)
        writer.replace(at: 0, by: headerBytes)
        var checksum = CRC32C()
        checksum.update(writer.bytes.span.extracting(FrameHeader.size..<end))
        writer.zeros(header.padding)
        writer.integer(checksum.value)
        let hash = frameHash(headerBytes, checksum.value)
        writer.digest(hash)
        return (writer.bytes, hash)
    }

    /// Checks what follows a header and unpacks it.
    /// - Parameters:
    ///   - headerBytes: the bytes that `header` was decoded from.
    ///   - rest: the frame's bytes after the header.
    static func decode(_ header: FrameHeader, _ headerBytes: [UInt8], rest: [UInt8]) throws(CodecError) -> Frame {
        var reader = ByteReader(rest)
        let stored = try reader.raw(Int(header.storedLength))
        let padding = try reader.raw(header.padding)
        let checksum = try reader.integer(UInt32.self)
        let hash = try reader.digest()
        try reader.end()
        func fault(_ message: String) -> CodecError { CodecError(offset: FrameHeader.size, message: message) }
        guard checksum == CRC32C.checksum(stored) else { throw fault("the payload's checksum is wrong") }
        guard padding.allSatisfy({ $0 == 0 }) else { throw fault("the padding is not zero") }
        guard hash == frameHash(headerBytes, checksum) else { throw fault("the frame's hash is wrong") }
        let payload =
            switch header.codec {
            case .none: stored
            case .lz4: LZ4Block.decompress(stored, count: Int(header.payloadLength))
            }
        guard let payload else { throw fault("the payload does not decompress") }
        guard Digest256(sha256: payload) == header.payload else { throw fault("the payload's digest is wrong") }
        return Frame(header: header, payload: payload, hash: hash)
    }

    private static func frameHash(_ header: [UInt8], _ payloadChecksum: UInt32) -> Digest256 {
        var writer = ByteWriter(capacity: header.count + 4)
        writer.raw(header)
        writer.integer(payloadChecksum)
        return Digest256(sha256: writer.bytes)
    }
}

extension Digest256 {
    /// The SHA-256 (FIPS 180-4) of bytes.
    init(sha256 bytes: [UInt8]) {
        self.init(bytes: Array(SHA256.hash(data: bytes)))
    }
}
