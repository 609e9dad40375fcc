import Compression
public import RecordCutting
public import UsageModel

/// Reads again what was committed of files.
///
/// A partition's file is looked for where the ledger saw it last, then by its inode, then among the files that a rotation could
/// have made of it, by its first bytes. Where nothing else claims it, the file at its path is taken for it, whatever it holds
/// now: that its bytes are others is what the digests show.
///
/// Reading blocks. Files are kept open, and decompressors where they stand, as far as there is room.
public struct FileRangeReader: RangeReader {
    let source: String
    let base: ByteString
    let rule: RecordRule
    let options: FileReaderOptions
    private var tree: FileTree
    /// What there is, looked for once.
    private var entries: [FileTree.Entry]?
    /// As the ledger knew each partition last.
    private let latest: [ByteString: FileDescriptor]
    private let owners: [FileIdentity: ByteString]
    private var open: [ByteString: OpenContents] = [:]
    private var clock: UInt64 = 0

    /// Contents that are being read again.
    private struct OpenContents {
        var contents: any FileContents
        /// Where the next byte stands that is read.
        var offset: UInt64 = 0
        /// The byte before it, where that is known.
        var lastByte: UInt8?
        var header: RecordHeader?
        var used: UInt64 = 0

        var isCompressed: Bool { contents is CompressedContents }
    }

    /// Decompressors that are kept.
    private static let maximumCompressed = 16

    /// - Parameters:
    ///   - latest: how far each partition of this source is committed, for where its file is now.
    /// - Throws: `SourceError` for a malformed pattern.
    public init(
        source: String, base: String, include: [String], exclude: [String] = [], rule: RecordRule = .lines,
        options: FileReaderOptions = FileReaderOptions(), latest: [PartitionState]
    ) throws(SourceError) {
        // A reader of it knows how patterns and directories are told.
        let reader = try FileReader(
            source: source, base: base, include: include, exclude: exclude, ends: .archive, rule: rule,
            isWhole: { _ in false }, options: options)
        self.source = source
        self.base = reader.base
        self.rule = rule
        self.options = options
        tree = reader.tree
        var descriptors: [ByteString: FileDescriptor] = [:]
        var owners: [FileIdentity: ByteString] = [:]
        for state in latest {
            guard let descriptor = FileDescriptor(state.partition.descriptor) else { continue }
            descriptors[state.partition.id] = descriptor
            owners[descriptor.identity] = state.partition.id
        }
        self.latest = descriptors
        self.owners = owners
    }

    public mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        guard case .byte(let start) = range.range.start, case .byte(let end) = range.range.end, start <= end else {
            throw .changed("the range of \(range.partition.id) is none of a file")
        }
        let id = range.partition.id
        if start == end, range.records == 0 {
            return cut.batch(range, from: start, [UInt8](repeating: 0, count: RecordBatch.padding), header: nil)
        }
        do throws(ContentsError) {
            var contents = try opened(range, at: start)
            let batch = try read(range, start, end, from: &contents)
            clock += 1
            contents.used = clock
            open[id] = contents
            return batch
        } catch {
            open[id] = nil
            switch error {
            case .file(let error): throw .failed("source \(source): \(error)")
            case .data(let path, let detail): throw .changed("\(path): \(detail)")
            case .gone(let message): throw .gone(message)
            }
        }
    }

    private var cut: RangeCut { RangeCut(rule, maximumRecordBytes: options.maximumRecordBytes) }

    private func read(
        _ range: CommittedRange, _ start: UInt64, _ end: UInt64, from contents: inout OpenContents
    ) throws(ContentsError) -> RecordBatch {
        let isInsideLine = contents.lastByte.map { $0 != 0x0A } ?? false
        if cut.isOversized(range, end - start) {
            var line = RangeLine(from: start)
            while contents.offset < end {
                line.take(try slab(of: Int(min(256 << 10, end - contents.offset)), from: &contents))
            }
            return line.batch(range, header: contents.header)
        }
        guard end - start <= UInt64(RangeCut.maximumBytes) else {
            throw .data(contents.contents.file.path, "no range of \(end - start) bytes was ever read at once")
        }
        let slab = try slab(of: Int(end - start), from: &contents)
        var batch = cut.batch(range, from: start, slab, header: contents.header)
        if isInsideLine, range.refusal == .badLine { batch.refusal = .restOfLine }
        return batch
    }

    private func slab(of count: Int, from contents: inout OpenContents) throws(ContentsError) -> [UInt8] {
        var failure: ContentsError?
        let offset = contents.offset
        let slab = unsafe [UInt8](unsafeUninitializedCapacity: count + RecordBatch.padding) { buffer, initialized in
            unsafe buffer.initialize(repeating: 0)
            initialized = count + RecordBatch.padding
            do throws(ContentsError) {
                try unsafe FileRangeReader.fill(
                    UnsafeMutableBufferPointer(rebasing: buffer[..<count]), from: &contents)
            } catch { failure = error }
        }
        if let failure { throw failure }
        contents.offset = offset + UInt64(count)
        if count > 0 { contents.lastByte = slab[count - 1] }
        return slab
    }

    private static func fill(
        _ room: UnsafeMutableBufferPointer<UInt8>, from contents: inout OpenContents
    ) throws(ContentsError) {
        var count = 0
        while count < room.count {
            let read = unsafe contents.contents.read(
                at: contents.offset + UInt64(count), into: UnsafeMutableBufferPointer(rebasing: room[count...]))
            count += read.count
            if count == room.count { return }
            if let failure = read.failure { throw failure }
            if read.isAtEnd || read.count == 0 {
                throw .data(
                    contents.contents.file.path,
                    "it ends at \(contents.offset + UInt64(count)), and was read up to \(contents.offset + UInt64(room.count))"
                )
            }
        }
    }

    // MARK: Opening

    /// The contents of a range's file, with the next byte at `start`.
    private mutating func opened(_ range: CommittedRange, at start: UInt64) throws(ContentsError) -> OpenContents {
        if let kept = open[range.partition.id] {
            if kept.offset == start { return kept }
            if kept.offset < start || !kept.isCompressed { return try moved(kept, to: start) }
        }
        open[range.partition.id] = nil
        makeRoom()
        let file = try located(range)
        let status: FileStatus
        do throws(FileError) { status = try file.status() } catch { throw .file(error) }
        var contents = OpenContents(contents: try contents(of: file, status.size))
        if rule.hasHeader { contents.header = try header(of: file, status.size) }
        return try moved(contents, to: start)
    }

    private func contents(of file: FileHandle, _ size: UInt64) throws(ContentsError) -> any FileContents {
        let prefix: [UInt8]
        do throws(FileError) {
            prefix = try file.bytes(at: 0, count: CompressionKind.prefixCount)
        } catch { throw .file(error) }
        guard case .compressed(let kind) = CompressionKind.detect(prefix.span) else {
            return PlainContents(file, size: size)
        }
        return try CompressedContents(file, kind: kind, size: size)
    }

    /// Lets the next byte be the one at `start`, and finds out which one stands before it.
    private func moved(_ contents: OpenContents, to start: UInt64) throws(ContentsError) -> OpenContents {
        var contents = contents
        if contents.isCompressed {
            while contents.offset < start {
                _ = try slab(of: Int(min(256 << 10, start - contents.offset)), from: &contents)
            }
            return contents
        }
        contents.offset = start
        contents.lastByte = nil
        if start > 0 {
            do throws(FileError) {
                contents.lastByte = try contents.contents.file.bytes(at: start - 1, count: 1).first
            } catch { throw .file(error) }
        }
        return contents
    }

    private func header(of file: FileHandle, _ size: UInt64) throws(ContentsError) -> RecordHeader? {
        var search = RecordHeaderSearch(rule, maximumRecordBytes: options.maximumRecordBytes)
        var contents = try contents(of: file, size)
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        var offset: UInt64 = 0
        while search.header == nil {
            let read = unsafe piece.withUnsafeMutableBufferPointer { unsafe contents.read(at: offset, into: $0) }
            offset += UInt64(read.count)
            let isLast = read.isAtEnd || read.failure != nil || read.count == 0
            search.take(piece[..<read.count], isLast: isLast)
            if isLast { break }
        }
        return search.header
    }

    /// Closes what was used least recently, where there is too much open.
    private mutating func makeRoom() {
        func oldest(_ some: (OpenContents) -> Bool) -> ByteString? {
            open.filter { some($0.value) }.min { $0.value.used < $1.value.used }?.key
        }
        if open.count >= options.maximumOpenFiles, let id = oldest({ _ in true }) { open[id] = nil }
        if open.values.count(where: \.isCompressed) >= FileRangeReader.maximumCompressed,
            let id = oldest(\.isCompressed)
        {
            open[id] = nil
        }
    }

    // MARK: Finding

    private mutating func located(_ range: CommittedRange) throws(ContentsError) -> FileHandle {
        let id = range.partition.id
        guard let descriptor = latest[id] ?? FileDescriptor(range.partition.descriptor) else {
            throw .data(id, "its descriptor is not one that this version can read")
        }
        let path = descriptor.path.absolute(under: base)
        var atPath: FileHandle?
        if let file = try readable(path) {
            if try isTaken(file, descriptor, by: id) { return file }
            atPath = file
        }
        for entry in everything() where entry.path != path {
            let isSame = entry.status.identity == descriptor.identity
            guard isSame || entry.path.originals.contains(where: { isOrigin($0, of: path, id) }) else { continue }
            if let file = try readable(entry.path), try begins(file, as: descriptor) { return file }
        }
        if let atPath, try isFree(atPath, of: id) { return atPath }
        throw .gone("\(path) is gone, and no file is found that holds what was read of it")
    }

    /// Whether the file where it was last is the partition's beyond doubt.
    private func isTaken(
        _ file: FileHandle, _ descriptor: FileDescriptor, by id: ByteString
    ) throws(ContentsError) -> Bool {
        do throws(FileError) {
            if try file.status().identity == descriptor.identity, owners[descriptor.identity] ?? id == id {
                return true
            }
        } catch { throw .file(error) }
        return try begins(file, as: descriptor)
    }

    /// Whether no other partition is known to be this file.
    private func isFree(_ file: FileHandle, of id: ByteString) throws(ContentsError) -> Bool {
        do throws(FileError) { return owners[try file.status().identity] ?? id == id } catch { throw .file(error) }
    }

    /// Whether a rotation brings a file from `origin` that was at `path` last, or at first.
    private func isOrigin(_ origin: ByteString, of path: ByteString, _ id: ByteString) -> Bool {
        let first = ByteString(Array(id.bytes[..<(id.bytes.lastIndex(of: 0x23) ?? id.bytes.count)]))
        return origin == path || origin == path.unnumbered || origin == first.absolute(under: base)
    }

    /// Whether the contents begin as those of the partition did; never where that is not known.
    private func begins(_ file: FileHandle, as descriptor: FileDescriptor) throws(ContentsError) -> Bool {
        guard let beginning = descriptor.beginning else { return false }
        let size: UInt64
        do throws(FileError) { size = try file.status().size } catch { throw .file(error) }
        var contents = try contents(of: file, size)
        var head = [UInt8](repeating: 0, count: FileBeginning.reach)
        let read = unsafe head.withUnsafeMutableBufferPointer { unsafe contents.read(at: 0, into: $0) }
        return beginning.matches(Array(head.prefix(read.count)))
    }

    /// `nil` where there is no such file.
    private func readable(_ path: ByteString) throws(ContentsError) -> FileHandle? {
        do throws(FileError) {
            guard let file = try FileHandle.ifThere(path), try file.status().kind == .regular else { return nil }
            return file
        } catch { throw .file(error) }
    }

    private mutating func everything() -> [FileTree.Entry] {
        if let entries { return entries }
        let found = tree.entries()
        entries = found
        return found
    }
}
