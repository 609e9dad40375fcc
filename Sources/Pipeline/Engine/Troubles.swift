/// What could not be read of one source, in words.
struct Troubles {
    /// How long the same is not said again.
    private static let silence = Duration.seconds(60)
    /// More are counted, and not kept.
    private static let maximum = 100

    private var noted: [String] = []
    private var known: Set<String> = []
    private var others = 0
    private var said: [String: ContinuousClock.Instant] = [:]

    /// What came up in this pass, each once.
    var texts: [String] { others == 0 ? noted : noted + ["and \(others) more of the same source"] }

    mutating func beginPass() {
        noted = []
        known = []
        others = 0
    }

    /// - Returns: whether it is the first time in this pass, as far as is known.
    mutating func note(_ text: String) -> Bool {
        if known.contains(text) { return false }
        if noted.count == Troubles.maximum {
            others += 1
            return false
        }
        known.insert(text)
        noted.append(text)
        return true
    }

    /// Whether it has not been said for a minute; then it is said now.
    mutating func isToBeSaid(_ text: String, at moment: ContinuousClock.Instant) -> Bool {
        if let last = said[text], moment - last < Troubles.silence { return false }
        if said.count >= 10 * Troubles.maximum { said = said.filter { moment - $0.value < Troubles.silence } }
        said[text] = moment
        return true
    }
}
