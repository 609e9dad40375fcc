import UsageModel

/// What a state cannot hold in a number: digests of values and readings, each with the state that it belongs to.
///
/// It is written in the order of the rows and sorted once, when a delta is made of it.
struct StateLog: Sendable {
    struct Digest: Sendable {
        var state: UInt32
        var digest: Digest128

        static func precedes(_ left: Digest, _ right: Digest) -> Bool {
            left.state != right.state ? left.state < right.state : left.digest < right.digest
        }
    }

    struct Reading: Sendable {
        var state: UInt32
        var sample: Sample

        static func precedes(_ left: Reading, _ right: Reading) -> Bool {
            left.state != right.state ? left.state < right.state : left.sample < right.sample
        }
    }

    private(set) var digests: [Digest] = []
    private(set) var readings: [Reading] = []

    var count: Int { digests.count + readings.count }

    var estimatedBytes: Int {
        digests.capacity * MemoryLayout<Digest>.stride + readings.capacity * MemoryLayout<Reading>.stride
    }

    mutating func append(_ digest: Digest128, to state: Int) {
        digests.append(Digest(state: UInt32(state), digest: digest))
    }

    /// - Returns: where it stands.
    mutating func append(_ sample: Sample, to state: Int) -> Int {
        readings.append(Reading(state: UInt32(state), sample: sample))
        return readings.count - 1
    }

    /// Puts a later reading of the same state in the place of one.
    mutating func replace(_ place: Int, by sample: Sample) {
        readings[place].sample = sample
    }

    /// Takes all digests out by state, each once and in ascending order. O(n log n).
    /// - Parameter home: the state that a state was joined to.
    mutating func takeDigests(_ home: (UInt32) -> UInt32) -> [UInt32: [Digest128]] {
        for index in digests.indices { digests[index].state = home(digests[index].state) }
        digests.sort(by: Digest.precedes)
        var sets: [UInt32: [Digest128]] = [:]
        var start = 0
        while start < digests.count {
            let state = digests[start].state
            var set: [Digest128] = []
            var end = start
            while end < digests.count, digests[end].state == state {
                if set.last != digests[end].digest { set.append(digests[end].digest) }
                end += 1
            }
            sets[state] = set
            start = end
        }
        digests.removeAll(keepingCapacity: true)
        return sets
    }

    /// Takes all readings out by state, in ascending order. O(n log n).
    /// - Parameter home: the state that a state was joined to.
    mutating func takeReadings(_ home: (UInt32) -> UInt32) -> [UInt32: [Sample]] {
        for index in readings.indices { readings[index].state = home(readings[index].state) }
        readings.sort(by: Reading.precedes)
        var lists: [UInt32: [Sample]] = [:]
        var start = 0
        while start < readings.count {
            let state = readings[start].state
            var end = start
            while end < readings.count, readings[end].state == state { end += 1 }
            lists[state] = readings[start..<end].map(\.sample)
            start = end
        }
        readings.removeAll(keepingCapacity: true)
        return lists
    }
}
