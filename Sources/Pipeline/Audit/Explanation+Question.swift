import Ledger
import UsageModel

extension Explanation {
    /// Which usage is to be explained: of a tenant, by a meter, in windows of the ledger.
    struct Question: Sendable {
        var meter: String
        var tenant: ByteString
        /// Where the windows start.
        var starts: Window
        /// The versions of the meter that count; `nil` for all.
        var versions: [MeterVersion]?
        /// The series whose windows count; `nil` for all.
        var dimensions: Set<[ByteString?]>?

        /// Whether it is about usage of a commit.
        func asks(about header: UsageDelta.MeterHeader, _ entry: UsageDelta.Entry, of seq: UInt64) -> Bool {
            asks(about: header, entry.tenant, entry.dimensions, entry.window, of: seq)
        }

        /// The same of usage that differs.
        func asks(about usage: AuditDifference.Usage, of seq: UInt64) -> Bool {
            asks(about: usage.meter, usage.tenant, usage.dimensions, usage.window, of: seq)
        }

        private func asks(
            about header: UsageDelta.MeterHeader, _ tenant: ByteString, _ dimensions: [ByteString?], _ window: Window,
            of seq: UInt64
        ) -> Bool {
            guard header.name == meter, tenant == self.tenant, starts.contains(window.start) else { return false }
            if let known = self.dimensions, !known.contains(dimensions) { return false }
            guard let versions else { return true }
            // What was counted anew stands for all that the version had before.
            return versions.contains { $0.header == header && $0.recountedSeq ?? 0 <= seq }
        }
    }

    /// Questions, found by what a commit has.
    struct Questions: Sendable {
        let all: [Question]
        /// By meter and tenant.
        private var places: [String: [ByteString: [Int]]] = [:]

        init(_ all: [Question]) {
            self.all = all
            for (place, question) in all.enumerated() {
                places[question.meter, default: [:]][question.tenant, default: []].append(place)
            }
        }

        /// What a commit has of each of them, by their places. O(entries).
        func entries(of frame: CommittedFrame) -> [Int: [UsageDelta.Entry]] {
            let delta = frame.commit.delta
            let tenants = delta.meters.map { places[$0.name] }
            var found: [Int: [UsageDelta.Entry]] = [:]
            for entry in delta.entries {
                guard let asked = tenants[Int(entry.meter)]?[entry.tenant] else { continue }
                let header = delta.meters[Int(entry.meter)]
                for place in asked where all[place].asks(about: header, entry, of: frame.seq) {
                    found[place, default: []].append(entry)
                }
            }
            return found
        }
    }
}
