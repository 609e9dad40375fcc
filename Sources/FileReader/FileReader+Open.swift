import Compression
import RecordCutting
import UsageModel

// Opening a file for its turn, and making sure that it is what it seems to be.
extension FileReader {
    /// Opens a visited file. `nil` when there is nothing to read in it for now.
    mutating func begin(_ visit: FileVisit) throws(ContentsError) -> FileTurn? {
        // What `lag()` found to wait is not this visit's.
        isPostponed = false
        guard let (index, contents, status) = try resolve(visit), var contents else {
            if isPostponed { visits.insert(visit, at: 0) }
            return nil
        }
        contents.refresh(size: status.size)
        let partition = Partition(source: source, id: partitions[index].id, descriptor: [])
        return try selected(
            FileTurn(index: index, visit: visit, partition: partition, contents: contents, status: status))
    }

    /// A partition, with its contents where there may be something to read.
    typealias Resolved = (index: Int, contents: (any FileContents)?, status: FileStatus)

    /// Tells for certain which partition a visited file is. `nil` when it cannot be told yet.
    mutating func resolve(_ visit: FileVisit) throws(ContentsError) -> Resolved? {
        guard let entry = visit.entry else { return try resolveDraining(visit) }
        guard let file = try opened(entry, visit.candidate) else { return nil }
        let status: FileStatus
        do throws(FileError) { status = try file.status() } catch { throw .file(error) }
        // Something else took the path since the scan: the next one will see it.
        guard status.identity == entry.status.identity, status.kind == .regular else { return nil }
        let known = latest[entry.path.relative(to: base)].flatMap { partitions[$0].position > 0 ? $0 : nil }
        for index in [visit.candidate, known == visit.candidate ? nil : known] {
            guard let index, index == visit.candidate || present[index] == nil else { continue }
            if let resolved = try recognise(index, file, status, entry) { return resolved }
            if index == visit.candidate {
                open.remove(index)
                present[index] = nil
                if partitions[index].descriptor.identity == status.identity, partitions[index].position > 0 {
                    partitions[index].wasCut = true
                }
            }
        }
        return try discover(file, status, entry)
    }

    private mutating func resolveDraining(_ visit: FileVisit) throws(ContentsError) -> Resolved? {
        guard let index = visit.candidate, let contents = open[index] else { return nil }
        do throws(FileError) { return (index, contents, try contents.file.status()) } catch { throw .file(error) }
    }

    /// `nil` where the file has gone since the scan, as files of a rotation do.
    private mutating func opened(_ entry: FileTree.Entry, _ candidate: Int?) throws(ContentsError) -> FileHandle? {
        if let candidate, partitions[candidate].descriptor.identity == entry.status.identity,
            let contents = open[candidate]
        {
            return contents.file
        }
        while true {
            do throws(FileError) { return try FileHandle.ifThere(entry.path) } catch {
                // Where there are no more handles, one that was kept makes room.
                guard error.isOutOfHandles, open.closeOldest() else { throw .file(error) }
            }
        }
    }

    /// The contents of a file at a partition's position, if it is the partition's.
    private mutating func recognise(
        _ index: Int, _ file: FileHandle, _ status: FileStatus, _ entry: FileTree.Entry
    ) throws(ContentsError) -> Resolved? {
        guard partitions[index].admits(size: status.size) else { return nil }
        let contents: (any FileContents)?
        if partitions[index].position == 0, partitions[index].oversized == nil, !partitions[index].descriptor.isComplete
        {
            guard let kind = try kind(of: file) else { return nil }
            // It may have become a copy, or be another file with its inode.
            guard case .none = try relation(of: file, kind.compression, status, from: entry.path.originals)
            else { return nil }
            partitions[index].descriptor = FileDescriptor(
                identity: status.identity, kind: kind.compression, contents: .start,
                input: kind.compression == nil ? nil : .start, path: entry.path.relative(to: base))
            partitions[index].recent = []
            partitions[index].head = []
            partitions[index].header = nil
            contents = try fresh(file, kind.compression, status)
        } else if let guardOfInput = partitions[index].descriptor.input {
            guard try matches(guardOfInput, file) != nil else { return nil }
            guard let reopened = try resumeCompressed(index, file, status) else { return nil }
            contents = reopened.contents
        } else {
            guard let recent = try matches(partitions[index].descriptor.contents, file),
                let head = try head(of: file, fits: partitions[index])
            else { return nil }
            partitions[index].recent = recent
            partitions[index].head = head
            if let line = partitions[index].oversized, status.size < partitions[index].position + line.count {
                partitions[index].oversized = nil
            }
            contents = PlainContents(file, size: status.size)
        }
        setPath(of: index, entry.path)
        partitions[index].descriptor.identity = status.identity
        partitions[index].descriptor.path = entry.path.relative(to: base)
        byIdentity[status.identity] = index
        present[index] = status
        return (index, contents, status)
    }

    /// The first bytes of a plain file as far as a partition has read them; `nil` when they are others than these.
    func head(of file: FileHandle, fits partition: FilePartition) throws(ContentsError) -> [UInt8]? {
        do throws(FileError) {
            let head = try file.bytes(at: 0, count: Int(min(UInt64(FileBeginning.reach), partition.position)))
            return partition.descriptor.beginning?.matches(head) ?? true ? head : nil
        } catch { throw .file(error) }
    }

    func matches(_ expected: PositionGuard, _ file: FileHandle) throws(ContentsError) -> [UInt8]? {
        do throws(FileError) { return try expected.recent(in: file) } catch { throw .file(error) }
    }

    /// The contents of a file from its beginning.
    func fresh(
        _ file: FileHandle, _ kind: CompressionKind?, _ status: FileStatus
    ) throws(ContentsError) -> any FileContents {
        guard let kind else { return PlainContents(file, size: status.size) }
        return try CompressedContents(file, kind: kind, size: status.size)
    }

    /// Goes on where the decompressor stands, or decompresses anew up to the position. `nil` for other contents; no
    /// contents where all of the file was read.
    private mutating func resumeCompressed(
        _ index: Int, _ file: FileHandle, _ status: FileStatus
    ) throws(ContentsError) -> (contents: (any FileContents)?, Void)? {
        let partition = partitions[index]
        if let kept = open[index], kept.file === file,
            kept.canRead(at: partition.position + (partition.oversized?.count ?? 0))
        {
            return (kept, ())
        }
        if partition.descriptor.isComplete, partition.descriptor.input?.offset == status.size {
            settle(index, status)
            return (nil, ())
        }
        guard let kind = partition.descriptor.kind else { return nil }
        partitions[index].oversized = nil
        let contents = try CompressedContents(file, kind: kind, size: status.size)
        guard let (recent, head) = try contents.skip(to: partition.position),
            partition.descriptor.contents.matches(recent), partition.descriptor.beginning?.matches(head) ?? true
        else { return nil }
        partitions[index].recent = recent
        partitions[index].head = head
        return (contents, ())
    }

    /// A file that is seen for the first time. `nil` while its first bytes do not tell what it is.
    private mutating func discover(
        _ file: FileHandle, _ status: FileStatus, _ entry: FileTree.Entry
    ) throws(ContentsError) -> Resolved? {
        guard let kind = try kind(of: file) else { return refuse(entry) }
        if kind.compression != nil, copies[entry.path] != nil, file.hasWriter == true {
            // A copy that is being made has to be decompressed from its beginning to be told from another file.
            return refuse(entry)
        }
        copies[entry.path] = nil
        let originals = entry.path.originals
        if try isCopyOfUnread(file, kind.compression, status, from: originals) {
            isPostponed = true
            return nil
        }
        switch try relation(of: file, kind.compression, status, from: originals) {
        case .none: break
        case .copy(let original):
            copies[entry.path] = original
            return refuse(entry)
        case .spent: return refuse(entry)
        case .incomplete:
            try refuseUnfinished(file, kind.compression, status)
            return refuse(entry)
        case .successor(let index, let succession):
            try move(index, to: entry, succession)
            present[index] = status
            return (index, succession.contents, status)
        }
        let index = addFirstSeen(entry, status, kind.compression)
        present[index] = status
        return (index, try fresh(file, kind.compression, status), status)
    }

    /// Leaves a file alone until it changes.
    private mutating func refuse(_ entry: FileTree.Entry) -> Resolved? {
        refused[entry.path] = entry.status
        return nil
    }

    private mutating func addFirstSeen(
        _ entry: FileTree.Entry, _ status: FileStatus, _ kind: CompressionKind?
    ) -> Int {
        let firstPath = entry.path.relative(to: base)
        let last = latest[firstPath]
        // Where nothing was read of the one before, there is no generation to be told from.
        let isUnread = last.map { partitions[$0].position == 0 && present[$0] == nil } ?? false
        let generation = last.map { partitions[$0].generation + (isUnread ? 0 : 1) } ?? 0
        let partition = FilePartition(
            firstPath: firstPath, generation: generation, path: entry.path, status: status, kind: kind)
        guard isUnread, let last else { return add(partition) }
        open.remove(last)
        forgetIdentity(of: last)
        partitions[last] = partition
        byIdentity[status.identity] = last
        return last
    }

    /// The format of a file; `nil` while there are too few bytes to tell.
    private func kind(of file: FileHandle) throws(ContentsError) -> (compression: CompressionKind?, Void)? {
        let prefix: [UInt8]
        do throws(FileError) {
            prefix = try file.bytes(at: 0, count: CompressionKind.prefixCount)
        } catch { throw .file(error) }
        switch CompressionKind.detect(prefix.span) {
        case .compressed(let kind): return (kind, ())
        case .plain: return (nil, ())
        case .undecided: return ends == .archive && !prefix.isEmpty ? (nil, ()) : nil
        }
    }

    /// Notes that a partition has nothing more to read while its file stays as it is.
    mutating func settle(_ index: Int, _ status: FileStatus) {
        partitions[index].settled = FilePartition.Settled(
            size: status.size, changed: status.changed, isClosed: partitions[index].isClosed)
    }

    /// Ends a turn. Returns the error that ended it, if any.
    mutating func finish(_ turn: FileTurn) -> SourceError? {
        // A disk that failed may not fail again, and of a deleted file there is nothing but the handle.
        let isFailedRead = if case .file? = turn.failure { true } else { false }
        if turn.isPaused {
            var visit = turn.visit
            visit.candidate = turn.index
            paused.append(visit)
        } else if !isFailedRead {
            settle(turn.index, turn.status)
        }
        let isEnded = if case .ended = turn.contents.ending { true } else { false }
        if turn.failure == nil || isFailedRead, turn.isPaused || ends == .live && !isEnded {
            open.keep(
                turn.contents, of: turn.index, isPaused: turn.isPaused, isGone: turn.visit.entry == nil,
                maximum: options.maximumOpenFiles)
        } else {
            open.remove(turn.index)
        }
        return turn.failure.map { SourceError(source: source, message: $0.description) }
    }
}
