import AWSClient
import DequeModule
import Execution
import UsageModel

/// An object whose parts are asked for, in order and ahead of their use.
struct ObjectFetch: Sendable {
    /// A part that was asked for.
    struct Part: Sendable {
        let range: Range<UInt64>
        let answer: Pending<Result<S3Part, AWSError>>
    }

    var plan: ObjectPlan
    /// The first byte that was not asked for.
    private(set) var next: UInt64
    private(set) var parts: Deque<Part> = []

    init(_ plan: ObjectPlan, from start: UInt64) {
        self.plan = plan
        next = start
    }

    /// Whether all of it was asked for.
    var isAskedFor: Bool { next == plan.object.size }

    /// The bytes that were asked for and not used yet.
    var bytes: UInt64 { parts.reduce(0) { $0 + UInt64($1.range.count) } }

    /// Asks for the next part.
    mutating func begin(in bucket: S3Bucket, on ahead: Lookahead, partBytes: Int) {
        let range = next..<min(plan.object.size, next + UInt64(partBytes))
        next = range.upperBound
        parts.append(ObjectFetch.part(range, of: plan.object, in: bucket, on: ahead))
    }

    /// Asks for the first part again: its request was cut short.
    mutating func beginFirstAgain(in bucket: S3Bucket, on ahead: Lookahead) {
        guard let first = parts.popFirst() else { return }
        parts.prepend(ObjectFetch.part(first.range, of: plan.object, in: bucket, on: ahead))
    }

    mutating func takeFirst() -> Part? { parts.popFirst() }

    private static func part(
        _ range: Range<UInt64>, of object: S3Object, in bucket: S3Bucket, on ahead: Lookahead
    ) -> Part {
        let answer = ahead.begin { () async -> Result<S3Part, AWSError> in
            do throws(AWSError) {
                return .success(try await bucket.get(object, range))
            } catch { return .failure(error) }
        }
        return Part(range: range, answer: answer)
    }
}
