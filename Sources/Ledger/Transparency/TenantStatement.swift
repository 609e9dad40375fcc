public import UsageModel

/// What one commit, or one seal, says of one tenant, as a text, and the salt that hides it in the log. Who is given both can check that
/// the log holds it.
public struct TenantStatement: Sendable, Hashable {
    /// The sequence number of the frame of the commit or the seal.
    public let commit: UInt64
    public let tenant: ByteString
    /// Lines of ASCII; the format stands in `Schemas/transparency.md`.
    public let text: [UInt8]
    /// 32 bytes, secret to all but the tenant and the ledger's owner.
    public let salt: [UInt8]
    let entry: LogEntry

    init(commit: UInt64, tenant: ByteString, text: [UInt8], salt: [UInt8]) {
        self.commit = commit
        self.tenant = tenant
        self.text = text
        self.salt = salt
        entry = LogEntry(salt: salt, statement: text)
    }

    /// The statements of a frame, in the order of their leaves: by the tenants' bytes. A document has none.
    /// - Parameter tenant: that one's only.
    static func all(
        in frame: LedgerEntry, of ledger: LedgerID, key: LogKey, tenant: ByteString? = nil
    ) -> [TenantStatement] {
        guard var text = StatementText(of: frame, in: ledger) else { return [] }
        let entries = text.entries(of: tenant)
        return entries.sorted { $0.key < $1.key }.map { tenant, entries in
            TenantStatement(
                commit: frame.seq, tenant: tenant, text: text.bytes(of: tenant, entries),
                salt: key.salt(seq: frame.seq, tenant: tenant))
        }
    }
}
