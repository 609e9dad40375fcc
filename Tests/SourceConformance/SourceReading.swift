import Testing
public import UsageModel

/// What a reader gave out, and from where another one would go on.
public struct SourceReading: Sendable {
    /// The records by partition, and the partitions in the order of their first batch.
    public private(set) var records: [ByteString: [[UInt8]]] = [:]
    public private(set) var order: [ByteString] = []
    public private(set) var states: [ByteString: PartitionState] = [:]
    /// The bytes of each partition, as the batches had them.
    private(set) var contents: [ByteString: [UInt8]] = [:]
    /// The partitions whose last batch said that it is the last.
    private(set) var ended: Set<ByteString> = []
    private(set) var longest = 0
    /// What readers had to tell.
    public private(set) var notices: [String] = []
    /// The partitions that readers gave up.
    public private(set) var dropped: [ByteString] = []
    /// What readers refused, and the lengths of the records that were too long.
    public private(set) var refused: [RecordBatch.Refusal] = []
    public private(set) var oversized: [UInt64] = []
    /// The headers that batches had.
    public private(set) var headers: Set<ByteString> = []
    /// The partitions that the reader told of.
    private(set) var told: Set<ByteString>?

    private let group: @Sendable (ByteString) -> ByteString

    /// - Parameter group: which of the test's partitions one is a part of.
    public init(group: @escaping @Sendable (ByteString) -> ByteString = { $0 }) {
        self.group = group
    }

    public var resume: [PartitionState] { states.values.sorted { $0.partition.id < $1.partition.id } }

    /// The records of all the test's partitions, in the order of their names.
    public var all: [[[UInt8]]] {
        var groups: [ByteString: [[UInt8]]] = [:]
        for (id, records) in records.sorted(by: { $0.key < $1.key }) { groups[group(id), default: []] += records }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Reads until there is nothing more now, or until so many batches were read.
    /// - Returns: how many batches.
    @discardableResult
    public mutating func drain(_ reader: inout any SourceReader, batches limit: Int = .max) async throws -> Int {
        let server = reader
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            defer { group.cancelAll() }
            return try await read(&reader, batches: limit)
        }
    }

    private mutating func read(_ reader: inout any SourceReader, batches limit: Int) async throws -> Int {
        if told == nil { told = Set(reader.news().found.map(\.state.partition.id)) }
        var count = 0
        while count < limit {
            let batch = try await reader.next()
            let news = reader.news()
            told?.formUnion(news.found.map(\.state.partition.id))
            notices += news.notices
            dropped += news.dropped.map(\.state.partition.id)
            if let batch {
                take(batch)
                count += 1
            } else if reader.isWaiting {
                await reader.wait()
                try Task.checkCancellation()
            } else {
                break
            }
        }
        return count
    }

    public mutating func forgetNotices() { notices = [] }

    public mutating func take(_ batch: RecordBatch) {
        let id = batch.partition.id
        if let state = states[id] {
            #expect(state.position == batch.range.start, "no gap and no overlap in \(id)")
        } else {
            order.append(id)
        }
        states[id] = PartitionState(partition: batch.partition, position: batch.range.end)
        #expect(batch.bytes.suffix(RecordBatch.padding).allSatisfy { $0 == 0 })
        if let refusal = batch.refusal { refused.append(refusal) }
        if let long = batch.oversized { oversized.append(long.length) }
        if !batch.header.isEmpty { headers.insert(ByteString(batch.header)) }
        for record in batch.records {
            records[id, default: []].append(Array(batch.bytes[Int(record.start)..<Int(record.start + record.length)]))
        }
        contents[id, default: []] += batch.bytes.dropLast(RecordBatch.padding)
        if batch.reachesEnd { ended.insert(id) } else { ended.remove(id) }
        longest = max(longest, batch.contentCount)
    }
}
