/// Where the files of an archive lie.
struct ArchiveDirectory: Sendable {
    let path: String
    var disk: any Disk = LocalDisk()

    /// Makes it where it is missing, durable.
    func create() throws(LedgerError) {
        let making = LedgerDirectory(path: path, disk: disk)
        try making.makeDirectory(path)
        // Who made it, or a file in it, may have been killed before the name was durable.
        for directory in [making.parent(of: path), path] { try disk.syncDirectory(directory) }
    }

    /// A file's name: its number, 20 digits.
    static func name(_ number: UInt64) -> String {
        LedgerDirectory.number(number) + ".archive"
    }

    func path(of number: UInt64) -> String { path + "/" + ArchiveDirectory.name(number) }

    /// The numbers of the files, ascending.
    func numbers() throws(LedgerError) -> [UInt64] {
        try disk.names(in: path).compactMap { name in
            guard name.hasSuffix(".archive"), let number = UInt64(name.dropLast(8)),
                ArchiveDirectory.name(number) == name
            else { return nil }
            return number
        }.sorted()
    }

    /// What a file's header says; `nil` where it is not whole.
    func header(of number: UInt64) throws(LedgerError) -> ArchiveFileHeader? {
        let bytes = try disk.open(path(of: number), .reading).read(at: 0, count: ArchiveFileHeader.size)
        return try? ArchiveFileHeader.decode(bytes)
    }
}
