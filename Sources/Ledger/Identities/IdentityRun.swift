import UsageModel

/// One file of identities, open: events sorted by hour and identity, in blocks that prove themselves.
///
/// Its directory is in memory, and its filter as long as some of its hours are within the horizon.
final class IdentityRun: Sendable {
    let header: IdentityRunHeader
    let directory: IdentityDirectory
    let filter: IdentityFilter?
    let file: any StoredBytes

    var name: String { IdentityRun.name(header.number) }
    var entries: Int { Int(header.entries) }
    /// What its filter takes of the memory.
    var filterBytes: Int { filter?.bytes.count ?? 0 }
    var lastHour: Int32 { directory.hours.last ?? .min }

    init(header: IdentityRunHeader, directory: IdentityDirectory, filter: IdentityFilter?, file: any StoredBytes) {
        self.header = header
        self.directory = directory
        self.filter = filter
        self.file = file
    }

    /// A run's file name: its number, 20 digits.
    static func name(_ number: UInt64) -> String {
        LedgerDirectory.number(number) + ".run"
    }

    /// Opens a run and checks all of it but for the blocks, each of which is checked when it is read.
    ///
    /// - Parameter firstHour: where the horizon begins; the filter is read only if the run reaches into it.
    /// - Returns: `nil` when it is not the run of that checksum, whole.
    static func open(
        _ number: UInt64, checksum: UInt32, of ledger: LedgerID, in place: LedgerDirectory, firstHour: Int32
    ) throws(LedgerError) -> IdentityRun? {
        let path = place.identities + "/" + name(number)
        guard place.disk.exists(path) else { return nil }
        let file = try place.disk.open(path, .reading)
        let bytes = try file.read(at: 0, count: IdentityRunHeader.size)
        guard let header = try? IdentityRunHeader.decode(bytes), header.checksum == checksum,
            header.number == number, header.ledger == ledger, try file.size() == header.fileSize
        else { return nil }
        let hours = try file.read(
            at: header.directoryOffset, count: Int(header.hours) * IdentityDirectory.entrySize)
        guard CRC32C.checksum(hours) == header.directoryChecksum,
            let directory = try? IdentityDirectory.decode(hours, entries: Int(header.entries))
        else { return nil }
        var filter: IdentityFilter?
        if header.filter.entries > 0, directory.hours.last ?? .min >= firstHour {
            let bytes = try file.read(at: header.filterOffset, count: header.filter.byteCount)
            guard bytes.count == header.filter.byteCount, CRC32C.checksum(bytes) == header.filterChecksum else {
                return nil
            }
            filter = IdentityFilter(header.filter, bytes)
        }
        return IdentityRun(header: header, directory: directory, filter: filter, file: file)
    }

    /// The same run without its filter, when all of its hours are beyond the horizon.
    func trimmed(to firstHour: Int32) -> IdentityRun {
        guard filter != nil, lastHour < firstHour else { return self }
        return IdentityRun(header: header, directory: directory, filter: nil, file: file)
    }

    /// Whether its filter knows every event from an hour on.
    func isFiltered(from firstHour: Int32) -> Bool {
        if lastHour < firstHour { return true }
        return directory.index(from: firstHour) >= directory.index(from: header.filterFrom) && filter != nil
    }

    /// What a reader of it says that finds something else than was written.
    func damage(_ block: Int) -> LedgerError {
        .damaged(
            segment: "identities/" + name, offset: UInt64(IdentityRunHeader.size + block * IdentityBlock.size),
            message: "a block is not as it was written",
            advice: "run again: what is in identities/ is made again from the segments")
    }
}
