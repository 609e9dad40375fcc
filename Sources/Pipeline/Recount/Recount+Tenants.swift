import Ledger
public import UsageModel

extension Recount {
    /// What has to move to the tenants that the tenant table says today, by the ledger alone; see ``TenantReassignment``.
    /// - Parameter subject: that one's only.
    public static func reassignment(
        of configuration: Configuration, subject: ByteString?
    ) throws -> TenantReassignment {
        try TenantReassignment(
            ledger: try LedgerReader.open(path: configuration.ledger.path), table: try configuration.tenantTable(),
            subject: subject)
    }

    /// Moves usage of subjects that had no tenant, by the ledger alone.
    /// - Returns: what was moved.
    public func reassign(subject: ByteString?) async throws -> TenantReassignment {
        let ledger = try await openExisting()
        do {
            let configuration = configuration
            let found = try await Recount.blocking {
                try Recount.reassignment(of: configuration, subject: subject)
            }
            let moved = try await append(found, to: ledger)
            try await ledger.close()
            return moved
        } catch {
            await ledger.abandon()
            throw error
        }
    }

    /// Counts all meters anew with the tenant table of today, and moves what lies elsewhere: also usage of subjects that had
    /// another tenant, and of windows that several tenants share.
    /// - Parameter isTrial: whether nothing is to be moved.
    /// - Throws: ``RunError`` where a meter has several versions in the ledger, or events are not in the sources any more.
    /// - Returns: what was moved; `nil` when it was stopped.
    public func reassignFromSources<Stop: AsyncSequence & Sendable>(
        isTrial: Bool, stop: Stop, onProgress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> TenantReassignment? where Stop.Failure == Never {
        let ledger = try await openExisting()
        do {
            let meters = configuration.meters
            let path = configuration.ledger.path
            let reader = try await Recount.blocking {
                let reader = try LedgerReader.open(path: path)
                try Recount.requireWhole(meters, in: reader)
                return reader
            }
            guard let (_, place) = try await count(meters, beside: ledger, false, stop, onProgress) else {
                try await ledger.close()
                return nil
            }
            var moved = try await Recount.blocking {
                try TenantReassignment(from: reader, to: try LedgerReader.open(path: place), meters: meters)
            }
            if !isTrial { moved = try await append(moved, to: ledger) }
            try await ledger.close()
            if !isTrial { try removeAttempts() }
            return moved
        } catch {
            await ledger.abandon()
            throw error
        }
    }

    /// Meters must have been counted over all the past: what they lack is no usage that belongs elsewhere.
    private static func requireWhole(_ meters: [Meter], in ledger: LedgerReader) throws {
        let first = try ledger.firstSeq() ?? 0
        for meter in meters {
            let versions = try ledger.meterVersions(of: meter.name)
            if let last = versions.last, last.header == meter.header {
                if last.recountedSeq != nil || versions.count == 1 && last.firstSeq <= first { continue }
            }
            throw RunError(
                "meter \(meter.name), as it is configured, has not been counted over all the past; do that first:"
                    + " odometer backfill --meter \(meter.name)")
        }
    }

    private func append(
        _ moved: TenantReassignment, to ledger: LedgerWriter
    ) async throws -> TenantReassignment {
        let documents = (
            configuration: try await ledger.ensureDocument(.configuration, configuration.document),
            tenants: try await ledger.ensureDocument(.tenants, configuration.tenantDocument)
        )
        if let commit = moved.commit(configuration: documents.configuration, tenants: documents.tenants) {
            try await ledger.append(checking: commit)
        }
        return moved
    }
}
