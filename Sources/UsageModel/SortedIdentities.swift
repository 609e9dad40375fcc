/// Identities of accepted events by hour, and within an hour by identity: what is written to disk at once.
///
/// The events stay as they came. An hour's are put in order when it is their turn, so that only they are copied.
public struct SortedIdentities: Sendable {
    /// One hour and how many events there are of it.
    public struct Hour: Sendable {
        public let hour: Int32
        public let count: Int
        /// Where its events are.
        fileprivate let pieces: Range<Int>
    }

    /// Events of one hour that came one after the other: nearly all of a batch, as a rule.
    struct Piece: Sendable {
        var hour: Int32
        var chunk: UInt32
        var start: UInt32
        var end: UInt32

        var places: Range<Int> { Int(start)..<Int(end) }
    }

    /// How many words an event has.
    public static let wordsPerEvent = 3

    /// In the order in which they came, one chunk after the other.
    public let chunks: [[EventIdentity]]
    /// Ascending, none of them empty.
    public let hours: [Hour]
    /// By hour.
    private let pieces: [Piece]

    /// Takes events, no two of which have the same hour and the same identity. O(events), and 16 bytes of memory wherever the
    /// next has another hour than the one before.
    public init(_ chunks: [[EventIdentity]]) {
        var pieces: [Piece] = []
        for (chunk, events) in chunks.enumerated() {
            precondition(events.count < Int(UInt32.max), "an event's place has 32 bits")
            var start = 0
            while start < events.count {
                let hour = events[start].hour
                var end = start + 1
                while end < events.count, events[end].hour == hour { end += 1 }
                pieces.append(Piece(hour: hour, chunk: UInt32(chunk), start: UInt32(start), end: UInt32(end)))
                start = end
            }
        }
        self.chunks = chunks
        (hours, self.pieces) = SortedIdentities.byHour(pieces)
    }

    /// Takes events that lie in one array.
    public init(_ events: [EventIdentity]) {
        self.init([events])
    }

    /// Counted and not compared: where each event has another hour than the one before there are as many pieces as events.
    private static func byHour(_ pieces: [Piece]) -> (hours: [Hour], pieces: [Piece]) {
        var counts: [Int32: (events: Int, pieces: Int)] = [:]
        for piece in pieces {
            counts[piece.hour, default: (0, 0)].events += piece.places.count
            counts[piece.hour, default: (0, 0)].pieces += 1
        }
        var hours: [Hour] = []
        var places: [Int32: Int] = [:]
        for (hour, count) in counts.sorted(by: { $0.key < $1.key }) {
            let first = hours.last?.pieces.upperBound ?? 0
            hours.append(Hour(hour: hour, count: count.events, pieces: first..<first + count.pieces))
            places[hour] = first
        }
        var sorted = pieces
        for piece in pieces {
            guard let place = places[piece.hour] else { preconditionFailure("each piece's hour was counted") }
            sorted[place] = piece
            places[piece.hour] = place + 1
        }
        return (hours, sorted)
    }

    /// Calls `body` for each hour from `first` on with the high and the low word of the identity and the content of each of
    /// its events. O(events), and 28 bytes of memory for each of the hour that has most.
    public func forEachHour<Failure: Error>(
        from first: Int32, _ body: (Int32, Span<UInt64>) throws(Failure) -> Void
    ) throws(Failure) {
        var order = IdentityOrder()
        for hour in hours where hour.hour >= first {
            order.sort(chunks, pieces[hour.pieces], count: hour.count)
            try body(hour.hour, order.words.span.extracting(0..<hour.count * SortedIdentities.wordsPerEvent))
        }
    }
}
