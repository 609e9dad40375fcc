/// The order of the records: which are events of their own, which repeat or contradict an earlier one, which are broken.
struct Generation {
    /// What is asked for.
    struct Request {
        var seed: UInt64
        var records: Int
        var duplicates: Share
        var conflicts: Share
        var malformed: Share
    }

    /// What was made.
    struct Counts {
        var records = 0
        var originals = 0
        var duplicates = 0
        var conflicts = 0
        var malformed: [Malformation: Int] = [:]
        var bytes = 0
    }

    private let request: Request
    private var writer: EventWriter
    private var random: SplitMix64
    private var brokenRecords = 0
    private(set) var counts = Counts()

    /// Broken records have ids of their own, so that none is taken for a repeat.
    private static let firstBroken = 1 << 40

    init(_ request: Request, writer: EventWriter) {
        self.request = request
        self.writer = writer
        random = SplitMix64(seed: request.seed)
    }

    /// How many of the records, repeats included, were late.
    var late: Int { writer.lateEvents }

    /// Appends the next record.
    mutating func writeNext(to text: inout Text) {
        let before = text.bytes.count
        var choice = random.below(1_000_000)
        func falls(into share: Share) -> Bool {
            choice -= share.millionths
            return choice < 0
        }
        if falls(into: request.malformed) {
            let kind = Malformation.allCases[brokenRecords % Malformation.allCases.count]
            writer.write(event: Self.firstBroken + brokenRecords, as: .malformed(kind), to: &text)
            brokenRecords += 1
            counts.malformed[kind, default: 0] += 1
        } else if counts.originals > 0, falls(into: request.duplicates) {
            writer.write(event: earlierEvent(), as: .original, to: &text)
            counts.duplicates += 1
        } else if counts.originals > 0, falls(into: request.conflicts) {
            let event = earlierEvent()
            writer.write(event: event, as: random.below(2) == 0 ? .otherTime : .otherData, to: &text)
            counts.conflicts += 1
        } else {
            writer.write(event: counts.originals, as: .original, to: &text)
            counts.originals += 1
        }
        counts.records += 1
        counts.bytes += text.bytes.count - before
    }

    /// The number of an event that was written before: one of the last thousand, or any.
    private mutating func earlierEvent() -> Int {
        if random.below(2) == 0 { return random.below(counts.originals) }
        return counts.originals - 1 - random.below(min(counts.originals, 1_000))
    }
}
