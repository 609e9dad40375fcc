import UsageModel

/// Counts the series of each window, so that a meter whose dimensions or subjects have no end cannot fill the memory and the
/// ledger. A window is forgotten when it closes.
struct SeriesGuard: Sendable {
    private struct Place: Hashable, Sendable {
        var series: Int
        var window: Window
    }

    private let hash = ByteHash()
    private var known: [Place: Set<UInt64>] = [:]
    /// Those that came to their limit.
    private var full: Set<Place> = []
    /// The series whose meters came to their limit in a window, once each, since they were taken out.
    private var notices: [(series: Int, window: Window)] = []

    /// Whether a series may have a place of its own in a window: it has one already, or there is room.
    mutating func admits(
        tenant: RawSpan, dimensions: RawSpan, of series: Int, in window: Window, limit: Int
    ) -> Bool {
        let place = Place(series: series, window: window)
        let mark = hash(tenant) &* 31 &+ hash(dimensions)
        let count = known[place]?.count ?? 0
        if count < limit {
            known[place, default: []].insert(mark)
            return true
        }
        if known[place]?.contains(mark) ?? false { return true }
        if full.insert(place).inserted { notices.append((series, window)) }
        return false
    }

    mutating func takeNotices() -> [(series: Int, window: Window)] {
        defer { notices = [] }
        return notices
    }

    /// Forgets the windows that end at or before a moment, and those without an end.
    mutating func forget(upTo moment: Timestamp) {
        if known.isEmpty { return }
        known = known.filter { $0.key.window.end > moment && $0.key.window != WindowGrid.allOfTime }
        full = full.filter { known[$0] != nil }
    }
}
