import Compression

@testable import Ledger

/// Compressed input: whatever the bytes and however they are cut, the stream gives what its library gives for the whole,
/// and never more than the limits allow.
enum CompressionTarget {
    static func run(_ input: FuzzInput) {
        var input = input
        switch input.byte() % 6 {
        case 0: block(&input)
        case 1: blockAgain(&input)
        case 2: stream(.gzip, &input)
        case 3: stream(.zstd, &input)
        default: stream(.lz4, &input)
        }
    }

    private static func block(_ input: inout FuzzInput) {
        let count = input.number(below: 65_536)
        let block = input.rest()
        let expected = count == 0 ? nil : BlockDecoder.decode(block, upTo: count)
        claim(LZ4Block.decompress(block, count: count) == expected, "a block of \(count) bytes is decoded otherwise")
    }

    /// The input compressed, of which a part comes again and again.
    private static func blockAgain(_ input: inout FuzzInput) {
        let times = input.number(below: 64)
        let bytes = input.rest()
        let text = (0...times).flatMap { _ in bytes }
        guard let block = LZ4Block.compress(text) else { return }
        claim(block.count < text.count, "a block is not shorter than what it holds")
        claim(LZ4Block.decompress(block, count: text.count) == text, "a block does not give its bytes back")
        claim(BlockDecoder.decode(block, upTo: text.count) == text, "a block is not of the format")
        claim(LZ4Block.decompress(block, count: text.count - 1) == nil, "a block gives fewer bytes than it holds")
        claim(LZ4Block.decompress(block, count: text.count + 1) == nil, "a block gives more bytes than it holds")
    }

    private static func stream(_ kind: CompressionKind, _ input: inout FuzzInput) {
        let limits = DecompressionLimits(
            maximumRatio: 1 + UInt64(input.byte()), unlimitedOutput: UInt64(input.number(below: 65_536)) * 4)
        let (piece, room) = (1 + input.number(below: 1_024), 1 + input.number(below: 4_096))
        let bytes = input.rest()
        _ = CompressionKind.detect(bytes.span)
        let whole = WholeInput.decompress(kind, bytes)
        let drained = drain(kind, bytes, piece: piece, room: room, limits)
        switch (whole, drained) {
        case (.tooLong, _), (.invalid, .failure): return
        case (.contents(let contents), .contents(let output)):
            claim(contents == output, "\(kind) in pieces gives other contents")
        case (.contents(let contents), .failure(let error)):
            guard case .ratioExceeded = error else { fatalError("whole \(kind) fails: \(error)") }
            claim(UInt64(contents.count) > limits.unlimitedOutput, "\(kind) within its limits is refused")
        case (.invalid, .contents): fatalError("broken \(kind) is taken")
        }
    }

    private enum Drained {
        case contents([UInt8])
        case failure(CompressionError)
    }

    private static func drain(
        _ kind: CompressionKind, _ bytes: [UInt8], piece: Int, room: Int, _ limits: DecompressionLimits
    ) -> Drained {
        var output: [UInt8] = []
        do throws(CompressionError) {
            var stream = try DecompressionStream(kind, limits: limits)
            var start = 0
            while start < bytes.count {
                let end = min(start + piece, bytes.count)
                while true {
                    let (consumed, made) = try decompress(&stream, Array(bytes[start..<end]), room: room)
                    start += consumed
                    output += made
                    claim(start <= end, "more input is used than was given")
                    check(stream, limits, read: start, written: output.count)
                    // More contents than are compared are not waited for.
                    if output.count > WholeInput.maximum { return .contents(output) }
                    if made.count < room, start == end { break }
                    // What is left where the output is not full is behind damage, of which the next call tells.
                    claim(consumed > 0 || !made.isEmpty, "nothing goes on")
                }
            }
            try stream.finish()
            return .contents(output)
        } catch {
            return .failure(error)
        }
    }

    private static func decompress(
        _ stream: inout DecompressionStream, _ bytes: [UInt8], room: Int
    ) throws(CompressionError) -> (consumed: Int, output: [UInt8]) {
        let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: room)
        defer { unsafe output.deallocate() }
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        defer { unsafe input.deallocate() }
        _ = unsafe input.initialize(from: bytes)
        let progress = try unsafe stream.decompress(UnsafeBufferPointer(input), into: output)
        return (progress.consumed, unsafe Array(output[..<progress.produced]))
    }

    private static func check(
        _ stream: borrowing DecompressionStream, _ limits: DecompressionLimits, read: Int, written: Int
    ) {
        claim(stream.bytesIn == UInt64(read) && stream.bytesOut == UInt64(written), "the stream counts otherwise")
        let allowed = max(limits.unlimitedOutput, (UInt64(read) + 1) * limits.maximumRatio)
        claim(UInt64(written) <= allowed, "\(written) bytes of output pass the limits of \(allowed)")
    }
}
