import CLZ4

/// One LZ4 block (LZ4 Block Format, lz4.org): compressed bytes without a frame of their own.
enum LZ4Block {
    /// The compressed bytes, or `nil` when they would not be shorter. O(n).
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var writer = ByteWriter(capacity: bytes.count)
        return writer.block(of: bytes) ? writer.bytes : nil
    }

    /// Puts the compressed bytes into an output that has room for the bytes; nothing when they would not be shorter. O(n).
    static func compress(_ bytes: [UInt8], to output: inout OutputSpan<UInt8>) {
        guard bytes.count > 64, bytes.count <= Int(LZ4_MAX_INPUT_SIZE) else { return }
        unsafe output.withUnsafeMutableBufferPointer { output, count in
            guard let first = output.baseAddress else { return }
            // One byte less than the input: what does not fit does not pay.
            let written = unsafe bytes.withUnsafeBytes { input in
                unsafe LZ4_compress_default(
                    input.baseAddress, first + count, Int32(input.count), Int32(input.count - 1))
            }
            count += Int(max(written, 0))
        }
    }

    /// The bytes again, or `nil` when the block is broken or does not give exactly `count` bytes. O(count).
    static func decompress(_ block: [UInt8], count: Int) -> [UInt8]? {
        // A block cannot give more than 255 bytes for each of its own: no memory for a length that is a lie.
        guard count > 0, count <= Int(LZ4_MAX_INPUT_SIZE), count / 255 <= block.count else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            let written = unsafe block.withUnsafeBytes { input in
                unsafe LZ4_decompress_safe(
                    input.baseAddress, output.baseAddress, Int32(input.count), Int32(output.count))
            }
            filled = Int(max(written, 0))
        }
        return bytes.count == count ? bytes : nil
    }
}
