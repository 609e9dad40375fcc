import Compression
import Testing

@Suite struct DecompressionStreamTests {
    /// Everything that comes out, and the error that ended it.
    private func run(
        _ input: [UInt8], _ kind: CompressionKind, piece: Int = 1 << 16, room: Int = 1 << 16,
        limits: DecompressionLimits = DecompressionLimits()
    ) throws -> (output: [UInt8], error: CompressionError?) {
        var stream = try DecompressionStream(kind, limits: limits)
        var output: [UInt8] = []
        var start = 0
        var buffer = [UInt8](repeating: 0, count: room)
        do throws(CompressionError) {
            while true {
                let end = min(start + piece, input.count)
                let slice = Array(input[start..<end])
                var result: Result<DecompressionStream.Progress, CompressionError>?
                unsafe slice.withUnsafeBufferPointer { source in
                    unsafe buffer.withUnsafeMutableBufferPointer { target in
                        do throws(CompressionError) {
                            result = .success(unsafe try stream.decompress(source, into: target))
                        } catch { result = .failure(error) }
                    }
                }
                guard let progress = try result?.get() else { break }
                start += progress.consumed
                output += buffer[..<progress.produced]
                if progress.produced < room, start == input.count { break }
            }
            try stream.finish()
        } catch {
            return (output, error)
        }
        return (output, nil)
    }

    private func text(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(97 + (state >> 60))
        }
    }

    @Test("Contents come back whole at any size of pieces", arguments: CompressionKind.allCases)
    func roundTrip(kind: CompressionKind) throws {
        for count in [0, 1, 1_000, 300_000] {
            let contents = text(count)
            let input = Compressed.bytes(contents, kind)
            for (piece, room) in [(1, 7), (13, 1_000), (1 << 20, 1 << 20), (1 << 20, 100)] {
                if piece == 1 && count > 1_000 { continue }
                let (output, error) = try run(input, kind, piece: piece, room: room)
                #expect(error == nil)
                #expect(output == contents)
            }
        }
    }

    @Test("Members that follow one another are joined", arguments: CompressionKind.allCases)
    func concatenated(kind: CompressionKind) throws {
        let parts = [text(5_000), text(0), text(70_000, seed: 2)]
        let input = parts.flatMap { Compressed.bytes($0, kind) }
        for piece in [1, 1 << 20] {
            let (output, error) = try run(input, kind, piece: piece, room: 999)
            #expect(error == nil)
            #expect(output == Array(parts.joined()))
        }
    }

    @Test("A stream cut anywhere is truncated, and its whole blocks come out", arguments: CompressionKind.allCases)
    func truncated(kind: CompressionKind) throws {
        let contents = text(400_000)
        let input = Compressed.bytes(contents, kind)
        for cut in [1, 3, 10, input.count / 2, input.count - 1] {
            let (output, error) = try run(Array(input[..<cut]), kind)
            #expect(error == .truncated(kind, offset: UInt64(cut)))
            #expect(contents.starts(with: output))
        }
        let (output, _) = try run(Array(input[..<(input.count - 1)]), kind)
        #expect(output.count > 200_000)
    }

    @Test("Bytes after the last member are an error that names where they begin", arguments: CompressionKind.allCases)
    func garbage(kind: CompressionKind) throws {
        let contents = text(3_000)
        let input = Compressed.bytes(contents, kind)
        for rest in [Array("not compressed at all".utf8), [UInt8](repeating: 0, count: 512)] {
            let (output, error) = try run(input + rest, kind)
            #expect(output == contents)
            #expect(error == .trailingGarbage(kind, offset: UInt64(input.count)))
        }
    }

    @Test("A changed checksum or length is damage", arguments: CompressionKind.allCases)
    func corrupt(kind: CompressionKind) throws {
        var input = Compressed.bytes(text(3_000), kind)
        input[input.count - 1] ^= 1
        let (_, error) = try run(input, kind)
        guard case .corrupt(kind, _, _) = error else {
            Issue.record("expected damage, not \(String(describing: error))")
            return
        }
    }

    @Test("Any one changed byte never crashes and never passes for other contents", arguments: CompressionKind.allCases)
    func everyByteFlipped(kind: CompressionKind) throws {
        let contents = text(600)
        let input = Compressed.bytes(contents, kind)
        for index in input.indices {
            var damaged = input
            damaged[index] ^= 0x55
            let (output, error) = try run(damaged, kind)
            // Header fields such as gzip's time may change without harm.
            #expect(error != nil || output == contents)
        }
    }

    @Test("As much comes out before damage at any size of pieces", arguments: CompressionKind.allCases)
    func beforeDamage(kind: CompressionKind) throws {
        let contents = text(900_000)
        var input = Compressed.bytes(contents, kind)
        // In the last block or the checksum behind it, and in the middle of a block.
        for place in [input.count - 2, input.count / 2, input.count / 3] {
            input[place] ^= 0x55
            let (whole, fault) = try run(input, kind, piece: 1 << 20, room: 2 << 20)
            #expect(fault != nil)
            for (piece, room) in [
                (1 << 20, 1 << 16), (1 << 20, 100_000), (4_096, 777), (1 << 20, 131_072), (3, 70_001),
            ] {
                let (output, error) = try run(input, kind, piece: piece, room: room)
                #expect(error != nil)
                // Not as a whole: a difference of this size takes minutes to be put into words.
                let isSame = output == whole
                #expect(isSame, "\(output.count) of \(whole.count), damaged at \(place), \(piece) into \(room)")
            }
            input[place] ^= 0x55
        }
    }

    @Test("A bomb is stopped soon after it passes the limits")
    func bomb() throws {
        let input = Compressed.bytes([UInt8](repeating: 0, count: 100 << 20), .zstd)
        let (output, error) = try run(input, .zstd)
        guard case .ratioExceeded = error else {
            Issue.record("expected a bomb, not \(String(describing: error))")
            return
        }
        #expect(output.count <= 64 << 20)
        #expect(output.count > 63 << 20)
        let free = DecompressionLimits(maximumRatio: 100_000)
        #expect(try run(input, .zstd, limits: free).output.count == 100 << 20)
    }

    @Test("The highest ratio that gzip can reach is allowed")
    func gzipMaximum() throws {
        let input = Compressed.bytes([UInt8](repeating: 0, count: 100 << 20), .gzip)
        #expect(input.count * 1_000 < 100 << 20)
        #expect(try run(input, .gzip).error == nil)
    }
}
