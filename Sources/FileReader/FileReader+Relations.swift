import Compression
import RecordCutting
import UsageModel

// Recognising what was read before in another file, where a rotation has compressed or copied it.
extension FileReader {
    /// What a file that is met for the first time is to the partitions that are known.
    enum Relation {
        case none
        /// It holds what a partition holds whose file is still there, and nothing more: a copy that is being made, or that the
        /// rotation will leave behind when it cuts or deletes the other file. It waits.
        case copy(of: Int)
        /// It begins as a partition did, and is a compressed stream that has not come as far yet. It waits until it grows.
        case incomplete
        /// It holds nothing but a beginning of what was read of a partition whose file was cut where it lies: a copy that was
        /// made before the last lines were written, which were read before the cut. Nothing of it is read again.
        case spent
        /// It goes on where a partition was left whose file is gone: what was read of it is not read again.
        case successor(of: Int, Succession)
    }

    /// A file's contents at a partition's position, and what it has read of them.
    struct Succession {
        var contents: any FileContents
        var recent: [UInt8]
        var head: [UInt8]
    }

    /// Tells it by the names (`app.log`, `app.log.1`, `app-2026-11-26.log.gz`) and by the contents: the first 1,024 bytes
    /// and the last 64 before the partition's position, or before the file's end.
    ///
    /// Names alone would take a new file for an old one. Contents alone would take the logs of two hosts for one that
    /// begin alike.
    /// - Parameter originals: the paths that a rotation could have brought it from.
    /// - Complexity: a compressed file that begins like a partition with such a name is decompressed once.
    func relation(
        of file: FileHandle, _ kind: CompressionKind?, _ status: FileStatus, from originals: [ByteString]
    ) throws(ContentsError) -> Relation {
        let related = partitions(at: originals, otherThan: status.identity)
        if related.isEmpty, kind == nil { return .none }
        let (head, isUnfinished) = try beginning(of: file, kind, status)
        let count = head.count
        if count == 0, isUnfinished { return .incomplete }
        for index in related {
            let beginning = partitions[index].descriptor.beginning
            let isLongEnough = beginning?.count ?? 0 <= count
            if isLongEnough, let beginning, !beginning.matches(head) { continue }
            if !isLongEnough, isUnfinished { return .incomplete }
            if try isThere(index) {
                if try isCopy(file, head, kind, status, of: index) { return .copy(of: index) }
            } else if beginning != nil, let relation = try succession(file, head, kind, status, of: index) {
                return relation
            }
        }
        return .none
    }

    /// The first bytes of a file's contents, and whether they are few because its stream has not come further yet.
    private func beginning(
        of file: FileHandle, _ kind: CompressionKind?, _ status: FileStatus
    ) throws(ContentsError) -> (head: [UInt8], isUnfinished: Bool) {
        var contents = try fresh(file, kind, status)
        var head = [UInt8](repeating: 0, count: FileBeginning.reach)
        let count = unsafe head.withUnsafeMutableBufferPointer { unsafe contents.read(at: 0, into: $0).count }
        head.removeLast(FileBeginning.reach - count)
        if count < FileBeginning.reach, case .inside = contents.ending { return (head, true) }
        return (head, false)
    }

    /// Whether a file that this pass has not come to yet begins as this one does, and could be its original: that has to
    /// be read first, so that this one is known for a copy.
    func isCopyOfUnread(
        _ file: FileHandle, _ kind: CompressionKind?, _ status: FileStatus, from originals: [ByteString]
    ) throws(ContentsError) -> Bool {
        let originals = originals.filter(unvisited.contains)
        if originals.isEmpty { return false }
        let (head, _) = try beginning(of: file, kind, status)
        for path in originals {
            do throws(FileError) {
                guard let original = try FileHandle.ifThere(path) else { continue }
                let first = try original.bytes(at: 0, count: head.count)
                if !first.isEmpty, head.starts(with: first) { return true }
            } catch {
                // What is wrong with it is told by its own visit, which comes first.
                if !error.isOutOfHandles { return true }
                throw .file(error)
            }
        }
        return false
    }

    /// Partitions that were at one of these paths and were read, or whose file, another than this one, may have an unfinished
    /// line; first those that were read furthest.
    private func partitions(at paths: [ByteString], otherThan identity: FileIdentity) -> [Int] {
        var found: Set<Int> = []
        for path in paths { found.formUnion(byPath[path] ?? []) }
        return found.filter { index in
            partitions[index].position > 0
                || open[index] != nil && partitions[index].descriptor.identity != identity
        }.sorted { left, right in
            partitions[left].position != partitions[right].position
                ? partitions[left].position > partitions[right].position : left < right
        }
    }

    /// Notes where a partition's file is now.
    mutating func setPath(of index: Int, _ path: ByteString) {
        if partitions[index].path == path { return }
        partitions[index].path = path
        notePath(path, of: index)
    }

    mutating func notePath(_ path: ByteString, of index: Int) {
        byPath[path, default: []].insert(index)
        if let unnumbered = path.unnumbered { byPath[unnumbered, default: []].insert(index) }
    }

    /// Whether a partition's own file is still there, or its open handle has something left. Since it was last looked for
    /// it may have been deleted, or cut and written anew.
    private func isThere(_ index: Int) throws(ContentsError) -> Bool {
        guard present[index] != nil || hasUnread(index) else { return false }
        return try isIntact(index) ?? false
    }

    /// Whether a partition's own file still holds what was read of it; `nil` where it is not there.
    private func isIntact(_ index: Int) throws(ContentsError) -> Bool? {
        guard let original = try original(index) else { return nil }
        return try matches(partitions[index].descriptor.stored, original) != nil
    }

    /// Whether a file holds a beginning of what a plain partition's file holds.
    private func isCopy(
        _ file: FileHandle, _ head: [UInt8], _ kind: CompressionKind?, _ status: FileStatus, of index: Int
    ) throws(ContentsError) -> Bool {
        guard partitions[index].descriptor.kind == nil, let original = try original(index) else { return false }
        let (end, recent) = try measure(file, kind, status)
        do throws(FileError) {
            guard try original.status().size >= end, try original.bytes(at: 0, count: head.count) == head
            else { return false }
            return try original.bytes(at: end - UInt64(recent.count), count: recent.count) == recent
        } catch { throw .file(error) }
    }

    /// A partition's own file, if it is still where it was. One that cannot be opened may be there: taken for gone, it would
    /// be read twice.
    private func original(_ index: Int) throws(ContentsError) -> FileHandle? {
        if let open = open[index] { return open.file }
        do throws(FileError) {
            guard let file = try FileHandle.ifThere(partitions[index].path),
                try file.status().identity == partitions[index].descriptor.identity
            else { return nil }
            return file
        } catch { throw .file(error) }
    }

    /// How long a file's contents are at present, and their last bytes.
    private func measure(
        _ file: FileHandle, _ kind: CompressionKind?, _ status: FileStatus
    ) throws(ContentsError) -> (end: UInt64, recent: [UInt8]) {
        guard let kind else {
            let count = PositionGuard.count(before: status.size)
            do throws(FileError) {
                return (status.size, try file.bytes(at: status.size - UInt64(count), count: count))
            } catch { throw .file(error) }
        }
        var recent: [UInt8] = []
        let end = unsafe try CompressedContents(file, kind: kind, size: status.size).walk(to: .max) {
            unsafe RecentBytes.advance(&recent, over: $0)
        }
        return (end, recent)
    }

    /// An archive does not grow: where it ends inside its stream, that is an error, and nothing is to be waited for.
    func refuseUnfinished(
        _ file: FileHandle, _ kind: CompressionKind?, _ status: FileStatus
    ) throws(ContentsError) {
        guard ends == .archive, let kind else { return }
        let contents = try CompressedContents(file, kind: kind, size: status.size)
        _ = unsafe try contents.walk(to: .max) { _ in }
        if case .inside(let error) = contents.ending { throw error }
    }

    /// What a file is to a partition whose file is gone, and that does not begin otherwise as far as is known.
    private func succession(
        _ file: FileHandle, _ head: [UInt8], _ kind: CompressionKind?, _ status: FileStatus, of index: Int
    ) throws(ContentsError) -> Relation? {
        let expected = partitions[index].descriptor.contents
        guard let kind else {
            if status.size < expected.offset { return try isSpent(head, status, of: index) ? .spent : nil }
            guard let recent = try matches(expected, file),
                let head = try self.head(of: file, fits: partitions[index])
            else { return nil }
            let contents = PlainContents(file, size: status.size)
            return .successor(of: index, Succession(contents: contents, recent: recent, head: head))
        }
        let contents = try CompressedContents(file, kind: kind, size: status.size)
        guard let (recent, head) = try contents.skip(to: expected.offset) else {
            if case .inside = contents.ending { return .incomplete }
            return try isSpent(head, status, of: index) ? .spent : nil
        }
        guard expected.matches(recent) else { return nil }
        return .successor(of: index, Succession(contents: contents, recent: recent, head: head))
    }

    /// Whether a file that is shorter than what was read of a partition is a copy of its beginning: the partition's file was cut
    /// where it lies, and the first 1,024 bytes are the same, or all of the copy where that is less, which only the process can
    /// tell that has them still.
    private func isSpent(_ head: [UInt8], _ status: FileStatus, of index: Int) throws(ContentsError) -> Bool {
        guard status.identity != partitions[index].descriptor.identity else { return false }
        if !partitions[index].wasCut, try isIntact(index) ?? true { return false }
        if head.count == FileBeginning.reach, let beginning = partitions[index].descriptor.beginning {
            return beginning.matches(head)
        }
        return partitions[index].head?.starts(with: head) ?? false
    }

    /// Forgets which file a partition was, unless that inode is another one's by now.
    mutating func forgetIdentity(of index: Int) {
        let identity = partitions[index].descriptor.identity
        if byIdentity[identity] == index { byIdentity[identity] = nil }
    }

    /// Lets a partition go on in another file.
    mutating func move(
        _ index: Int, to entry: FileTree.Entry, _ succession: Succession
    ) throws(ContentsError) {
        let old = partitions[index].descriptor
        open.remove(index)
        forgetIdentity(of: index)
        do throws(FileError) {
            partitions[index].descriptor = try succession.contents.descriptor(
                at: partitions[index].position, recent: succession.recent, identity: entry.status.identity,
                path: entry.path.relative(to: base))
        } catch { throw .file(error) }
        partitions[index].recent = succession.recent
        partitions[index].head = succession.head
        partitions[index].setBeginning(old.beginning)
        partitions[index].descriptor.ending = old.ending
        setPath(of: index, entry.path)
        partitions[index].oversized = nil
        partitions[index].settled = nil
        partitions[index].pendingBytes = 0
        partitions[index].still = nil
        partitions[index].isClosed = hasLeft(index, entry)
        partitions[index].isMoved = true
        byIdentity[entry.status.identity] = index
    }
}
