import Compression
import Foundation
import RecordCutting
import SourceConformance
import Testing
import UsageModel

@testable import FileReader

@Suite("Files that are read again")
struct FileRangeReaderTests {
    private static func directory() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("again-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    /// All batches of a directory's files, small ones.
    private static func batches(of directory: URL, _ rule: RecordRule, _ ends: EndOfFileRule) async throws
        -> [RecordBatch]
    {
        var reader = try FileReader(
            source: "s", base: directory.path, include: ["*"], ends: ends, rule: rule, isWhole: { $0.count > 3 },
            options: options)
        var batches: [RecordBatch] = []
        while let batch = try await reader.next() { batches.append(batch) }
        return batches
    }

    private static let options = FileReaderOptions(batchBytes: 300, maximumRecordBytes: 400, maximumOpenFiles: 2)

    private static func range(_ batch: RecordBatch) -> CommittedRange {
        let refusal = batch.oversized == nil ? batch.refusal?.reason : .tooLong
        return CommittedRange(
            partition: batch.partition, range: batch.range, records: UInt64(batch.records.count), refusal: refusal)
    }

    private static func reader(of directory: URL, _ rule: RecordRule, _ batches: [RecordBatch]) throws
        -> FileRangeReader
    {
        try FileRangeReader(
            source: "s", base: directory.path, include: ["*"], rule: rule, options: options,
            latest: batches.map { PartitionState(partition: $0.partition, position: $0.range.end) })
    }

    private static func expectSame(_ found: RecordBatch, _ batch: RecordBatch) {
        #expect(found.bytes == batch.bytes)
        #expect(found.records == batch.records)
        #expect(found.header == batch.header)
        #expect(found.refusal == batch.refusal)
        #expect(found.oversized?.length == batch.oversized?.length)
        #expect(found.oversized?.digest == batch.oversized?.digest)
    }

    private static func lines(_ count: Int, _ name: String) -> [UInt8] {
        Array((0..<count).map { "\(name),\($0),\(String(repeating: "x", count: $0 * 7 % 90))\n" }.joined().utf8)
    }

    @Test(
        "Every range gives the records that it had, in any order of the files",
        arguments: [RecordRule.lines, .csv(delimiter: 0x2C, hasHeader: true)])
    func same(rule: RecordRule) async throws {
        let directory = try Self.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let long = Array(String(repeating: "y", count: 5_000).utf8) + [0x0A]
        let contents: [String: [UInt8]] = [
            "a": Self.lines(40, "a"), "b": Self.lines(20, "b") + long + Self.lines(20, "b") + Array("tail".utf8),
            "c.gz": Compressed.bytes([0xEF, 0xBB, 0xBF] + Self.lines(60, "c"), .gzip),
            "d.zst": Compressed.bytes(Self.lines(30, "d") + [0x0A, 0x0A], .zstd), "e": long,
        ]
        for (name, bytes) in contents { try Data(bytes).write(to: directory.appendingPathComponent(name)) }
        let batches = try await Self.batches(of: directory, rule, .archive)
        #expect(batches.contains { $0.oversized != nil })
        var again = try Self.reader(of: directory, rule, batches)
        for batch in batches { Self.expectSame(try await again.read(Self.range(batch)), batch) }
        // One of each file in turn, and then backwards.
        var mixed: [RecordBatch] = []
        for step in 0..<7 { for index in stride(from: step, to: batches.count, by: 7) { mixed.append(batches[index]) } }
        for batch in mixed + batches.reversed() { Self.expectSame(try await again.read(Self.range(batch)), batch) }
    }

    @Test("The rest of a line whose beginning was a record is refused again")
    func rest() async throws {
        let directory = try Self.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("a")
        try Data("one\nfour".utf8).write(to: file)
        var reader = try FileReader(
            source: "s", base: directory.path, include: ["*"], ends: .live, isWhole: { $0.count > 3 },
            options: Self.options)
        var batches: [RecordBatch] = []
        while let batch = try await reader.next() { batches.append(batch) }
        try Data("one\nfour and more\nfive\n".utf8).write(to: file)
        while let batch = try await reader.next() { batches.append(batch) }
        #expect(batches.contains { $0.refusal != nil })
        var again = try Self.reader(of: directory, .lines, batches)
        for batch in batches { Self.expectSame(try await again.read(Self.range(batch)), batch) }
    }

    @Test("What a rotation compressed is read in its place")
    func rotated() async throws {
        let directory = try Self.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let bytes = Self.lines(200, "a")
        try Data(bytes).write(to: directory.appendingPathComponent("app.log"))
        let batches = try await Self.batches(of: directory, .lines, .live)
        try FileManager.default.removeItem(at: directory.appendingPathComponent("app.log"))
        try Data(Compressed.bytes(bytes, .gzip)).write(to: directory.appendingPathComponent("app.log.1.gz"))
        var again = try Self.reader(of: directory, .lines, batches)
        for batch in batches { Self.expectSame(try await again.read(Self.range(batch)), batch) }
    }

    @Test("A file that is gone, or too short, is told from one that is there")
    func gone() async throws {
        let directory = try Self.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("a")
        try Data(Self.lines(50, "a")).write(to: file)
        let batches = try await Self.batches(of: directory, .lines, .live)
        let last = try #require(batches.last)
        try Data(Self.lines(10, "a")).write(to: file)
        var short = try Self.reader(of: directory, .lines, batches)
        await #expect { try await short.read(Self.range(last)) } throws: { error in
            if case .changed = error as? RangeError { true } else { false }
        }
        try FileManager.default.removeItem(at: file)
        var gone = try Self.reader(of: directory, .lines, batches)
        await #expect { try await gone.read(Self.range(last)) } throws: { error in
            if case .gone = error as? RangeError { true } else { false }
        }
    }
}
