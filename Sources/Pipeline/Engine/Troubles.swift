/// What could not be read of one source, in words.
struct Troubles {
    /// How long the same is not said again.
    private static let silence = Duration.seconds(60)

    /// What came up in this pass, each once.
    private(set) var texts: [String] = []
    private var said: [String: ContinuousClock.Instant] = [:]

    mutating func beginPass() {
        texts = []
    }

    /// - Returns: whether it is the first time in this pass.
    mutating func note(_ text: String) -> Bool {
        if texts.contains(text) { return false }
        texts.append(text)
        return true
    }

    /// Whether it has not been said for a minute; then it is said now.
    mutating func isToBeSaid(_ text: String, at moment: ContinuousClock.Instant) -> Bool {
        said = said.filter { moment - $0.value < Troubles.silence }
        if said[text] != nil { return false }
        said[text] = moment
        return true
    }
}
