import Synchronization

/// Segments as files of a directory on one disk.
///
/// The end of the file that is being written is filled with zeros ahead of the frames: a frame that falls into them
/// changes neither the file's size nor its place on the disk, so that its `fdatasync` writes the frame and nothing else.
final class DirectoryStore: SegmentStore {
    /// How far ahead zeros are written. A frame that is larger is worth a change of the file's size by itself.
    static let room = 64 << 10

    private struct Writing {
        var segment: String
        var file: any DiskFile
        /// Where the zeros end.
        var size: UInt64
    }

    private let directory: LedgerDirectory
    private let writing = Mutex<Writing?>(nil)

    init(_ directory: LedgerDirectory) {
        self.directory = directory
    }

    func list() throws(LedgerError) -> [String] { try directory.segmentNames() }

    func open(_ segment: String) throws(LedgerError) -> any StoredBytes {
        try directory.disk.open(path(segment), .reading)
    }

    func settle() throws(LedgerError) {
        // Only the last one can have been written without a sync: it was ended with one.
        if let last = try list().last { try directory.disk.open(path(last), .writing).sync() }
        try directory.disk.syncDirectory(directory.segments)
    }

    func epoch() throws(LedgerError) -> UInt64 {
        guard let text = try directory.contents(of: directory.epoch) else { return 0 }
        guard text.last == 0x0A, let epoch = UInt64(String(decoding: text.dropLast(), as: UTF8.self)) else {
            throw .damaged(
                segment: "epoch", offset: 0, message: "it does not hold a number and a line feed",
                advice: "delete it while nothing writes to the ledger; it is made again")
        }
        return epoch
    }

    func fence(_ epoch: UInt64) throws(LedgerError) {
        let newest = try self.epoch()
        guard epoch > newest else { throw .fenced(epoch: epoch, by: newest) }
        try directory.createAtomically("epoch", in: directory.path, bytes: Array("\(epoch)\n".utf8))
    }

    func create(_ segment: String, beginning: [UInt8], epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        let bytes = beginning + [UInt8](repeating: 0, count: DirectoryStore.room)
        try directory.createAtomically(segment, in: directory.segments, bytes: bytes)
    }

    func append(_ bytes: [UInt8], to segment: String, at offset: UInt64, epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        var writing = try writingFile(segment)
        let end = offset + UInt64(bytes.count)
        if end <= writing.size {
            try writing.file.write(bytes, at: offset)
        } else {
            let room = bytes.count < DirectoryStore.room ? DirectoryStore.room : 0
            try writing.file.write(room == 0 ? bytes : bytes + [UInt8](repeating: 0, count: room), at: offset)
            writing.size = end + UInt64(room)
        }
        try writing.file.syncData()
        self.writing.withLock { [writing] in $0 = writing }
    }

    func seal(_ segment: String, at size: UInt64, epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        let file = try writingFile(segment).file
        writing.withLock { $0 = nil }
        try file.truncate(to: size)
        try file.sync()
    }

    func cut(_ segment: String, at offset: UInt64, keeping bytes: [UInt8], epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        let name = "torn-\(segment)-\(offset)"
        var copy = name
        var number = 1
        while let kept = try directory.contents(of: directory.quarantine + "/" + copy), kept != bytes {
            number += 1
            copy = "\(name)-\(number)"
        }
        try directory.createAtomically(copy, in: directory.quarantine, bytes: bytes)
        try seal(segment, at: offset, epoch: epoch)
    }

    private func path(_ segment: String) -> String { directory.segments + "/" + segment }

    private func writingFile(_ segment: String) throws(LedgerError) -> Writing {
        let open = writing.withLock { $0 }
        if let open, open.segment == segment { return open }
        let file = try directory.disk.open(path(segment), .writing)
        return Writing(segment: segment, file: file, size: try file.size())
    }

    /// The lock keeps a second writer out, but a lock can be deleted by hand, or not hold on a network's file system.
    private func check(_ epoch: UInt64) throws(LedgerError) {
        let newest = try self.epoch()
        guard epoch >= newest else { throw .fenced(epoch: epoch, by: newest) }
    }
}
