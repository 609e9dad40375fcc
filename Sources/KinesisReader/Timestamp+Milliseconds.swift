import UsageModel

extension Timestamp {
    /// The service knows of milliseconds only.
    var roundedDownToMilliseconds: Timestamp {
        let rest = nanoseconds % 1_000_000
        return Timestamp(nanoseconds: nanoseconds - (rest < 0 ? rest + 1_000_000 : rest))
    }
}
