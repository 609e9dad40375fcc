import UsageModel

@testable import Ledger

/// What a ledger's segments hold, found out a second time from `Schemas/ledger.md` alone, slowly and without the readers.
struct FrameWalk {
    enum End: Equatable {
        /// The last segment ends with its last frame, and zeros.
        case clean
        /// Bytes of the last segment from here on that are no frame, and that no later frame follows.
        case torn(offset: Int, length: Int)
        case damaged
    }

    /// The hashes of the frames from the first on, as far as each follows the one before.
    private(set) var hashes: [[UInt8]] = []
    private(set) var end = End.damaged
    private var epoch: UInt64 = 0
    private let ledger: [UInt8]

    init(_ segments: [(name: String, bytes: [UInt8])]) {
        ledger = segments.first.map { Array($0.bytes.dropFirst(16).prefix(16)) } ?? []
        guard headersFit(segments) else { return }
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            guard Self.integer(segment.bytes, 32, 8) == UInt64(hashes.count) + 1,
                Array(segment.bytes[48..<80]) == last, Self.integer(segment.bytes, 40, 8) >= epoch
            else { return }
            epoch = Self.integer(segment.bytes, 40, 8)
            guard let end = walk(segment.bytes, isLast: isLast) else { return }
            if isLast { self.end = end }
        }
    }

    private var last: [UInt8] { hashes.last ?? [UInt8](repeating: 0, count: 32) }

    /// Every segment has a whole header of this ledger and the name that belongs to it, and no writer is older than the
    /// one before.
    private func headersFit(_ segments: [(name: String, bytes: [UInt8])]) -> Bool {
        var newest: UInt64 = 0
        for (name, bytes) in segments {
            guard bytes.count >= 128, Array(bytes[..<8]) == [0x89, 0x4F, 0x44, 0x4F, 0x53, 0x45, 0x47, 0x0A],
                Self.integer(bytes, 8, 8) == 128 << 32 | 1, Array(bytes[16..<32]) == ledger,
                bytes[80..<124].allSatisfy({ $0 == 0 }), Self.checksum(bytes[..<124]) == Self.integer(bytes, 124, 4)
            else { return false }
            let first = String(Self.integer(bytes, 32, 8))
            guard name == String(repeating: "0", count: 20 - first.count) + first + ".seg" else { return false }
            guard Self.integer(bytes, 40, 8) >= newest else { return false }
            newest = Self.integer(bytes, 40, 8)
        }
        return !segments.isEmpty
    }

    /// - Returns: `nil` where damage ends the walk; else how the segment ends.
    private mutating func walk(_ bytes: [UInt8], isLast: Bool) -> End? {
        var offset = 128
        while offset < bytes.count {
            if isLast, bytes[offset...].allSatisfy({ $0 == 0 }) { return .clean }
            guard let size = wholeFrame(bytes, at: offset) else {
                return isLast ? tail(of: bytes, from: offset) : nil
            }
            guard Self.integer(bytes, offset + 8, 8) == UInt64(hashes.count) + 1,
                Array(bytes[offset + 48..<offset + 80]) == last, Self.integer(bytes, offset + 16, 8) >= epoch
            else { return nil }
            epoch = Self.integer(bytes, offset + 16, 8)
            hashes.append(Array(bytes[offset + size - 32..<offset + size]))
            offset += size
        }
        return .clean
    }

    private func tail(of bytes: [UInt8], from start: Int) -> End? {
        let end = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        for place in start..<max(start, end) where place + 120 <= end && isHeader(bytes, at: place) {
            let isLater = Self.integer(bytes, place + 24, 8) > UInt64(hashes.count)
            let isDisplaced = place > start && Self.integer(bytes, place + 8, 8) == UInt64(hashes.count) + 1
            if isLater || isDisplaced { return nil }
        }
        return .torn(offset: start, length: end - start)
    }

    private func isHeader(_ bytes: [UInt8], at start: Int) -> Bool {
        guard start + 120 <= bytes.count, Array(bytes[start..<start + 4]) == [0xF5, 0x4F, 0x44, 0x46] else {
            return false
        }
        let (length, stored) = (Self.integer(bytes, start + 40, 4), Self.integer(bytes, start + 44, 4))
        let (kind, codec) = (bytes[start + 4], bytes[start + 5])
        guard (1...3).contains(kind), codec <= 1, length <= 1 << 30, stored <= length, codec == 1 || stored == length
        else { return false }
        guard Self.integer(bytes, start + 6, 2) == 0, Self.integer(bytes, start + 112, 4) == 0 else { return false }
        guard Self.integer(bytes, start + 24, 8) < Self.integer(bytes, start + 8, 8) else { return false }
        return Self.checksum(ledger + bytes[start..<start + 116]) == Self.integer(bytes, start + 116, 4)
    }

    /// - Returns: the size of the frame that stands here whole; `nil` when none does.
    private func wholeFrame(_ bytes: [UInt8], at start: Int) -> Int? {
        guard isHeader(bytes, at: start) else { return nil }
        let stored = Int(Self.integer(bytes, start + 44, 4))
        var trailer = start + 120 + stored
        while (trailer + 36 - start) % 8 != 0 { trailer += 1 }
        guard trailer + 36 <= bytes.count else { return nil }
        let block = Array(bytes[start + 120..<start + 120 + stored])
        guard bytes[start + 120 + stored..<trailer].allSatisfy({ $0 == 0 }),
            Self.checksum(block) == Self.integer(bytes, trailer, 4),
            Digest256(sha256: Array(bytes[start..<start + 120]) + bytes[trailer..<trailer + 4]).bytes
                == Array(bytes[trailer + 4..<trailer + 36])
        else { return nil }
        let length = Int(Self.integer(bytes, start + 40, 4))
        guard let payload = bytes[start + 5] == 0 ? block : BlockDecoder.decode(block, upTo: length),
            payload.count == length, Digest256(sha256: payload).bytes == Array(bytes[start + 80..<start + 112])
        else { return nil }
        return trailer + 36 - start
    }

    private static func integer(_ bytes: [UInt8], _ place: Int, _ size: Int) -> UInt64 {
        bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// CRC-32C bit by bit.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
        }
        return UInt64(~crc)
    }
}
