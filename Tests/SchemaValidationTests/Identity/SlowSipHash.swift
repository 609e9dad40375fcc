import UsageModel

/// SipHash as the paper writes it: the padded message in words, then the rounds.
enum SlowSipHash {
    static func digest(_ message: [UInt8], key: [UInt8]) -> Digest128 {
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        let (k0, k1) = (word(key[..<8]), word(key[8...]))
        var v = [
            k0 ^ 0x736f_6d65_7073_6575, k1 ^ 0x646f_7261_6e64_6f6d, k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ]
        func rotate(_ index: Int, _ by: UInt64) { v[index] = v[index] << by | v[index] >> (64 - by) }
        func half(_ a: Int, _ b: Int, _ by: UInt64) {
            v[a] &+= v[b]
            rotate(b, by)
            v[b] ^= v[a]
        }
        func rounds(_ count: Int) {
            for _ in 0..<count {
                half(0, 1, 13)
                rotate(0, 32)
                half(2, 3, 16)
                half(0, 3, 21)
                half(2, 1, 17)
                rotate(2, 32)
            }
        }
        v[1] ^= 0xee
        var padded = message
        while padded.count % 8 != 7 { padded.append(0) }
        padded.append(UInt8(truncatingIfNeeded: message.count))
        for start in stride(from: 0, to: padded.count, by: 8) {
            let block = word(padded[start..<start + 8])
            v[3] ^= block
            rounds(2)
            v[0] ^= block
        }
        v[2] ^= 0xee
        rounds(4)
        let high = v[0] ^ v[1] ^ v[2] ^ v[3]
        v[1] ^= 0xdd
        rounds(4)
        return Digest128(high: high, low: v[0] ^ v[1] ^ v[2] ^ v[3])
    }
}
