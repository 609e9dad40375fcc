import Foundation
import Testing

extension Workspace {
    /// How many records the ledger has at this moment; throws when there is no ledger yet.
    func recordsRead(configuration: String = "odometer.yaml") throws -> Int {
        let result = try odometer("status", "-c", configuration, "--format", "json")
        return try JSONDecoder().decode(StatusReport.self, from: result.output).read
    }

    /// Asks for the status until so many records are in the ledger, for a minute at most.
    func waitForRecords(_ count: Int, configuration: String = "odometer.yaml") {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        while clock.now < deadline {
            if (try? recordsRead(configuration: configuration)) == count { return }
        }
        Issue.record("the ledger did not come to \(count) records in a minute")
    }

    /// Waits until a writer has opened the ledger as that many others did before it.
    func waitForEpoch(_ epoch: Int) {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        while clock.now < deadline {
            if let text = try? String(contentsOf: file("ledger/epoch"), encoding: .utf8), text == "\(epoch)\n" {
                return
            }
        }
        Issue.record("no writer of epoch \(epoch) came in a minute")
    }
}
