/// The LZ4 block format (lz4.org, `lz4_Block_format.md`), decoded one byte after the other.
///
/// The format asks of an encoder that the last match begins 12 bytes before the end of the output and that the last 5
/// bytes are literals. liblz4 refuses what breaks this, so it is refused here too.
enum BlockDecoder {
    /// - Returns: exactly `count` bytes, or `nil` when the block gives others.
    static func decode(_ block: [UInt8], upTo count: Int) -> [UInt8]? {
        var output: [UInt8] = []
        var index = 0
        while index < block.count {
            let token = block[index]
            index += 1
            guard let literals = length(Int(token >> 4), block, &index), literals <= block.count - index,
                literals <= count - output.count
            else { return nil }
            let isLast = index + literals == block.count
            if !isLast, output.count + literals > count - 12 || index + literals > block.count - 8 { return nil }
            output += block[index..<index + literals]
            index += literals
            if isLast { return output.count == count ? output : nil }
            let offset = Int(block[index]) | Int(block[index + 1]) << 8
            index += 2
            guard offset <= output.count, let match = length(Int(token & 15), block, &index),
                match + 4 <= count - 5 - output.count
            else { return nil }
            // liblz4 takes an offset of 0, which the format forbids, for zeros.
            for _ in 0..<match + 4 { output.append(offset == 0 ? 0 : output[output.count - offset]) }
        }
        return nil
    }

    private static func length(_ nibble: Int, _ block: [UInt8], _ index: inout Int) -> Int? {
        if nibble < 15 { return nibble }
        var length = 15
        while true {
            guard index < block.count else { return nil }
            index += 1
            length += Int(block[index - 1])
            if block[index - 1] < 255 { return length }
        }
    }
}
