import AWSClient
import Compression
import MemoryS3
import RecordCutting
import SourceConformance
import Synchronization
import Testing
import UsageModel

@testable import S3Reader

/// What was read of a bucket, read again.
@Suite struct S3RangeReaderTests {
    /// A bucket as it is read once, and then again.
    struct Audit {
        let fixture: BucketFixture
        var options = S3ReaderOptions(batchBytes: 300, maximumRecordBytes: 150, partBytes: 200, maximumRequests: 4)
        var store: MemoryS3 { fixture.store }

        init(rule: RecordRule = .lines) {
            var fixture = BucketFixture()
            fixture.rule = rule
            self.fixture = fixture
        }

        /// The batches that a reader makes of all there is.
        func batches() async throws -> [RecordBatch] {
            var reader = fixture.reader(options: options)
            let server = reader
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await server.serve() }
                defer { group.cancelAll() }
                var batches: [RecordBatch] = []
                while true {
                    if let batch = try await reader.next() {
                        batches.append(batch)
                    } else if reader.isWaiting {
                        await reader.wait()
                    } else {
                        return batches
                    }
                }
            }
        }

        var reader: S3RangeReader {
            S3RangeReader(source: "archive", bucket: store.bucket, rule: fixture.rule, options: options)
        }

        /// Reads ranges again, so many of them expected at a time as a commit has.
        func reread(
            _ ranges: [CommittedRange], commit: Int = 5, by bucket: S3Bucket? = nil
        ) async throws -> [Result<RecordBatch, RangeError>] {
            var reader = S3RangeReader(
                source: "archive", bucket: bucket ?? store.bucket, rule: fixture.rule, options: options)
            return await S3RangeReaderTests.served(&reader) { (reader) async in
                var results: [Result<RecordBatch, RangeError>] = []
                var ahead = ranges[...]
                for (index, range) in ranges.enumerated() {
                    // One commit ahead of the one that is read.
                    while commit > 0, !ahead.isEmpty, ahead.startIndex <= index + commit {
                        reader.expect(Array(ahead.prefix(commit)))
                        ahead = ahead.dropFirst(commit)
                    }
                    do throws(RangeError) {
                        results.append(.success(try await reader.read(range)))
                    } catch { results.append(.failure(error)) }
                }
                return results
            }
        }
    }

    /// Does something with a reader whose requests are served.
    private static func served<Value: Sendable>(
        _ reader: inout S3RangeReader, _ work: (inout S3RangeReader) async -> Value
    ) async -> Value {
        let server = reader
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            defer { group.cancelAll() }
            return await work(&reader)
        }
    }

    /// As a commit names what a batch was.
    private func committed(_ batch: RecordBatch, _ refusal: RejectReason? = nil) -> CommittedRange {
        CommittedRange(
            partition: batch.partition, range: batch.range, records: UInt64(batch.records.count),
            refusal: refusal ?? batch.refusal?.reason ?? (batch.oversized == nil ? nil : .tooLong))
    }

    private func require(
        _ result: Result<RecordBatch, RangeError>, _ batch: RecordBatch, _ what: String = "",
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let again = try result.get()
        try #require(again.partition.id == batch.partition.id && again.range == batch.range, sourceLocation: place)
        try #require(again.bytes == batch.bytes, "the bytes of \(batch.range) \(what)", sourceLocation: place)
        try #require(again.records == batch.records, "the records of \(batch.range) \(what)", sourceLocation: place)
        try #require(again.header == batch.header, sourceLocation: place)
        try #require(again.refusal?.reason == batch.refusal?.reason, sourceLocation: place)
        // Up to the offset at which the damage is met, which goes by how the decompressor is called.
        let (detail, was) = (again.refusal?.detail, batch.refusal?.detail)
        try #require(detail?.split(separator: ":").last == was?.split(separator: ":").last, sourceLocation: place)
        try #require(again.oversized?.length == batch.oversized?.length, sourceLocation: place)
        try #require(again.oversized?.digest == batch.oversized?.digest, sourceLocation: place)
    }

    private func requireAll(
        _ audit: Audit, _ batches: [RecordBatch], commit: Int = 5, _ place: SourceLocation = #_sourceLocation
    ) async throws {
        let results = try await audit.reread(batches.map { committed($0) }, commit: commit)
        try #require(results.count == batches.count, sourceLocation: place)
        for (result, batch) in zip(results, batches) { try require(result, batch, "", place) }
    }

    private func lines(_ count: Int, _ word: String = "line") -> String {
        (0..<count).map { "\(word) \($0)\n" }.joined()
    }

    private func packed(_ text: String, _ kind: CompressionKind?) -> [UInt8] {
        kind.map { Compressed.bytes(Array(text.utf8), $0) } ?? Array(text.utf8)
    }

    private static let kinds = [nil] + CompressionKind.allCases.map(Optional.some)

    // MARK: The same

    @Test("Every batch is read again as it was, byte for byte", arguments: kinds, [0, 1, 5, 1_000])
    func same(kind: CompressionKind?, commit: Int) async throws {
        let audit = Audit()
        let long = String(repeating: "x", count: 1_000)
        let texts = [
            lines(200), "a\n\n \t\r\nb\r\nno line end", "\u{FEFF}marked\n" + lines(3), long + "\n" + lines(30) + long,
            "\u{FEFF}" + long + "\r\nafter\n", "\n\n\n", "one",
        ]
        for (number, text) in texts.enumerated() { audit.store.put("logs/\(number)#\(number)", packed(text, kind)) }
        let batches = try await audit.batches()
        #expect(batches.count > 10)
        #expect(batches.count { $0.oversized != nil } == 3)
        let before = audit.store.state.withLock { $0.gets.count }
        try await requireAll(audit, batches, commit: commit)
        // Nothing is fetched twice.
        #expect(audit.store.state.withLock { $0.gets.count } == 2 * before)
    }

    @Test("Every batch of CSV is read again with its header", arguments: kinds)
    func csv(kind: CompressionKind?) async throws {
        let audit = Audit(rule: .csv(delimiter: 0x2C, hasHeader: true))
        let rows = (0..<100).map { "\"t\n\($0)\",\($0)\n" }.joined()
        let long = String(repeating: "h", count: 400)
        let texts = [
            "time,bytes\n" + rows, "time,bytes", "\n\n\u{FEFF}time,bytes\n" + rows + "last,1", "\u{FEFF}t,b\r\n1,2",
            long + "\n" + rows, "time,bytes\n1,\"never closed\n" + rows,
        ]
        for (number, text) in texts.enumerated() { audit.store.put("logs/\(number)", packed(text, kind)) }
        let batches = try await audit.batches()
        #expect(Set(batches.map(\.header)).contains(Array("time,bytes".utf8)))
        #expect(batches.contains { $0.records.isEmpty && !$0.header.isEmpty })
        try await requireAll(audit, batches)
        // Also where it is entered in its midst.
        for batch in batches { try await requireAll(audit, [batch]) }
    }

    @Test("A cut-off or damaged object is read again up to the damage, with its refused rest")
    func damaged() async throws {
        var lengths: Set<Bool> = []
        for kind in CompressionKind.allCases {
            let audit = Audit()
            let ended = packed(lines(100), kind)
            // Behind a whole stream stands one that is none: nothing is left to refuse.
            audit.store.put("logs/a", ended + Array("garbage behind it".utf8))
            for cut in [1, 5, 20, ended.count / 2, ended.count - 12] {
                audit.store.put("logs/b\(cut)", Array(ended.dropLast(cut)))
            }
            var wrong = packed((0..<400).map { "\($0 &* 2_654_435_761 % 99_991)\n" }.joined(), kind)
            for index in wrong.count / 2..<wrong.count / 2 + 9 { wrong[index] ^= 0x5A }
            audit.store.put("logs/c", wrong)
            audit.store.put("logs/d", Array(packed("x" + String(repeating: "y", count: 900), kind).dropLast(2)))
            let batches = try await audit.batches()
            let refused = batches.filter { $0.refusal?.reason == .badEncoding }
            #expect(refused.count >= 7, "\(kind)")
            for batch in refused { lengths.insert(batch.contentCount == 0) }
            try await requireAll(audit, batches)
            for batch in refused { try await requireAll(audit, [batch]) }
        }
        #expect(lengths == [true, false])
    }

    @Test("Wherever an object is damaged it is read again as it was read", arguments: CompressionKind.allCases)
    func damagedAnywhere(kind: CompressionKind) async throws {
        var dice = Dice(seed: 11)
        var refused = 0
        for run in 0..<150 {
            var audit = Audit(rule: run % 3 == 0 ? .csv(delimiter: 0x2C, hasHeader: true) : .lines)
            audit.options.batchBytes = 150 + dice.next(2_000)
            audit.options.partBytes = 50 + dice.next(500)
            let text = (0..<200).map { _ in String(dice.next(1 << 40), radix: 36) + "\n" }.joined()
            var bytes = packed(String(text.dropLast(dice.next(2))), kind)
            for _ in 0..<1 + dice.next(3) { bytes[dice.next(bytes.count)] ^= UInt8(1 + dice.next(255)) }
            audit.store.put("logs/1", bytes)
            let batches = try await audit.batches()
            refused += batches.count { $0.refusal != nil }
            // Also by a reader that fetches in other parts.
            for part in [audit.options.partBytes, 8 << 20, 1 + dice.next(100)] {
                audit.options.partBytes = part
                let results = try await audit.reread(batches.map { committed($0) })
                for (result, batch) in zip(results, batches) {
                    try require(result, batch, "run \(run), parts of \(part)")
                }
            }
        }
        #expect(refused > 100)
    }

    @Test("A single record of a bad encoding is an ordinary one where the object is sound", arguments: kinds)
    func badEncoding(kind: CompressionKind?) async throws {
        let audit = Audit()
        let text = (0..<9).map { String(repeating: "\($0)", count: 140) + "\n" }.joined() + "tail"
        audit.store.put("logs/1", packed(text, kind))
        var audited = audit
        audited.options.batchBytes = 150
        let batches = try await audited.batches().filter { $0.records.count == 1 }
        #expect(batches.count >= 8)
        let results = try await audited.reread(batches.map { committed($0, .badEncoding) })
        for (result, batch) in zip(results, batches) { try require(result, batch) }
    }

    @Test("The last whole record before damage is not taken for the refused rest")
    func recordBeforeDamage() async throws {
        let audit = Audit()
        let whole = packed(String(repeating: "z", count: 140) + "\n", .gzip)
        audit.store.put("logs/1", whole + Array("garbage".utf8))
        let batches = try await audit.batches()
        try #require(batches.count == 2 && batches[1].contentCount == 0 && batches[1].records.count == 1)
        let results = try await audit.reread(batches.map { committed($0, .badEncoding) })
        for (result, batch) in zip(results, batches) { try require(result, batch) }
    }

    @Test("Ranges of many objects that take turns are read again", arguments: kinds)
    func interleaved(kind: CompressionKind?) async throws {
        var audit = Audit()
        for key in 0..<40 { audit.store.put("logs/\(100 + key)", packed(lines(90, "object \(key)"), kind)) }
        let batches = try await audit.batches()
        var byObject: [ByteString: [RecordBatch]] = [:]
        for batch in batches { byObject[batch.partition.id, default: []].append(batch) }
        var turns: [RecordBatch] = []
        for turn in 0..<(byObject.values.map(\.count).max() ?? 0) {
            for id in byObject.keys.sorted() {
                if let batches = byObject[id], turn < batches.count { turns.append(batches[turn]) }
            }
        }
        #expect(turns.count == batches.count)
        for window in [100, 64 << 20] {
            audit.options.windowBytes = window
            try await requireAll(audit, turns, commit: 7)
        }
    }

    @Test("Ranges in any order, also backwards, are read again", arguments: kinds)
    func backwards(kind: CompressionKind?) async throws {
        var dice = Dice(seed: 7)
        for header in [false, true] {
            let audit = Audit(rule: header ? .csv(delimiter: 0x2C, hasHeader: true) : .lines)
            for key in 0..<6 { audit.store.put("logs/\(key)", packed("head\n" + lines(150, "object \(key)"), kind)) }
            let batches = try await audit.batches()
            try await requireAll(audit, batches.reversed())
            var any = batches + batches
            for index in any.indices { any.swapAt(index, dice.next(any.count)) }
            try await requireAll(audit, any)
            try await requireAll(audit, any, commit: 0)
        }
    }

    @Test("What was expected and is not asked for does not stand in the way")
    func skipped() async throws {
        var audit = Audit()
        audit.options.windowBytes = 500
        for key in 0..<30 { audit.store.put("logs/\(100 + key)", lines(60, "object \(key)")) }
        let batches = try await audit.batches()
        var reader = audit.reader
        reader.expect(batches.map { committed($0) })
        for index in stride(from: 2, to: batches.count, by: 5) {
            let range = committed(batches[index])
            let result = await Self.served(&reader) { (reader) async in
                do throws(RangeError) { return Result<_, RangeError>.success(try await reader.read(range)) } catch {
                    return .failure(error)
                }
            }
            try require(result, batches[index])
        }
        #expect(reader.expected.count < 5)
        #expect(reader.open.count <= S3RangeReader.maximumOpen + 4)
        let held = reader.open.values.reduce(0) { $0 + $1.object.withLock { $0.fetch.parts.count } }
        #expect(held <= 4)
    }

    // MARK: What it takes

    @Test("Small objects that are expected are asked for at once")
    func smallObjects() async throws {
        var audit = Audit()
        audit.options.maximumRequests = 20
        for key in 0..<100 { audit.store.put("logs/\(100 + key)", "\(key)\n") }
        let batches = try await audit.batches()
        audit.store.state.withLock { ($0.mostUnderway, $0.gets) = (0, []) }
        try await requireAll(audit, batches, commit: 50)
        let (most, gets) = audit.store.state.withLock { ($0.mostUnderway, $0.gets) }
        #expect((10...20).contains(most))
        #expect(gets.sorted() == (0..<100).map { "logs/\(100 + $0) whole" })
    }

    @Test("The parts of a large object are asked for at once, within the window")
    func parts() async throws {
        var audit = Audit()
        audit.store.put("logs/1", lines(1_000))
        let batches = try await audit.batches()
        audit.options = S3ReaderOptions(
            batchBytes: 300, maximumRecordBytes: 150, partBytes: 100, windowBytes: 800, maximumRequests: 32)
        audit.store.state.withLock { ($0.mostUnderway, $0.gets) = (0, []) }
        try await requireAll(audit, batches)
        let (most, gets) = audit.store.state.withLock { ($0.mostUnderway, $0.gets) }
        #expect((4...8).contains(most))
        #expect(gets.count == (lines(1_000).utf8.count + 99) / 100)
    }

    @Test("A plain object is entered where the range begins, and an empty range asks for nothing")
    func entered() async throws {
        var audit = Audit()
        audit.options.windowBytes = 1
        audit.store.put("logs/1", lines(1_000))
        let batches = try await audit.batches()
        audit.store.state.withLock { $0.gets = [] }
        let batch = batches[20]
        let results = try await audit.reread([committed(batch)], commit: 1)
        try require(results[0], batch)
        guard case .byte(let start) = batch.range.start else { return }
        let gets = audit.store.state.withLock { $0.gets }
        #expect(gets.first == "logs/1 bytes=\(start)-\(start + 199)")
        #expect(gets.count == (batch.contentCount + 199) / 200)
        let empty = CommittedRange(
            partition: batch.partition, range: PositionRange(start: .byte(start), end: .byte(start)), records: 0)
        let nothing = try await audit.reread([empty])[0].get()
        #expect(nothing.contentCount == 0 && nothing.records.isEmpty && nothing.range == empty.range)
        #expect(audit.store.state.withLock { $0.gets.count } == gets.count)
    }

    // MARK: Not the same

    @Test("Other contents under the key are read instead, so that the ranges that differ are seen", arguments: kinds)
    func changed(kind: CompressionKind?) async throws {
        let audit = Audit()
        audit.store.put("logs/1", packed(lines(200), kind))
        audit.store.put("logs/2", "other\n")
        let batches = try await audit.batches()
        // A line in the midst, of the same length.
        let new = lines(200).replacing("line 77\n", with: "LINE 77\n")
        audit.store.put("logs/1", packed(new, kind))
        let results = try await audit.reread(batches.map { committed($0) })
        let differing = try zip(results, batches).filter { try $0.get().bytes != $1.bytes }
        #expect(differing.count == 1)
        let text = try differing.first.map { String(decoding: try $0.0.get().bytes, as: UTF8.self) }
        #expect(text?.contains("LINE 77\n") == true)
        // It is looked for once.
        #expect(audit.store.state.withLock { $0.lists.count } == 2)
    }

    @Test("Contents that are too short are told as changed, and what they have is read", arguments: kinds)
    func shorter(kind: CompressionKind?) async throws {
        let audit = Audit()
        audit.store.put("logs/1", packed(lines(200), kind))
        let batches = try await audit.batches()
        let old = audit.store.state.withLock { $0.objects["logs/1"]?.etag } ?? ""
        audit.store.put("logs/1", packed(lines(100), kind))
        let new = audit.store.state.withLock { $0.objects["logs/1"]?.etag } ?? ""
        let results = try await audit.reread(batches.map { committed($0) })
        try require(results[0], batches[0])
        try require(results[1], batches[1])
        let message = "s3://usage/logs/1 has other contents (ETag \(new), was \(old)), and ends at 790"
        for (result, batch) in zip(results, batches) where batch.range.end != batches[0].range.end {
            guard case .byte(let end) = batch.range.end, end > 790 else { continue }
            guard case .failure(.changed(let told)) = result else {
                Issue.record("\(batch.range) was read")
                continue
            }
            #expect(told.hasPrefix(message))
        }
        guard case .failure = results[results.count - 1] else {
            Issue.record("the end was read")
            return
        }
    }

    @Test("Contents that are none, or cannot be decompressed, are told as changed")
    func undecompressed() async throws {
        let audit = Audit()
        for key in ["1", "2", "3"] { audit.store.put("logs/" + key, packed(lines(200, key), .gzip)) }
        let batches = try await audit.batches()
        audit.store.put("logs/1", Array(packed(lines(200, "1"), .gzip).prefix(100)))
        audit.store.put("logs/2", "")
        let results = try await audit.reread(batches.map { committed($0) })
        for (result, batch) in zip(results, batches) {
            switch S3Object.key(of: batch.partition.id) {
            case "logs/3": try require(result, batch)
            case "logs/2":
                guard case .failure(.changed(let told)) = result else { throw RangeError.failed("\(batch.range)") }
                #expect(told.contains("ends at 0"))
            default: if case .failure(let error) = result { #expect("\(error)".contains("truncated gzip")) }
            }
        }
        let last = batches.lastIndex { S3Object.key(of: $0.partition.id) == "logs/1" } ?? 0
        #expect(throws: RangeError.self) { try results[last].get() }
    }

    @Test("The same contents under another ETag, or compressed otherwise, are no difference", arguments: kinds)
    func sameContents(kind: CompressionKind?) async throws {
        let audit = Audit()
        audit.store.put("logs/1", packed(lines(200), nil))
        audit.store.put("logs/2", packed(lines(200), .zstd))
        let batches = try await audit.batches()
        for key in ["1", "2"] { audit.store.put("logs/" + key, packed(lines(200), kind)) }
        audit.store.state.withLock { state in
            for key: ByteString in ["logs/1", "logs/2"] { state.objects[key]?.etag += "-copied" }
        }
        try await requireAll(audit, batches)
        try await requireAll(audit, batches.reversed())
    }

    @Test("An object that is overwritten while it is read again goes on with its new contents")
    func overwrittenMeanwhile() async throws {
        let audit = Audit()
        audit.store.put("logs/1", lines(200))
        let batches = try await audit.batches()
        let asked = audit.store.state.withLock { $0.gets.count }
        let new = Array(lines(200).replacing("line 190\n", with: "LINE 190\n").utf8)
        audit.store.state.withLock { state in
            state.afterGet = { number, state in
                if number == asked + 3 { MemoryS3.put(&state, "logs/1", new, 1_800_000_000_000_000_000) }
            }
        }
        let results = try await audit.reread(batches.map { committed($0) })
        let differing = try zip(results, batches).filter { try $0.get().bytes != $1.bytes }
        #expect(differing.count == 1)
    }

    @Test("A deleted object is told as gone, and the others are read")
    func deleted() async throws {
        let audit = Audit()
        for key in ["1", "2", "3"] { audit.store.put("logs/" + key, lines(100, key)) }
        // Its key begins with the one that is deleted.
        audit.store.put("logs/22", "x\n")
        let batches = try await audit.batches()
        audit.store.remove("logs/2")
        let results = try await audit.reread(batches.map { committed($0) })
        var gone = 0
        for (result, batch) in zip(results, batches) {
            if S3Object.key(of: batch.partition.id) != "logs/2" {
                try require(result, batch)
            } else if case .failure(.gone(let told)) = result {
                gone += 1
                #expect(told.hasPrefix("s3://usage/logs/2 was deleted"))
            }
        }
        #expect(gone == batches.count { S3Object.key(of: $0.partition.id) == "logs/2" } && gone > 1)
        // The reader's own listing, and one look.
        #expect(audit.store.state.withLock { $0.lists.count } == 2)
    }

    @Test("What may not be read is told as failed, and is read when it may be")
    func denied() async throws {
        let audit = Audit()
        audit.store.put("logs/1", lines(10))
        let batch = try #require(try await audit.batches().first)
        let range = committed(batch)
        var reader = audit.reader
        audit.store.deny("logs/1")
        await #expect {
            try await Self.served(&reader) { (reader) async in
                do throws(RangeError) { return Result<_, RangeError>.success(try await reader.read(range)) } catch {
                    return .failure(error)
                }
            }.get()
        } throws: { error in
            guard case .failed(let told)? = error as? RangeError else { return false }
            return told.contains("archive") && told.contains("s3://usage/logs/1")
        }
        audit.store.deny(nil)
        // The first server was cancelled; another one goes on.
        let result = await Self.served(&reader) { (reader) async in
            do throws(RangeError) { return Result<_, RangeError>.success(try await reader.read(range)) } catch {
                return .failure(error)
            }
        }
        try require(result, batch)
    }

    @Test("Through passing faults everything is read again")
    func faults() async throws {
        let audit = Audit()
        for key in 0..<6 { audit.store.put("logs/\(key)", packed(lines(80, "\(key)"), Self.kinds[key % 4])) }
        let batches = try await audit.batches()
        var dice = Dice(seed: 3)
        let kinds: [MemoryS3.Fault] = [.slowDown, .reset, .drop, .truncated, .wrongLength, .internalError]
        for _ in 0..<20 {
            let faults = (0..<60).map { _ in dice.next(100) < 20 ? kinds[dice.next(kinds.count)] : nil }
            audit.store.state.withLock { $0.faults = faults }
            let results = try await audit.reread(batches.map { committed($0) })
            for (result, batch) in zip(results, batches) {
                // What failed each time it was tried is told so.
                if case .failure(.failed) = result { continue }
                try require(result, batch)
            }
        }
        audit.store.state.withLock { $0.faults = [] }
        try await requireAll(audit, batches)
    }

    @Test("Of a listing that contradicts the object nothing is known")
    func lyingListing() async throws {
        let audit = Audit()
        audit.store.put("logs/1", lines(3))
        let batches = try await audit.batches()
        audit.store.state.withLock { $0.lies = "logs/1" }
        let result = try await audit.reread(batches.map { committed($0) })[0]
        guard case .failure(.failed(let told)) = result else { throw RangeError.gone("no failure") }
        #expect(told.contains("logs/1, which is listed"))
    }

    @Test("What is no range of this bucket is refused with a reason")
    func foreign() async throws {
        let audit = Audit()
        audit.store.put("logs/1", lines(3))
        var range = committed(try #require(try await audit.batches().first))
        let other = S3Bucket(name: "other", client: audit.store.client)
        guard case .failure(.failed(let told)) = try await audit.reread([range], by: other)[0] else {
            throw RangeError.gone("no failure")
        }
        #expect(told.contains("was read from the bucket usage, and not from other"))
        range.partition.descriptor = [9]
        guard case .failure(.failed(let unread)) = try await audit.reread([range])[0] else {
            throw RangeError.gone("no failure")
        }
        #expect(unread.contains("not one that this version can read"))
    }

    // MARK: Versions

    /// A bucket that keeps what is overwritten.
    private final class VersionedS3: HTTPTransport {
        let store: MemoryS3
        let kept = Mutex<[String: MemoryS3.Stored]>([:])
        let asked = Mutex<[String]>([])
        let isDenied = Mutex(false)

        init(_ store: MemoryS3) {
            self.store = store
        }

        func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
            guard let version = request.query.first(where: { $0.name == "versionId" })?.value else {
                return try await store.send(request, limits: limits)
            }
            asked.withLock { $0.append(version) }
            func failure(_ status: Int, _ code: String) -> HTTPResponse {
                HTTPResponse(status: status, body: Array("<Error><Code>\(code)</Code></Error>".utf8))
            }
            if isDenied.withLock({ $0 }) { return failure(403, "AccessDenied") }
            guard let stored = kept.withLock({ $0[version] }) else { return failure(404, "NoSuchVersion") }
            guard request.header("if-match") == "\"\(stored.etag)\"" else { return failure(412, "PreconditionFailed") }
            let headers = [(name: "ETag", value: "\"\(stored.etag)\""), (name: "x-amz-version-id", value: version)]
            return HTTPResponse(status: 200, headers: headers, body: stored.bytes)
        }

        var bucket: S3Bucket {
            let endpoint = AWSEndpoint.s3(
                bucket: "usage", region: "eu-west-1", override: AWSEndpoint(scheme: .http, host: "memory"), style: .path
            )
            let time = AWSTime(
                now: store.now, sleep: { (_) async throws(CancellationError) in await Task.yield() }, random: { 0.5 })
            let client = AWSClient(
                service: "s3", region: "eu-west-1", endpoint: endpoint,
                credentials: CredentialsProvider(Credentials(accessKeyID: "A", secretAccessKey: "S")),
                transport: self, time: time)
            return S3Bucket(name: "usage", client: client)
        }
    }

    private func versioned() async throws -> (Audit, VersionedS3, [RecordBatch]) {
        var audit = Audit()
        audit.options.partBytes = 8 << 20
        audit.store.state.withLock { $0.hasVersions = true }
        audit.store.put("logs/1", lines(100))
        let batches = try await audit.batches()
        let versions = VersionedS3(audit.store)
        if let stored = audit.store.state.withLock({ $0.objects["logs/1"] }) {
            versions.kept.withLock { $0["1"] = stored }
        }
        return (audit, versions, batches)
    }

    @Test("The version that was read is read again, whatever has taken its place")
    func version() async throws {
        let (audit, versions, batches) = try await versioned()
        for isDeleted in [false, true] {
            if isDeleted { audit.store.remove("logs/1") } else { audit.store.put("logs/1", "other\n") }
            let results = try await audit.reread(batches.map { committed($0) }, by: versions.bucket)
            for (result, batch) in zip(results, batches) { try require(result, batch) }
        }
        #expect(versions.asked.withLock { $0 } == ["1", "1"])
    }

    @Test("Where the version is not kept, what the key has is read")
    func lostVersion() async throws {
        let (audit, versions, batches) = try await versioned()
        versions.kept.withLock { $0 = [:] }
        let ranges = batches.map { committed($0) }
        for (result, batch) in zip(try await audit.reread(ranges, by: versions.bucket), batches) {
            try require(result, batch)
        }
        audit.store.put("logs/1", lines(100, "LINE"))
        for (result, batch) in zip(try await audit.reread(ranges, by: versions.bucket), batches) {
            #expect(try result.get().bytes != batch.bytes)
        }
        audit.store.remove("logs/1")
        guard case .failure(.gone) = try await audit.reread(ranges, by: versions.bucket)[0] else {
            throw RangeError.failed("it is there")
        }
    }

    @Test("Where versions may not be read the newest is, and of an overwritten one nothing is known")
    func deniedVersion() async throws {
        let (audit, versions, batches) = try await versioned()
        versions.isDenied.withLock { $0 = true }
        let ranges = batches.map { committed($0) }
        for (result, batch) in zip(try await audit.reread(ranges, by: versions.bucket), batches) {
            try require(result, batch)
        }
        audit.store.put("logs/1", lines(100, "LINE"))
        guard case .failure(.failed(let told)) = try await audit.reread(ranges, by: versions.bucket)[0] else {
            throw RangeError.gone("no failure")
        }
        #expect(told.contains("the version of s3://usage/logs/1") && told.contains("AccessDenied"))
    }
}
