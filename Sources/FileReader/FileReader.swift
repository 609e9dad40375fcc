import Compression
import Glibc
public import RecordCutting
public import UsageModel

/// Reads local files, found by patterns, as partitions of whole records: of lines, or of what a ``RecordRule`` says.
///
/// Files are read in the byte order of their paths, each to the end that it has when its turn comes, or for so long as
/// `FileReaderOptions.turnBytes` lets it. When all have been read, ``next()`` returns `nil`; asked again, it looks for new files and for growth. With a ``ScanSchedule`` it then
/// looks only at what it is told has changed, and at everything when the schedule says so.
///
/// A file's partition is named `path#generation`, by the path it was first seen at (relative to the base where it lies
/// under it). It keeps it through a rename, and is recognised on resume by device and inode, or by its path, together
/// with a digest of the 64 bytes before the position. A file that is cut below its position, or whose bytes there are
/// others, is a new generation, read from its beginning. What a rotation compressed or copied is recognised by its
/// contents and goes on in the same partition.
///
/// The last batch's `partition.descriptor` recognises the file at that batch's end; it is what must be committed
/// together with that position.
///
/// Reading blocks. A copy of a reader shares the open files with it; only one of them may go on.
public struct FileReader: SourceReader {
    let source: String
    let base: ByteString
    let ends: EndOfFileRule
    let rule: RecordRule
    let isWhole: @Sendable (Span<UInt8>) -> Bool
    let options: FileReaderOptions

    var tree: FileTree
    var partitions: [FilePartition] = []
    /// The partition that each file belongs to, and the latest generation at each first path.
    var byIdentity: [FileIdentity: Int] = [:]
    var latest: [ByteString: Int] = [:]
    /// The partitions whose files were there at the last scan, with what they were like.
    var present: [Int: FileStatus] = [:]
    var open = OpenFiles()
    /// Files that cannot be read as they are now; they are tried again when they change.
    var refused: [ByteString: FileStatus] = [:]
    /// Of these, the ones that hold what a partition holds whose file is still there: they wait until it is gone.
    var copies: [ByteString: Int] = [:]
    /// The partitions that were ever at a path, also by the path without its number.
    var byPath: [ByteString: Set<Int>] = [:]
    var refusedDirectories: Set<ByteString> = []
    /// What is still to be visited in this pass, the next one last, and the paths of these files.
    var visits: [FileVisit] = []
    var unvisited: Set<ByteString> = []
    /// Visits that ended before their files did: the rest comes behind what has changed in the meantime.
    var paused: [FileVisit] = []
    /// Whether the visit under way has to be made again at the end of the pass.
    var isPostponed = false
    /// Directories that could not be read; thrown when the rest of the pass has been read.
    var deferred: [FileError] = []
    var turn: FileTurn?
    var needsScan = true
    /// Whether what is there was told of before anything was read.
    var hasTold = false
    var schedule: ScanSchedule?
    /// Whether something was told of that only a look at everything finds.
    var needsFullScan = false
    /// Which partitions are read; `nil` for all. It is for reading what is there once: each is asked for when its turn comes.
    public var selection: PartitionSelection?

    /// Takes patterns and the committed state; reads nothing yet.
    /// - Parameters:
    ///   - source: the source's name.
    ///   - base: the directory that relative patterns start from.
    ///   - include: patterns of paths: `*`, `?`, `[..]` inside a name, `**` for any number of directories. One that
    ///     names nothing is no error: files may appear late.
    ///   - exclude: patterns of paths that are left out whatever `include` says.
    ///   - ends: what the end of a file says about an unfinished last line.
    ///   - rule: what ends a record.
    ///   - isWhole: whether the bytes of an unfinished last line are a complete record by themselves; only asked under
    ///     ``EndOfFileRule/live``.
    ///   - resume: all partitions of this source that the ledger knows.
    ///   - schedule: when to look at everything; without one, each time that all was read.
    /// - Throws: `SourceError` for a malformed pattern or a state that another version wrote.
    public init(
        source: String, base: String, include: [String], exclude: [String] = [], ends: EndOfFileRule,
        rule: RecordRule = .lines, isWhole: @escaping @Sendable (Span<UInt8>) -> Bool,
        options: FileReaderOptions = FileReaderOptions(), resume: [PartitionState] = [],
        schedule: ScanSchedule? = nil
    ) throws(SourceError) {
        self.source = source
        let base = FileReader.absolute(base)
        self.base = base
        self.ends = ends
        self.rule = rule
        self.isWhole = isWhole
        self.options = options
        func patterns(_ texts: [String]) throws(SourceError) -> [GlobPattern] {
            do throws(GlobError) {
                var patterns: [GlobPattern] = []
                for text in texts { patterns.append(try GlobPattern(text, base: base)) }
                return patterns
            } catch { throw SourceError(source: source, message: error.description) }
        }
        tree = FileTree(include: try patterns(include), exclude: try patterns(exclude))
        self.schedule = schedule
        if schedule != nil { tree.watch = DirectoryWatch() }
        for state in resume {
            guard let partition = FilePartition(state, base: base) else {
                throw SourceError(
                    source: source,
                    message: "the committed state of \(state.partition.id) is not one that this version can read")
            }
            add(partition)
        }
    }

    public mutating func next() async throws(SourceError) -> RecordBatch? {
        if needsScan { look() }
        while true {
            if var current = turn.take() {
                if let batch = advance(&current) {
                    turn = current
                    return batch
                }
                if let failure = finish(current) { throw failure }
            }
            guard let visit = visits.popLast() else {
                if paused.isEmpty { break }
                resumePaused()
                continue
            }
            if let entry = visit.entry { unvisited.remove(entry.path) }
            do throws(ContentsError) {
                turn = try begin(visit)
            } catch {
                if let entry = visit.entry, error.isLasting(at: entry.path) { refused[entry.path] = entry.status }
                if let index = visit.candidate { open.unpause(index) }
                if case .file(let error) = error, error.isOutOfHandles, open.closeOldest() {
                    visits.append(visit)
                    continue
                }
                throw SourceError(source: source, message: error.description)
            }
        }
        if let failure = deferred.popLast() { throw SourceError(source: source, message: failure.description) }
        needsScan = true
        return nil
    }

    /// Makes a partition known. Returns its index.
    @discardableResult
    mutating func add(_ partition: FilePartition) -> Int {
        let index = partitions.count
        partitions.append(partition)
        notePath(partition.firstPath.absolute(under: base), of: index)
        notePath(partition.path, of: index)
        if let other = byIdentity[partition.descriptor.identity], partitions[other].firstPath == partition.firstPath {
            // Two generations in one file.
            partitions[partitions[other].generation < partition.generation ? other : index].wasCut = true
        }
        if let last = latest[partition.firstPath], partitions[last].generation > partition.generation {
            return index
        }
        latest[partition.firstPath] = index
        byIdentity[partition.descriptor.identity] = index
        return index
    }

    private static func absolute(_ directory: String) -> ByteString {
        let given = ByteString(directory)
        if given.bytes.first == 0x2F { return normalized(given.bytes) }
        guard let current = unsafe getcwd(nil, 0) else { return normalized(given.bytes) }
        defer { unsafe free(current) }
        return normalized(unsafe Array(String(cString: current).utf8) + [0x2F] + given.bytes)
    }

    private static func normalized(_ path: [UInt8]) -> ByteString {
        ByteString(GlobPattern.split(path).reduce(into: []) { $0 += [0x2F] + $1 })
    }
}
