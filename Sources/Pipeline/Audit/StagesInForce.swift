import Crypto
import Ledger
import UsageModel

/// The stages that commits were made with: of the configuration and the tenant table that each commit names, whose texts the
/// ledger keeps.
struct StagesInForce {
    private struct Names: Hashable {
        var configuration: Digest256
        var tenants: Digest256
    }

    private let current: Configuration
    private var known: [Names: Stages] = [:]

    /// - Parameter current: the configuration of today.
    init(_ current: Configuration) {
        self.current = current
    }

    /// - Parameter document: the text of a document of the ledger.
    /// - Throws: ``RunError`` where one of the texts cannot be used any more.
    /// - Returns: `nil` where one of them is not in the ledger, and is not that of today either.
    mutating func stages(of frame: CommittedFrame, _ document: (Digest256) throws -> [UInt8]?) throws -> Stages? {
        let names = Names(configuration: frame.commit.configuration, tenants: frame.commit.tenants)
        if let stages = known[names] { return stages }
        guard let configuration = try document(names.configuration) ?? today(current.document, names.configuration),
            let tenants = try document(names.tenants) ?? today(current.tenantDocument, names.tenants)
        else { return nil }
        do {
            let stages = try Stages(configuration: try current.earlier(configuration, tenants: tenants))
            known[names] = stages
            return stages
        } catch {
            throw RunError("commit \(frame.seq) cannot be made again with what was in force then: \(error)")
        }
    }

    /// A text of today, where it is the one that a digest names.
    private func today(_ text: [UInt8], _ digest: Digest256) -> [UInt8]? {
        Digest256(bytes: Array(SHA256.hash(data: text))) == digest ? text : nil
    }
}
