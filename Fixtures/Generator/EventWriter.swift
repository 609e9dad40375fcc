import UsageModel

/// Writes one event as a line of JSON. An event is a pure function of the seed and its number, so any earlier event can
/// be written again without being remembered.
struct EventWriter {
    /// What is written of the event with some number.
    enum Variant {
        case original
        /// The same source and id, an hour later.
        case otherTime
        /// The same source and id, with one member more in `data`.
        case otherData
        case malformed(Malformation)
    }

    /// The times of the events: event 0 at the start, the last one just before the end.
    struct Span {
        /// Milliseconds since 1970.
        var start: Int
        var milliseconds: Int
        /// How many events lie in the span.
        var events: Int
    }

    private let seed: UInt64
    private let span: Span
    private let late: Share
    private let subjects: SubjectTable
    private let ranks: ZipfTable
    private let dates: [[UInt8]]
    private let firstDay: Int
    /// How many of the events written were late.
    private(set) var lateEvents = 0

    private static let day = 86_400_000
    private static let hour = 3_600_000
    /// The event's time lies at most this far from its place in the log.
    private static let jitter = 30_000

    init(seed: UInt64, span: Span, late: Share, subjects: SubjectTable) {
        self.seed = SplitMix64.mixed(seed)
        self.span = span
        self.late = late
        self.subjects = subjects
        ranks = ZipfTable(count: subjects.names.count)
        // A late event is at most six hours late, and a conflict an hour later than its original.
        let firstDay = (span.start - 7 * EventWriter.hour) / EventWriter.day
        let lastDay = (span.start + span.milliseconds + 2 * EventWriter.hour) / EventWriter.day
        self.firstDay = firstDay
        dates = (firstDay...lastDay).map { day in
            let date = Timestamp.civil(daysSince1970: day)
            var text = Text()
            text.append(date.year, width: 4)
            text.append("-")
            text.append(date.month, width: 2)
            text.append("-")
            text.append(date.day, width: 2)
            text.append("T")
            return text.bytes
        }
    }

    /// Appends the event and a line feed.
    mutating func write(event number: Int, as variant: Variant, to text: inout Text) {
        var random = SplitMix64(seed: seed ^ SplitMix64.mixed(UInt64(number) &+ 1))
        var broken: Malformation?
        if case .malformed(let kind) = variant { broken = kind }
        switch broken {
        case .notJSON: text.append("GET /metrics HTTP/1.1 200 - not an event")
        case .emptyObject: text.append("{}")
        default:
            writeRecord(number, variant, broken, with: &random, to: &text)
            if broken == .truncated { text.removeLast(20) }
        }
        text.append(byte: 0x0A)
    }

    private mutating func writeRecord(
        _ number: Int, _ variant: Variant, _ broken: Malformation?, with random: inout SplitMix64, to text: inout Text
    ) {
        let place = random.below(3)
        let omitted = broken == .missingAttribute ? random.below(4) : -1
        text.append("{\"specversion\":\"1.0\"")
        if omitted != 0 {
            text.append(",\"id\":\"")
            text.append(hex: SplitMix64.mixed(seed &+ UInt64(number)))
            text.append("\"")
        }
        if omitted != 1 {
            text.append(",\"source\":\"/gateway/")
            text.append(Self.zones[place])
            text.append("\"")
        }
        let kind = random.below(100)
        if omitted != 2 {
            text.append(",\"type\":\"")
            text.append(kind < 80 ? "api.request" : kind < 95 ? "storage.write" : "job.run")
            text.append("\"")
        }
        if omitted != 3 { writeSubject(isBroken: broken == .badEncoding, with: &random, to: &text) }
        text.append(",\"time\":\"")
        if broken == .badTime {
            text.append(Self.badTimes[random.below(Self.badTimes.count)])
        } else {
            var time = self.time(of: number, with: &random)
            if case .otherTime = variant { time += EventWriter.hour }
            writeTime(time, to: &text)
        }
        text.append("\",\"datacontenttype\":\"application/json\",\"data\":{\"region\":\"")
        text.append(Self.regions[place])
        text.append("\"")
        let hasBadNumber = broken == .tooManyDecimals
        switch kind {
        case ..<80: writeRequest(hasBadNumber, with: &random, to: &text)
        case ..<95: writeStorage(hasBadNumber, with: &random, to: &text)
        default: writeJob(hasBadNumber, with: &random, to: &text)
        }
        if case .otherData = variant { text.append(",\"retry\":true") }
        text.append("}}")
    }

    private static let zones: [StaticString] = ["eu-1", "us-1", "ap-1"]
    private static let regions: [StaticString] = ["eu-west-1", "us-east-1", "ap-south-1"]
    private static let badTimes: [StaticString] = [
        "2026-13-01T00:00:00Z", "2026-02-29T12:00:00Z", "2026-11-01T24:00:00Z", "yesterday", "",
    ]
    private static let tooManyDecimals: StaticString = "0.1234567890123"
}

extension EventWriter {
    private func writeSubject(isBroken: Bool, with random: inout SplitMix64, to text: inout Text) {
        let rank = ranks.pick(with: &random)
        text.append(",\"subject\":\"")
        if subjects.names[rank] == SubjectTable.composed, random.below(2) == 0 {
            text.append(SubjectTable.escaped)
        } else {
            text.append(subjects.names[rank])
        }
        if isBroken { text.append(byte: 0xFF) }
        text.append("\"")
    }

    /// Milliseconds since 1970: the event's place in the span, give or take the jitter, or one to six hours earlier.
    private mutating func time(of number: Int, with random: inout SplitMix64) -> Int {
        let place = span.start + (number % span.events) * span.milliseconds / span.events
        let time = place + random.below(2 * EventWriter.jitter) - EventWriter.jitter
        guard random.below(1_000_000) < late.millionths else {
            return min(max(time, span.start), span.start + span.milliseconds - 1)
        }
        lateEvents += 1
        return place - EventWriter.hour - random.below(5 * EventWriter.hour)
    }

    private func writeTime(_ time: Int, to text: inout Text) {
        text.append(dates[time / EventWriter.day - firstDay])
        let rest = time % EventWriter.day
        text.append(rest / 3_600_000, width: 2)
        text.append(":")
        text.append(rest / 60_000 % 60, width: 2)
        text.append(":")
        text.append(rest / 1_000 % 60, width: 2)
        text.append(".")
        text.append(rest % 1_000, width: 3)
        text.append("Z")
    }

    private func writeRequest(_ hasBadNumber: Bool, with random: inout SplitMix64, to text: inout Text) {
        text.append(",\"status\":")
        switch random.below(200) {
        case ..<175: text.append("200")
        case 175: text.append("200.0")
        case 176: text.append("2e2")
        case ..<184: text.append("201")
        case ..<194: text.append("404")
        default: text.append("500")
        }
        text.append(",\"bytes\":")
        let size = 1 << (6 + random.below(16))
        let bytes = size + random.below(size)
        if hasBadNumber { text.append(Self.tooManyDecimals) } else { text.append(bytes) }
        text.append(",\"duration_ms\":")
        text.append(random.below(20_000), places: 1)
    }

    private func writeStorage(_ hasBadNumber: Bool, with random: inout SplitMix64, to text: inout Text) {
        text.append(",\"class\":\"")
        text.append(random.below(4) == 0 ? "archive" : "standard")
        text.append("\",\"gb\":")
        let form = random.below(16)
        let amount = random.below(1_000_000)
        if hasBadNumber {
            text.append(Self.tooManyDecimals)
        } else if form == 0 {
            text.append(amount, places: 3)
            text.append("e-6")
        } else if form == 1 {
            text.append(random.below(1_000_000_000_000_000), places: 12)
        } else {
            text.append(amount, places: 6)
        }
    }

    private func writeJob(_ hasBadNumber: Bool, with random: inout SplitMix64, to text: inout Text) {
        text.append(",\"queue\":\"")
        text.append(random.below(3) == 0 ? "interactive" : "batch")
        text.append("\",\"seconds\":")
        let microseconds = random.below(3_600_000_000)
        if hasBadNumber { text.append(Self.tooManyDecimals) } else { text.append(microseconds, places: 6) }
        text.append(",\"exit_code\":0")
    }
}
