import UsageModel

/// Reads a run's events one after the other, each block checked.
struct IdentityRunReader {
    /// Blocks that are read at once.
    private static let chunk = 256

    let run: IdentityRun
    private var bytes: [UInt8] = []
    /// The first block in `bytes`.
    private var start = 0
    private var block: IdentityBlock?
    /// The place of the present event.
    private var place: Int
    private var hourIndex: Int
    private var hourEnd = 0

    /// The present event; they mean nothing when `isAtEnd`.
    private(set) var hour: Int32 = 0
    private(set) var identity = Digest128(high: 0, low: 0)
    private(set) var content: UInt64 = 0
    private(set) var isAtEnd = false

    /// Begins at the first event at or after an hour.
    init(_ run: IdentityRun, from first: Int32) throws(LedgerError) {
        self.run = run
        let index = run.directory.index(from: first)
        let start = Int(run.directory.firsts[index])
        hourIndex = index - 1
        hourEnd = start
        place = start - 1
        if start < run.entries, start % IdentityBlock.capacity != 0 { try load(start / IdentityBlock.capacity) }
        try advance()
    }

    mutating func advance() throws(LedgerError) {
        place += 1
        guard place < run.entries else {
            isAtEnd = true
            return
        }
        if place == hourEnd {
            hourIndex += 1
            hour = run.directory.hours[hourIndex]
            hourEnd = run.directory.events(of: hourIndex).upperBound
        }
        let number = place / IdentityBlock.capacity
        let index = place - number * IdentityBlock.capacity
        if index == 0 { try load(number) }
        guard let block else { throw run.damage(number) }
        identity = block.identity(index)
        content = block.content(index)
    }

    private mutating func load(_ number: Int) throws(LedgerError) {
        if number >= start + bytes.count / IdentityBlock.size || number < start {
            let offset = UInt64(IdentityRunHeader.size + number * IdentityBlock.size)
            let count = min(IdentityRunReader.chunk, run.header.blocks - number)
            bytes = try run.file.read(at: offset, count: count * IdentityBlock.size)
            start = number
        }
        block = IdentityBlock(
            bytes, at: (number - start) * IdentityBlock.size, number: number, of: run.header.number)
        if block == nil { throw run.damage(number) }
    }
}
