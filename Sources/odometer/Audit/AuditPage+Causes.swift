import Pipeline

extension AuditPage {
    /// In the order of the page: what to see to first.
    static let causes: [AuditDifference.Cause] = [
        .ledgerAltered, .sourceChanged, .sourceGone, .codeDiffers, .mappingChanged,
    ]

    /// For links within the page.
    func id(_ cause: AuditDifference.Cause) -> String {
        cause.rawValue.replacing(" ", with: "-")
    }

    func title(_ cause: AuditDifference.Cause) -> String {
        cause.rawValue.prefix(1).uppercased() + cause.rawValue.dropFirst()
    }

    /// What it means, and what to do, as markup.
    func meaning(_ cause: AuditDifference.Cause) -> String {
        switch cause {
        case .sourceChanged:
            "The files or objects that these commits were made from hold other bytes today than when they were counted; find out"
                + " who changed them, and put the originals back from a copy. The ledger still holds the numbers of then."
        case .sourceGone:
            "The files or objects that these commits were made from are not there any more, so their numbers cannot be made"
                + " again; bring them back from the archive, and audit again. The ledger still holds the numbers of then."
        case .ledgerAltered:
            "The ledger itself is not what was written, by a fault of the disk or by a hand; do not bill from it, keep it as it"
                + " is for the inquiry, and go on from a copy that <code>odometer ledger verify</code> finds sound."
        case .mappingChanged:
            "The tenant table of today gives this usage to other tenants than the table in force when it was counted; if the"
                + " new table is right, <code>odometer tenants reassign</code> moves the usage, otherwise mend the table."
        case .codeDiffers:
            "Sources and tables are those of then and yet come to other numbers: this version of the program counts otherwise,"
                + " or someone rewrote the ledger with all its hashes. Audit with the version that made the commits, and hold"
                + " the ledger to a checkpoint that was given away."
        }
    }
}
