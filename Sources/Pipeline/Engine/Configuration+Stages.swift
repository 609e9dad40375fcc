import UsageModel

extension Configuration {
    /// The text of the tenant table in force, as the ledger keeps it.
    var tenantDocument: [UInt8] { tenants?.bytes ?? Configuration.noTenants }

    private static let noTenants = Array("subject,tenant\n".utf8)
}
