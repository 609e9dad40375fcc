import Foundation
import UsageModel

@testable import Ledger

/// How a run, a reader and the verification take a damaged ledger.
struct DamageView: Hashable {
    enum Finding: String, CaseIterable {
        /// It stops with an error that says what is wrong.
        case halts
        /// It goes on with what is there, and says that something was cut off.
        case told
        /// It goes on with all that was acknowledged and nothing else.
        case exact
        /// It goes on with something else, and does not say so.
        case silent
    }

    /// Every byte, or one in so many for a quick look, or where sanitizers make all of it slow.
    static let step = ProcessInfo.processInfo.environment["ODOMETER_EVENTS"] == nil ? 1 : 13
    /// Also every byte of what is large and mostly empty.
    static let isFull = ProcessInfo.processInfo.environment["ODOMETER_FULL"] != nil

    /// What a sound ledger says.
    struct Truth: Equatable {
        var usage: [UsageRow] = []
        var partitions: [PartitionState]
        var status: LedgerStatus
        var log: [CommitSummary] = []
        var quarantine: [QuarantineRow] = []

        init(path: String) throws {
            let reader = try LedgerReader.open(path: path)
            partitions = try reader.partitions()
            status = try reader.status()
            for meter in try reader.meterVersions().map(\.header) { usage += try reader.usage(meter: meter.name) }
            try reader.forEachCommit { log.append($0) }
            try reader.forEachQuarantined { quarantine.append($0) }
        }
    }

    /// A sound ledger and what it says.
    struct Original: ~Copyable {
        let place: TemporaryLedger
        let truth: Truth
        let identities: [EventIdentity]
        let key: [UInt8]

    }

    var run: Finding
    var reader: Finding
    var verify: Finding
}

extension DamageView {
    /// Breaks copies of a ledger, and looks at them in all three ways.
    init(
        _ original: borrowing Original, brokenBy damage: (borrowing TemporaryLedger) throws -> Void
    ) async throws {
        let copy = try TemporaryLedger(copying: original.place)
        try damage(copy)
        // Verification changes nothing, so the reader can go on with its copy.
        verify = try DamageView.verify(copy, original)
        reader = try DamageView.read(copy, original)
        let written = try TemporaryLedger(copying: original.place)
        try damage(written)
        run = try await DamageView.run(written, original)
    }

    /// Nothing is forgotten, and every hour counts.
    static let retention = IdentityRetention(horizon: .max, keep: nil)

    /// What the pipeline does when it starts, and when it ends.
    private static func run(
        _ place: borrowing TemporaryLedger, _ original: borrowing Original
    ) async throws -> Finding {
        do throws(LedgerError) {
            let writer = try await place.open()
            let identities = try writer.openIdentities(retention, watermark: nil).recent
            let (recovery, key) = await (writer.recovery, writer.identityKey)
            let partitions = try await writer.partitions()
            try await writer.close()
            if recovery.tornSegment != nil { return .told }
            if identities != original.identities || key != original.key || partitions != original.truth.partitions {
                return .silent
            }
        } catch {
            return .halts
        }
        return try read(place, original)
    }

    private static func read(_ place: borrowing TemporaryLedger, _ original: borrowing Original) throws -> Finding {
        do {
            return try Truth(path: place.path) == original.truth ? .exact : .silent
        } catch is LedgerError {
            return .halts
        }
    }

    private static func verify(
        _ place: borrowing TemporaryLedger, _ original: borrowing Original
    ) throws -> Finding {
        do throws(LedgerError) {
            let report = try LedgerReader.verify(path: place.path)
            if !report.isSound { return .halts }
            if report.tornTailBytes > 0 { return .told }
            return report.commits == original.truth.status.commits ? .exact : .silent
        } catch {
            return .halts
        }
    }
}
