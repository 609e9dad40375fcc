import Crypto
import UsageModel

/// The slab of a batch: the data of records, each followed by one line feed.
struct SlabCut {
    private var bytes: [UInt8] = []
    private var records: [RecordBatch.Record] = []
    private var places: [ShardPosition] = []
    private var oversized: RecordBatch.Oversized?
    private var storedBytes: UInt64 = 0
    /// The first of the answer's entries that is not in it.
    private(set) var end = 0

    /// Nothing.
    init() {}

    /// Takes an answer's entries from one on, as many as a batch has room for. One that is too long stands alone.
    init(_ answer: ShardAnswer, from start: Int, _ options: KinesisOptions) {
        var count = 0
        end = start
        if Int(answer.entries[start].length) > options.maximumRecordBytes {
            takeOversized(answer, answer.entries[start])
            return
        }
        while end < answer.entries.count {
            let length = Int(answer.entries[end].length)
            if length > options.maximumRecordBytes || end > start && count + length + 1 > options.batchBytes { break }
            count += length + 1
            end += 1
        }
        bytes.reserveCapacity(count + RecordBatch.padding)
        records.reserveCapacity(end - start)
        places.reserveCapacity(end - start)
        for entry in answer.entries[start..<end] {
            records.append(RecordBatch.Record(start: UInt32(bytes.count), length: entry.length))
            bytes.append(contentsOf: answer.slab[Int(entry.start)..<Int(entry.start + entry.length)])
            bytes.append(0x0A)
            places.append(answer.place(of: entry))
            storedBytes += UInt64(entry.stored)
        }
    }

    private mutating func takeOversized(_ answer: ShardAnswer, _ entry: ShardAnswer.Entry) {
        let data = answer.slab[Int(entry.start)..<Int(entry.start + entry.length)]
        var hasher = SHA256()
        unsafe data.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        hasher.update(data: [0x0A])
        oversized = RecordBatch.Oversized(
            length: UInt64(entry.length), digest: Digest256(bytes: Array(hasher.finalize())))
        bytes = Array(data.prefix(QuarantinedRecord.maximumBytes))
        records = [RecordBatch.Record(start: 0, length: UInt32(bytes.count))]
        places = [answer.place(of: entry)]
        storedBytes = UInt64(entry.stored)
        end += 1
    }

    func batch(of partition: Partition, _ range: PositionRange, reachesEnd: Bool) -> RecordBatch {
        var batch = RecordBatch(
            partition: partition, range: range, bytes: bytes + [UInt8](repeating: 0, count: RecordBatch.padding),
            records: records, oversized: oversized, reachesEnd: reachesEnd)
        batch.places = places
        batch.storedBytes = storedBytes
        return batch
    }
}
