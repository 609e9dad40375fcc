import UsageModel

/// The hours of a run, ascending, and where the events of each lie.
struct IdentityDirectory: Sendable, Hashable {
    /// Bytes of an hour on disk: the hour and how many events it has.
    static let entrySize = 8

    private(set) var hours: [Int32] = []
    /// Where the events of each hour begin, and at the end how many there are.
    private(set) var firsts: [UInt32] = [0]

    var entries: Int { Int(firsts[firsts.count - 1]) }

    /// The places of an hour's events, by the hour's index.
    func events(of index: Int) -> Range<Int> { Int(firsts[index])..<Int(firsts[index + 1]) }

    mutating func append(_ hour: Int32, count: Int) {
        hours.append(hour)
        firsts.append(UInt32(entries + count))
    }

    /// The index of the first hour at or after one. O(log hours).
    func index(from hour: Int32) -> Int {
        var (low, high) = (0, hours.count)
        while low < high {
            let middle = (low + high) / 2
            if hours[middle] < hour { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The index of an hour; `nil` when the run has no event of it. O(log hours).
    func index(of hour: Int32) -> Int? {
        let index = index(from: hour)
        return index < hours.count && hours[index] == hour ? index : nil
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: hours.count * IdentityDirectory.entrySize)
        for index in hours.indices {
            writer.integer(hours[index])
            writer.integer(firsts[index + 1] - firsts[index])
        }
        return writer.bytes
    }

    /// - Throws: what is wrong, when the hours are not in order or their events not as many as the run has.
    static func decode(_ bytes: [UInt8], entries: Int) throws(CodecError) -> IdentityDirectory {
        var reader = ByteReader(bytes)
        var directory = IdentityDirectory()
        var left = entries
        while reader.remaining > 0 {
            let (hour, count) = (try reader.integer(Int32.self), try reader.integer(UInt32.self))
            guard directory.hours.last.map({ $0 < hour }) ?? true, count > 0, Int(count) <= left else {
                throw reader.fault("the run's hours are not in order")
            }
            left -= Int(count)
            directory.append(hour, count: Int(count))
        }
        guard left == 0 else { throw reader.fault("the run's hours are not all there") }
        return directory
    }
}
