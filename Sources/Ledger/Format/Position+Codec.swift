import UsageModel

// A position as a tag byte and its value. The layout stands in `Schemas/ledger.md`.
extension Position {
    func encode(to writer: inout ByteWriter) {
        switch self {
        case .byte(let offset):
            writer.byte(1)
            writer.varint(offset)
        case .shard(.horizon):
            writer.byte(2)
        case .shard(.time(let time)):
            writer.byte(3)
            writer.signed(time.nanoseconds)
        case .shard(.behind(let number, sub: nil)):
            writer.byte(4)
            number.encode(to: &writer)
        case .shard(.behind(let number, let sub?)):
            writer.byte(5)
            number.encode(to: &writer)
            writer.varint(sub)
        case .shard(.end):
            writer.byte(6)
        }
    }

    static func decode(from reader: inout ByteReader) throws(CodecError) -> Position {
        switch try reader.byte() {
        case 1: return .byte(try reader.varint())
        case 2: return .shard(.horizon)
        case 3: return .shard(.time(Timestamp(nanoseconds: try reader.signed())))
        case 4: return .shard(.behind(try SequenceNumber(from: &reader), sub: nil))
        case 5:
            let number = try SequenceNumber(from: &reader)
            return .shard(.behind(number, sub: try reader.varint()))
        case 6: return .shard(.end)
        default: throw reader.fault("a position is of a kind that is not known here")
        }
    }
}

extension SequenceNumber {
    fileprivate func encode(to writer: inout ByteWriter) {
        for word in [words.3, words.2, words.1, words.0] { writer.integer(word) }
    }

    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        let low: (UInt64, UInt64) = (try reader.integer(), try reader.integer())
        let high: (UInt64, UInt64) = (try reader.integer(), try reader.integer())
        self.init(words: (high.1, high.0, low.1, low.0))
    }
}
