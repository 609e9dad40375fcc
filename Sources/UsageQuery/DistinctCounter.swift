import HeapModule
public import UsageModel

/// Counts different digests by groups, exactly, in a memory that does not grow with them.
///
/// Up to `capacity` entries are in memory; when that is full they are sorted, each once, and put aside in a file as one run.
/// At the end the runs are merged (external merge sort: Knuth, The Art of Computer Programming, volume 3, 5.4).
public struct DistinctCounter: ~Copyable {
    private struct Entry: Comparable, BitwiseCopyable {
        var group: UInt32
        var digest: Digest128

        static func < (left: Entry, right: Entry) -> Bool {
            left.group != right.group ? left.group < right.group : left.digest < right.digest
        }
    }

    private let capacity: Int
    private var entries: [Entry] = []
    private var file: SpillFile?
    /// Where each run lies in the file, in entries.
    private var runs: [Range<Int>] = []

    /// - Parameter capacity: how many entries of 24 bytes are kept in memory.
    public init(capacity: Int = 1 << 20) {
        precondition(capacity >= 2, "something has to fit")
        self.capacity = capacity
    }

    /// How many runs were put aside.
    public var runCount: Int { runs.count }

    /// Adds digests to a group. O(1) each, amortised over the sorting.
    public mutating func add(_ digests: [Digest128], to group: UInt32) throws(SpillError) {
        for digest in digests {
            if entries.count == capacity { try makeRoom() }
            entries.append(Entry(group: group, digest: digest))
        }
    }

    /// Calls `body` with each group that has digests, in ascending order, and how many different ones. O(n log n).
    public consuming func counts(_ body: (UInt32, UInt64) -> Void) throws(SpillError) {
        sortOut()
        var tally = Tally()
        guard let file = file.take() else {
            for entry in entries { tally.take(entry, body) }
            tally.finish(body)
            return
        }
        // The file is read by blocks that together take no more than the entries may.
        let block = max(1, min(4_096, capacity / (runs.count + 1)))
        var cursors: [Cursor] = []
        for run in runs { cursors.append(try Cursor(run, in: file, block: block)) }
        cursors.append(Cursor(entries))
        var heap = Heap(
            cursors.indices.compactMap { number in cursors[number].head.map { Head(entry: $0, cursor: number) } })
        while let least = heap.popMin() {
            tally.take(least.entry, body)
            try cursors[least.cursor].advance(in: file, block: block)
            if let next = cursors[least.cursor].head { heap.insert(Head(entry: next, cursor: least.cursor)) }
        }
        tally.finish(body)
    }

    /// Sorts what is in memory, and leaves each entry once.
    private mutating func sortOut() {
        entries.sort()
        var kept = 0
        for index in entries.indices where kept == 0 || entries[kept - 1] != entries[index] {
            entries[kept] = entries[index]
            kept += 1
        }
        entries.removeLast(entries.count - kept)
    }

    private mutating func makeRoom() throws(SpillError) {
        sortOut()
        // Much was there more than once: sorting alone made room.
        if entries.count <= capacity / 2 { return }
        var file = if let known = file.take() { known } else { try SpillFile() }
        let stride = MemoryLayout<Entry>.stride
        let start = file.size / stride
        var failure: SpillError?
        unsafe entries.withUnsafeBytes { bytes in
            do throws(SpillError) { try unsafe file.append(bytes) } catch { failure = error }
        }
        runs.append(start..<start + entries.count)
        self.file = consume file
        entries.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }

    private struct Head: Comparable {
        var entry: Entry
        var cursor: Int

        static func < (left: Head, right: Head) -> Bool { left.entry < right.entry }
    }

    /// Goes through a run.
    private struct Cursor {
        private var block: [Entry]
        private var index = 0
        private var rest: Range<Int>

        init(_ entries: [Entry]) {
            block = entries
            rest = 0..<0
        }

        init(_ run: Range<Int>, in file: borrowing SpillFile, block size: Int) throws(SpillError) {
            block = []
            rest = run
            try fill(from: file, size)
        }

        var head: Entry? { index < block.count ? block[index] : nil }

        mutating func advance(in file: borrowing SpillFile, block size: Int) throws(SpillError) {
            index += 1
            if index == block.count, !rest.isEmpty { try fill(from: file, size) }
        }

        private mutating func fill(from file: borrowing SpillFile, _ size: Int) throws(SpillError) {
            let count = min(size, rest.count)
            if count == 0 { return }
            let start = rest.lowerBound
            block = [Entry](repeating: Entry(group: 0, digest: Digest128(high: 0, low: 0)), count: count)
            var failure: SpillError?
            unsafe block.withUnsafeMutableBytes { bytes in
                do throws(SpillError) {
                    try unsafe file.read(into: bytes, at: start * MemoryLayout<Entry>.stride)
                } catch { failure = error }
            }
            if let failure { throw failure }
            rest = start + count..<rest.upperBound
            index = 0
        }
    }

    /// Counts entries that come in their order.
    private struct Tally {
        private var last: Entry?
        private var count: UInt64 = 0

        mutating func take(_ entry: Entry, _ body: (UInt32, UInt64) -> Void) {
            if entry == last { return }
            if let last, last.group != entry.group { finish(body) }
            last = entry
            count += 1
        }

        mutating func finish(_ body: (UInt32, UInt64) -> Void) {
            if let last, count > 0 { body(last.group, count) }
            count = 0
        }
    }
}
