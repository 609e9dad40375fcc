import UsageModel

/// Writes blocks to the last file of an archive, begins a new one when it is full, and removes those that are too old.
///
/// What was written counts when `append` has returned. After a failed call nobody knows what the disk holds, so every later
/// one fails too.
struct ArchiveFiles: Sendable {
    /// A file is full when it has come to so many bytes. Blocks of one commit stay together.
    static let fileBytes: UInt64 = 64 << 20
    /// What is gathered before it is written.
    private static let writeBytes = 1 << 20

    private struct File {
        var number: UInt64
        /// `nil` where its header is broken.
        var begun: Timestamp?
        /// The time of its newest block, where that is known.
        var newest: Timestamp?
    }

    private struct Writing {
        var file: any DiskFile
        var size: UInt64
    }

    private let directory: ArchiveDirectory
    private let ledger: LedgerID
    private let keep: Duration?
    private let fileBytes: UInt64
    /// In their order; the last one is being written where something is.
    private var files: [File] = []
    private var writing: Writing?
    private var poison: LedgerError?

    /// Goes on in the last file where that is whole, so that many short runs do not leave as many files; else a new one is
    /// begun, and what a crash left stays as it is.
    /// - Throws: ``LedgerError/foreignArchive(path:)`` where another ledger's records lie there.
    init(
        _ directory: ArchiveDirectory, of ledger: LedgerID, keep: Duration?, fileBytes: UInt64 = ArchiveFiles.fileBytes
    ) throws(LedgerError) {
        (self.directory, self.ledger, self.keep, self.fileBytes) = (directory, ledger, keep, fileBytes)
        try directory.create()
        for number in try directory.numbers() {
            let header = try directory.header(of: number)
            if let header, header.ledger != ledger { throw .foreignArchive(path: directory.path) }
            files.append(File(number: number, begun: header?.begun))
        }
        guard let last = files.indices.last else { return }
        let file = try directory.disk.open(directory.path(of: files[last].number), .writing)
        let scan = try ArchiveFiles.scanned(file, of: ledger)
        files[last].newest = scan.newest
        if scan.header != nil, scan.faults.isEmpty { writing = Writing(file: file, size: scan.size) }
    }

    private static func scanned(_ file: any StoredBytes, of ledger: LedgerID) throws(LedgerError) -> ArchiveScan {
        var scan = try ArchiveScan(file, of: ledger)
        while try scan.next() != nil {}
        return scan
    }

    /// Writes the blocks of a commit. When it returns they are durable; without blocks nothing happens.
    mutating func append(_ blocks: [ArchiveBlock], at time: Timestamp) throws(LedgerError) {
        if let poison { throw .poisoned(cause: poison.description) }
        if blocks.isEmpty { return }
        do throws(LedgerError) {
            try write(blocks, at: time)
        } catch {
            poison = error
            throw error
        }
    }

    private mutating func write(_ blocks: [ArchiveBlock], at time: Timestamp) throws(LedgerError) {
        if let size = writing?.size, size >= fileBytes { writing = nil }
        var gathered: [UInt8] = []
        let isNew = writing == nil
        if isNew { gathered = try begin(at: time) }
        guard var current = writing else { return }
        for block in blocks {
            gathered += block.beginning(at: time, in: ledger)
            gathered += block.stored
            if gathered.count >= ArchiveFiles.writeBytes { try ArchiveFiles.write(&gathered, to: &current) }
        }
        try ArchiveFiles.write(&gathered, to: &current)
        writing = current
        if isNew {
            try current.file.sync()
            try directory.disk.syncDirectory(directory.path)
        } else {
            try current.file.syncData()
        }
        let last = files.count - 1
        files[last].newest = max(files[last].newest ?? time, time)
    }

    private static func write(_ bytes: inout [UInt8], to current: inout Writing) throws(LedgerError) {
        if bytes.isEmpty { return }
        try current.file.write(bytes, at: current.size)
        current.size += UInt64(bytes.count)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Makes the next file.
    /// - Returns: its header, to be written in front of its first block.
    private mutating func begin(at time: Timestamp) throws(LedgerError) -> [UInt8] {
        let number = (files.last?.number ?? 0) + 1
        let file = try directory.disk.open(directory.path(of: number), .creating())
        writing = Writing(file: file, size: 0)
        files.append(File(number: number, begun: time))
        return ArchiveFileHeader(ledger: ledger, number: number, begun: time).encoded()
    }

    /// Removes the files whose newest block is older than what is kept; never the last one.
    mutating func removeExpired(at time: Timestamp) throws(LedgerError) {
        guard let keep else { return }
        let limit = time.adding(.zero - keep)
        while files.count > 1, try isExpired(before: limit) {
            try directory.disk.remove(directory.path(of: files[0].number))
            files.removeFirst()
        }
    }

    /// Whether all of the first file is older. Its blocks are looked at only where its own beginning and that of the next file
    /// do not decide, so at most once.
    private mutating func isExpired(before limit: Timestamp) throws(LedgerError) -> Bool {
        if let newest = files[0].newest { return newest < limit }
        if let next = files[1].begun, next < limit { return true }
        if let begun = files[0].begun, begun >= limit { return false }
        let file = try directory.disk.open(directory.path(of: files[0].number), .reading)
        // A file without a block has nothing to keep.
        let newest = try ArchiveFiles.scanned(file, of: ledger).newest ?? Timestamp(nanoseconds: .min)
        files[0].newest = newest
        return newest < limit
    }
}
