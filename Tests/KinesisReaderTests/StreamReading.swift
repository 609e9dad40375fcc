import Testing
import UsageModel

@testable import KinesisReader

/// What a reader gave out, in the order in which it did.
struct StreamReading {
    var batches: [RecordBatch] = []
    /// The records of all shards, as texts.
    var texts: [String] = []
    var states: [ByteString: PartitionState] = [:]
    var told: [ByteString] = []
    var notices: [String] = []
    var errors: [String] = []
    /// The most bytes that were held at any time.
    var held = 0

    var resume: [PartitionState] { states.values.sorted { $0.partition.id < $1.partition.id } }
    /// The shards in the order of their first batch.
    var order: [String] {
        batches.map(\.partition.id.description).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func position(_ shard: Int) -> ShardPosition? {
        guard case .shard(let position)? = states[ByteString(StreamFixture.id(shard))]?.position else { return nil }
        return position
    }

    /// Reads until there is nothing more now, or until so many batches were read.
    mutating func drain(_ reader: inout any SourceReader, batches limit: Int = .max) async {
        let server = reader
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            await read(&reader, limit)
            group.cancelAll()
        }
    }

    private mutating func read(_ reader: inout any SourceReader, _ limit: Int) async {
        var count = 0
        while count < limit {
            do {
                let batch = try await reader.next()
                held = max(held, (reader as? KinesisReader)?.heldBytes ?? 0)
                let news = reader.news()
                told += news.found.map(\.state.partition.id)
                notices += news.notices
                if let batch {
                    take(batch)
                    count += 1
                } else if reader.isWaiting {
                    await reader.wait()
                } else {
                    return
                }
            } catch {
                errors.append(error.description)
                if errors.count > 200 { return }
            }
        }
    }

    mutating func take(_ batch: RecordBatch) {
        let id = batch.partition.id
        if let state = states[id] { #expect(state.position == batch.range.start, "no gap and no overlap in \(id)") }
        #expect(told.contains(id) || states[id] != nil, "\(id) was told of before its first batch")
        #expect(batch.places.count == batch.records.count)
        states[id] = PartitionState(partition: batch.partition, position: batch.range.end)
        batches.append(batch)
        texts += batch.texts
    }
}

extension RecordBatch {
    var texts: [String] {
        records.map { String(decoding: bytes[Int($0.start)..<Int($0.start + $0.length)], as: UTF8.self) }
    }
}
