/// How long the index rests after it was brought up to date, while commits gather that then share their rows.
///
/// It works for a twentieth of the time, and is behind by a quarter of a second and what the work takes at most; where commits are
/// rare, each is in it at once. Towards the end of a run it rests less and less, and works more: what it lacks then is worked on with
/// nothing beside it.
enum IndexPace {
    /// - Parameter timeLeft: until the end of the run; `nil` where it has none that is known.
    static func rest(after work: Duration, timeLeft: Duration?) -> Duration {
        let rest = min(.milliseconds(250), work * 19)
        return timeLeft.map { min(rest, $0 / 2) } ?? rest
    }
}
