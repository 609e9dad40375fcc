import UsageModel

// Finding the files and telling which partition each is.
extension FileReader {
    /// How long a file that has left the patterns is kept open when it does not grow and nobody is known to write to it.
    private static let keptWhenGone = Duration.seconds(60)
    /// How long a renamed file's last line is waited for where the system does not tell whether somebody writes to it.
    static let waitForWriter = Duration.seconds(5)
    /// Looks that stand for such a time where there is no clock.
    private static let looksWithoutClock = 16

    /// Readable when something has changed in a directory of the patterns; `nil` without a schedule.
    public var readiness: CInt? { tree.watch?.descriptor }

    /// Looks at what has changed, or at everything when it is time.
    mutating func look() {
        guard let schedule else { return scan() }
        // Where nothing tells of changes there may always be one.
        var isHinted = true
        if let watch = tree.watch {
            let told = watch.changes()
            needsFullScan = needsFullScan || told.isEverything
            plan(told.files)
            isHinted = needsFullScan || watch.isIncomplete
        }
        guard schedule.isDue(isHinted: isHinted) else { return }
        needsFullScan = false
        let start = schedule.now()
        scan()
        self.schedule?.end(from: start)
    }

    /// Plans what has changed, and behind it the rest of what was paused.
    mutating func resumePaused() {
        look()
        let planned = Set(visits.map(\.candidate))
        visits.insert(contentsOf: paused.reversed().filter { !planned.contains($0.candidate) }, at: 0)
        paused = []
    }

    /// Makes the list of visits of the files that have changed, as far as they are known.
    private mutating func plan(_ paths: Set<ByteString>) {
        visits = []
        var waiting: [FileTree.Entry] = []
        for path in paths where tree.includes(path) {
            if let entry = known(path), let index = byIdentity[entry.status.identity] {
                plan(entry, index, [])
            } else if refused[path] != nil, let status = try? FileStatus.of(path) {
                waiting.append(FileTree.Entry(path: path, status: status))
            } else {
                needsFullScan = true
            }
        }
        // What they are is told beside all other files: one that is new may be the original.
        if !needsFullScan { for entry in waiting { plan(entry, nil, []) } }
        sortVisits()
    }

    /// A file that was there at the last scan, as it is now, by the path by which it is known: it may have several.
    private func known(_ path: ByteString) -> FileTree.Entry? {
        guard let status = try? FileStatus.of(path), let index = byIdentity[status.identity], present[index] != nil
        else { return nil }
        if partitions[index].path == path { return FileTree.Entry(path: path, status: status) }
        guard let same = try? FileStatus.of(partitions[index].path), same.identity == status.identity else {
            return nil
        }
        return FileTree.Entry(path: partitions[index].path, status: same)
    }

    /// Looks for files and makes the list of visits.
    mutating func scan() {
        let entries = tree.entries()
        noteDirectories()
        var candidates = [Int?](repeating: nil, count: entries.count)
        for entry in entries { noteCut(entry) }
        var claimed: Set<Int> = []
        // Files that keep their inode first, wherever they are now; then those that took a known path.
        for (place, entry) in entries.enumerated() {
            if let index = candidate(byIdentityOf: entry), claimed.insert(index).inserted { candidates[place] = index }
        }
        for (place, entry) in entries.enumerated() where candidates[place] == nil {
            if let index = candidate(byPathOf: entry), claimed.insert(index).inserted { candidates[place] = index }
        }
        present = [:]
        visits = []
        for (entry, candidate) in zip(entries, candidates) { plan(entry, candidate, claimed) }
        for index in open.indices where !claimed.contains(index) { planDraining(index, among: entries) }
        sortVisits()
    }

    private mutating func sortVisits() {
        visits.sort { left, right in
            left.firstPath != right.firstPath
                ? right.firstPath < left.firstPath : left.generation > right.generation
        }
        unvisited = Set(visits.compactMap(\.entry?.path))
        needsScan = false
    }

    private mutating func noteDirectories() {
        let failures = tree.failures
        deferred += failures.filter { !refusedDirectories.contains($0.path) }
        refusedDirectories = Set(failures.map(\.path))
    }

    private mutating func noteCut(_ entry: FileTree.Entry) {
        guard let index = byIdentity[entry.status.identity], partitions[index].position > 0 else { return }
        if !partitions[index].admits(size: entry.status.size) { partitions[index].wasCut = true }
    }

    private func candidate(byIdentityOf entry: FileTree.Entry) -> Int? {
        guard let index = byIdentity[entry.status.identity], partitions[index].admits(size: entry.status.size) else {
            return nil
        }
        // Without a byte that was read there is nothing to tell a renamed file from one that took over its inode, which no
        // file can while this one is open.
        return partitions[index].position > 0 || partitions[index].path == entry.path || open[index] != nil
            ? index : nil
    }

    private func candidate(byPathOf entry: FileTree.Entry) -> Int? {
        guard let index = latest[entry.path.relative(to: base)],
            partitions[index].position > 0, partitions[index].descriptor.identity != entry.status.identity,
            partitions[index].admits(size: entry.status.size), !hasUnread(index)
        else { return nil }
        return index
    }

    /// Whether the open handle of a partition has bytes that were not read.
    func hasUnread(_ index: Int) -> Bool {
        guard let contents = open[index], let status = try? contents.file.status() else { return false }
        return status.size > (partitions[index].settled?.size ?? 0) || partitions[index].pendingBytes > 0
    }

    private mutating func plan(_ entry: FileTree.Entry, _ candidate: Int?, _ claimed: Set<Int>) {
        if let candidate {
            partitions[candidate].isClosed = hasLeft(candidate, entry)
            if partitions[candidate].descriptor.identity == entry.status.identity {
                setPath(of: candidate, entry.path)
                partitions[candidate].descriptor.path = entry.path.relative(to: base)
            }
            present[candidate] = entry.status
            let now = FilePartition.Settled(
                size: entry.status.size, changed: entry.status.changed, isClosed: partitions[candidate].isClosed)
            if partitions[candidate].settled == now, !waitsForWriter(candidate) { return }
        }
        if refused[entry.path] == entry.status {
            guard let original = copies[entry.path], !claimed.contains(original), !hasUnread(original) else { return }
        }
        refused[entry.path] = nil
        visits.append(
            FileVisit(
                entry: entry, candidate: candidate,
                firstPath: candidate.map { partitions[$0].firstPath } ?? entry.path.relative(to: base),
                generation: candidate.map { partitions[$0].generation } ?? Int.max))
    }

    /// Whether its last line is whole when the one who writes to it closes it, of which nothing tells.
    private func waitsForWriter(_ index: Int) -> Bool {
        partitions[index].isClosed && partitions[index].pendingBytes > 0 && partitions[index].descriptor.kind == nil
    }

    /// Whether the directory that a file was in could not be looked at, so that the file may be there.
    private func isHidden(_ index: Int) -> Bool {
        refusedDirectories.contains { partitions[index].path.bytes.starts(with: $0.bytes + [0x2F]) }
    }

    /// Whether a file has not grown for some time, as far as was looked at.
    mutating func isStill(_ index: Int, _ size: UInt64, for time: Duration) -> Bool {
        let now = schedule?.now() ?? .zero
        if partitions[index].still?.size != size {
            partitions[index].still = FilePartition.Still(size: size, since: now)
        }
        guard var still = partitions[index].still else { return false }
        still.looks += 1
        partitions[index].still = still
        return schedule == nil ? still.looks > FileReader.looksWithoutClock : now - still.since >= time
    }

    /// Whether the file is no longer at the path where it was first seen.
    func hasLeft(_ index: Int, _ entry: FileTree.Entry) -> Bool {
        let first = partitions[index].firstPath.absolute(under: base)
        if first == entry.path { return false }
        guard let status = try? FileStatus.of(first) else { return true }
        return status.identity != entry.status.identity
    }

    /// A file that has left the patterns is read on while it is open.
    private mutating func planDraining(_ index: Int, among entries: [FileTree.Entry]) {
        if isHidden(index) { return }
        guard let contents = open[index], let status = try? contents.file.status(),
            byIdentity[status.identity] == index,
            !entries.contains(where: { $0.status.identity == status.identity }),
            partitions[index].admits(size: status.size)
        else {
            open.remove(index)
            return
        }
        if partitions[index].isClosed, partitions[index].settled?.size == status.size, !waitsForWriter(index) {
            if contents.file.hasWriter != true, isStill(index, status.size, for: FileReader.keptWhenGone) {
                open.remove(index)
            }
            return
        }
        partitions[index].isClosed = true
        present[index] = status
        visits.append(
            FileVisit(
                entry: nil, candidate: index, firstPath: partitions[index].firstPath,
                generation: partitions[index].generation))
    }
}
