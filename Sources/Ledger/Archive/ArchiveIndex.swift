import UsageModel

/// Where the blocks of an archive are, and what of it is none: below 100 bytes a block.
struct ArchiveIndex: Sendable {
    struct Place: Sendable, Hashable {
        var file: UInt64
        var offset: UInt64
    }

    private let path: String
    private var places: [Digest128: Place] = [:]
    /// Bytes that are none of a block, in the order of the files.
    private(set) var faults: [(file: UInt64, fault: ArchiveScan.Fault)] = []

    /// - Complexity: the blocks, one read each.
    init(_ directory: ArchiveDirectory, of ledger: LedgerID) throws(LedgerError) {
        path = directory.path
        for number in try directory.numbers() { try take(number, directory, ledger) }
    }

    private mutating func take(
        _ number: UInt64, _ directory: ArchiveDirectory, _ ledger: LedgerID
    ) throws(LedgerError) {
        let file: any DiskFile
        do throws(LedgerError) {
            file = try directory.disk.open(directory.path(of: number), .reading)
        } catch {
            // The writer may have removed it since the names were read.
            if !directory.disk.exists(directory.path(of: number)) { return }
            throw error
        }
        var scan = try ArchiveScan(file, of: ledger)
        // What comes later replaces what was left by a commit that never was.
        while let block = try scan.next() {
            places[ArchiveKey.digest(block.key)] = Place(file: number, offset: block.offset)
        }
        faults += scan.faults.map { (number, $0) }
    }

    /// Where the newest block of a range is; `nil` without one.
    func place(of key: [UInt8]) -> Place? { places[ArchiveKey.digest(key)] }

    /// Why a range is not there, as far as that is known.
    var whyNot: String {
        if places.isEmpty, faults.isEmpty { return "there is nothing in the archive \(path)" }
        let missing = "the archive \(path) does not have it: it was begun later, or is kept shorter"
        guard let (file, fault) = faults.first else { return missing }
        let end = fault.end.map { " to \($0)" } ?? " on"
        return missing + ", or is broken there: \(ArchiveDirectory.name(file)) from byte \(fault.offset)\(end):"
            + " \(fault.message)" + (faults.count > 1 ? "; and at \(faults.count - 1) more places" : "")
    }
}
