import Testing
import UsageModel

@testable import Ledger

@Suite("The archive's format")
struct ArchiveFormatTests {
    @Test("Every kind of batch comes back as it was", arguments: RecordBatch.samples.map(\.name))
    func roundTrip(name: String) async throws {
        let batch = try #require(RecordBatch.samples.first { $0.name == name }?.batch)
        let archive = TemporaryArchive()
        try archive.write([batch])
        var reader = archive.reader
        #expect(try await reader.read(batch.committed).isSame(as: batch))
    }

    @Test("Many batches of one commit and of later runs are each found")
    func many() async throws {
        let archive = TemporaryArchive()
        var batches: [RecordBatch] = []
        for run in 0..<5 {
            let more = (0..<40).map {
                RecordBatch.lines($0 * 10..<$0 * 10 + 10, from: UInt64(run * 100_000 + $0 * 1_000))
            }
            try archive.write(more)
            batches += more
        }
        #expect(try archive.names.count == 1)
        var reader = archive.reader
        for batch in batches.shuffled() { #expect(try await reader.read(batch.committed).isSame(as: batch)) }
    }

    @Test("A range without records and bytes is in no file, and is given back all the same")
    func empty() async throws {
        let archive = TemporaryArchive()
        let shard = PositionRange(start: .shard(.horizon), end: .shard(.end))
        for range in [PositionRange(start: .byte(5), end: .byte(5)), shard] {
            let partition = Partition(source: "sample", id: "p", descriptor: [])
            let batch = RecordBatch(
                partition: partition, range: range, bytes: [UInt8](repeating: 0, count: RecordBatch.padding),
                records: [])
            #expect(ArchiveBlock(batch) == nil)
            var reader = archive.reader
            #expect(try await reader.read(batch.committed).isSame(as: batch))
        }
    }

    @Test("A file that is cut anywhere gives what is whole, and says of the rest that it is gone or changed")
    func truncations() async throws {
        let archive = TemporaryArchive()
        let batches = RecordBatch.samples.filter { $0.name != "many lines" }.map(\.batch)
        try archive.write(batches)
        let whole = try archive.bytes(of: 1)
        for count in 0..<whole.count {
            try archive.replace(1, with: Array(whole[..<count]))
            let reader = archive.reader
            var lost = 0
            for batch in batches {
                switch await reader.result(of: batch.committed) {
                case .success(let found): #expect(found.isSame(as: batch), "cut at \(count)")
                case .failure(.failed(let detail)): Issue.record("cut at \(count): \(detail)")
                case .failure: lost += 1
                }
            }
            #expect(lost > 0, "cut at \(count)")
        }
    }

    @Test("A bit that is flipped anywhere is found, and costs the block that it is in and no other")
    func bitFlips() async throws {
        let archive = TemporaryArchive()
        let batches = RecordBatch.samples.filter { $0.name != "many lines" }.map(\.batch)
        try archive.write(batches)
        let whole = try archive.bytes(of: 1)
        var generator = SplitMix64(seed: 4)
        for place in 0..<whole.count {
            var bytes = whole
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try archive.replace(1, with: bytes)
            let reader = archive.reader
            var lost = 0
            for batch in batches {
                switch await reader.result(of: batch.committed) {
                case .success(let found): #expect(found.isSame(as: batch), "byte \(place)")
                case .failure(.failed(let detail)): Issue.record("byte \(place): \(detail)")
                case .failure(.gone(let detail)), .failure(.changed(let detail)):
                    #expect(detail.contains("byte"))
                    lost += 1
                }
            }
            // The header of the file is needed for nothing but to tell other ledgers' files.
            #expect(lost == (place < ArchiveFileHeader.size ? 0 : 1), "byte \(place)")
        }
    }

    @Test("Contents of any bytes are a batch that comes back as these bytes, or an error")
    func anyContents() {
        var generator = SplitMix64(seed: 9)
        let samples = RecordBatch.samples.map(\.batch)
        var errors = 0
        for round in 0..<30_000 {
            let batch = samples[round % samples.count]
            let key = ArchiveKey(batch.partition, batch.range)
            var bytes = Array(batch.encodedForArchive().prefix(600))
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<min(80, bytes.count), using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            do throws(CodecError) {
                let found = try RecordBatch.decode(archived: bytes, source: "sample", of: key)
                #expect(found.encodedForArchive() == bytes)
                let end = found.records.last.map { Int($0.start + $0.length) } ?? 0
                #expect(end <= found.contentCount)
                if case .shard = key.range.start { #expect(found.places.count == found.records.count) }
            } catch { errors += 1 }
        }
        #expect(errors > 1_000)
    }

    @Test("A block of other records than the commit has is told as changed")
    func otherRecords() async throws {
        let archive = TemporaryArchive()
        let batch = RecordBatch.lines(0..<3, from: 0)
        try archive.write([batch])
        var range = batch.committed
        range.records = 4
        guard case .failure(.changed) = await archive.reader.result(of: range) else {
            Issue.record("it was taken")
            return
        }
    }
}
