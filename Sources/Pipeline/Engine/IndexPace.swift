/// How long the index rests after it was brought up to date, while commits gather that then share their rows.
///
/// It works for a twentieth of the time, and is behind by a quarter of a second and what the work takes at most; where commits are
/// rare, each is in it at once.
enum IndexPace {
    static func rest(after work: Duration) -> Duration {
        min(.milliseconds(250), work * 19)
    }
}
