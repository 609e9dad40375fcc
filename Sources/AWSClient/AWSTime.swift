import Glibc
public import UsageModel

/// The clock that requests are signed by, the sleep between two attempts, and the dice that spread them.
public struct AWSTime: Sendable {
    public var now: @Sendable () -> Timestamp
    public var sleep: @Sendable (Duration) async throws(CancellationError) -> Void
    /// From 0 up to, and without, 1.
    public var random: @Sendable () -> Double

    public init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws(CancellationError) -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    public static let system = AWSTime(
        now: {
            var time = timespec()
            _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        },
        sleep: { (time) async throws(CancellationError) in
            do { try await Task.sleep(for: time) } catch { throw CancellationError() }
        },
        random: { Double.random(in: 0..<1) })
}
