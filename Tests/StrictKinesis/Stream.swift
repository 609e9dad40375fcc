import Crypto
import UsageModel

/// A stream and its shards.
struct Stream {
    let name: String
    let created: Timestamp
    var retentionHours = 24
    /// In the order of their numbers.
    var shards: [Shard] = []
    private var numbers = 0
    /// Grows with each record, so that numbers of records do too.
    private var count: UInt64 = 0

    var arn: String { "arn:aws:kinesis:us-east-1:123456789012:stream/\(name)" }

    init(name: String, created: Timestamp) {
        self.name = name
        self.created = created
    }

    /// - Parameter number: of its id; `nil` for the next one.
    @discardableResult
    mutating func addShard(
        _ hashes: ClosedRange<UInt128>, parents: [String] = [], at time: Timestamp, number: Int? = nil
    ) -> String {
        let number = number ?? numbers
        numbers = max(numbers, number + 1)
        let digits = String(number)
        let id = "shardId-" + String(repeating: "0", count: 12 - digits.count) + digits
        let shard = Shard(
            id: id, number: number, parents: parents, hashes: hashes, first: nextNumber(in: number, time))
        shards.insert(shard, at: shards.firstIndex { $0.number > number } ?? shards.count)
        return id
    }

    /// 56 digits that grow with the time and the count.
    mutating func nextNumber(in shard: Int, _ time: Timestamp) -> String {
        // Numbers have gaps.
        count += 1 + count % 3
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        return "4959" + padded(time.nanoseconds / 1_000_000, 13) + padded(shard, 12) + padded(count, 27)
    }

    func index(of id: String) -> Int? { shards.firstIndex { $0.id == id } }

    func openShard(for key: UInt128) -> Int? { shards.firstIndex { !$0.isClosed && $0.hashes.contains(key) } }

    /// Discards what is too old, and closed shards of which everything is.
    mutating func trim(_ time: Timestamp) {
        let horizon = time.nanoseconds - Int64(retentionHours) * 3_600_000_000_000
        for index in shards.indices { shards[index].trim(before: horizon) }
        shards.removeAll { shard in
            shard.records.isEmpty && shard.closed.map { $0.time.nanoseconds < horizon } ?? false
        }
    }

    /// MD5 of the partition key, as a number.
    static func hashKey(of partitionKey: String) -> UInt128 {
        Insecure.MD5.hash(data: Array(partitionKey.utf8)).reduce(0) { $0 * 256 + UInt128($1) }
    }
}

/// A shard and what it holds.
struct Shard {
    struct Record {
        var number: String
        var arrival: Timestamp
        var key: String
        var data: [UInt8]
    }

    let id: String
    let number: Int
    let parents: [String]
    let hashes: ClosedRange<UInt128>
    let first: String
    var closed: (number: String, time: Timestamp)?
    var records: [Record] = []
    /// Records that were discarded.
    private(set) var discarded = 0
    /// Successful reads of the last second, and until when the bytes of the last one count.
    var reads: [Timestamp] = []
    var iterators: [Timestamp] = []
    var busyUntil = Timestamp(nanoseconds: 0)

    init(id: String, number: Int, parents: [String], hashes: ClosedRange<UInt128>, first: String) {
        self.id = id
        self.number = number
        self.parents = parents
        self.hashes = hashes
        self.first = first
    }

    var isClosed: Bool { closed != nil }
    /// The index behind the last record, counted from the shard's very first.
    var end: Int { discarded + records.count }

    mutating func trim(before horizon: Int64) {
        let count = records.firstIndex { $0.arrival.nanoseconds >= horizon } ?? records.count
        records.removeFirst(count)
        discarded += count
    }
}

/// Where an iterator stands.
struct Iterator {
    var stream: String
    var created: Timestamp
    var shard: String
    var index: Int
    var time: Timestamp
}

/// Where a list of shards goes on.
struct PageToken {
    var stream: String
    /// Of the last shard on the page.
    var shard: String
    var time: Timestamp
}
