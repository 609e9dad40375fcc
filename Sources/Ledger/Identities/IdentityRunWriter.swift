import UsageModel

/// Writes a run from front to back, and its filter on the way. Nobody knows the file before a manifest names it.
struct IdentityRunWriter: Sendable {
    /// Blocks that are written at once.
    private static let chunk = 1_024

    private let place: LedgerDirectory
    private let file: any DiskFile
    private var header: IdentityRunHeader
    private var directory = IdentityDirectory()
    private var filter: IdentityFilterBuilder
    private var bytes = [UInt8](repeating: 0, count: chunk * IdentityBlock.size)
    /// Blocks of the file that were written before those in `bytes`.
    private var written = 0
    /// Events in `bytes`.
    private var pending = 0
    /// Events of the hour that is being written.
    private var hour: (hour: Int32, count: Int)?
    private var filteredHours = 0

    /// - Parameters:
    ///   - filter: a builder of that shape that has counted all events from `filterFrom` on.
    init(
        number: UInt64, ledger: LedgerID, in place: LedgerDirectory, filter: IdentityFilterBuilder,
        shape: IdentityFilter.Shape, filterFrom: Int32
    ) throws(LedgerError) {
        self.place = place
        self.filter = filter
        self.filter.beginFilling()
        header = IdentityRunHeader(
            ledger: ledger, number: number, entries: 0, hours: 0, filter: shape, filterFrom: filterFrom)
        file = try place.disk.open(place.identities + "/" + IdentityRun.name(number), .creating())
    }

    /// Adds the next event in the order of hour and identity.
    @inline(__always)
    mutating func append(_ identity: Digest128, _ content: UInt64, hour: Int32) throws(LedgerError) {
        if self.hour?.hour != hour { begin(hour) }
        self.hour?.count += 1
        IdentityBlock.put(identity, content, at: pending, in: &bytes)
        if hour >= header.filterFrom { filter.insert(identity, hour: filteredHours - 1) }
        pending += 1
        if pending == IdentityRunWriter.chunk * IdentityBlock.capacity { try writeBlocks() }
    }

    /// Writes the rest, durably; the name is durable too.
    mutating func finish() throws(LedgerError) -> IdentityRun {
        if let hour { directory.append(hour.hour, count: hour.count) }
        if pending > 0 { try writeBlocks() }
        header.entries = UInt32(directory.entries)
        header.hours = UInt32(directory.hours.count)
        let hours = directory.encoded()
        header.directoryChecksum = CRC32C.checksum(hours)
        try file.write(hours, at: header.directoryOffset)
        let filter = filter.finish()
        if let filter {
            header.filterChecksum = CRC32C.checksum(filter.bytes)
            try file.write(filter.bytes, at: header.filterOffset)
        }
        try file.write(header.encoded(), at: 0)
        try file.sync()
        try place.disk.syncDirectory(place.identities)
        return IdentityRun(header: header, directory: directory, filter: filter, file: file)
    }

    private mutating func begin(_ next: Int32) {
        if let hour {
            precondition(hour.hour < next, "hours are in order")
            directory.append(hour.hour, count: hour.count)
        }
        hour = (next, 0)
        if next >= header.filterFrom { filteredHours += 1 }
    }

    private mutating func writeBlocks() throws(LedgerError) {
        let blocks = IdentityBlock.count(ofEvents: pending)
        let end = blocks * IdentityBlock.size
        // What the last block does not fill is zero.
        let last = pending - (blocks - 1) * IdentityBlock.capacity
        let filled = end - IdentityBlock.size + last * IdentityBlock.entrySize
        for index in filled..<end { bytes[index] = 0 }
        for block in 0..<blocks {
            IdentityBlock.seal(
                &bytes, at: block * IdentityBlock.size, number: written + block, of: header.number)
        }
        try file.write(
            end == bytes.count ? bytes : Array(bytes[..<end]),
            at: UInt64(IdentityRunHeader.size + written * IdentityBlock.size))
        written += blocks
        pending = 0
    }
}
