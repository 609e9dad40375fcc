extension Duration {
    /// Whole nanoseconds; for durations within 292 years, as a configuration's are.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
