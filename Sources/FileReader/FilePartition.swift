import Compression
import RecordCutting
import UsageModel

/// A partition that is known, and how far it was read.
struct FilePartition: Sendable {
    /// The partition's name for ever: `firstPath#generation`.
    let id: ByteString
    /// Where the file was when it was first seen, relative to the base where it lies under it.
    let firstPath: ByteString
    let generation: Int
    /// What recognises the file at `position`.
    var descriptor: FileDescriptor
    /// Where the file is now, absolute.
    var path: ByteString
    /// The first position that was not given out.
    var position: UInt64
    /// The last bytes before `position`; `nil` until the file was opened.
    var recent: [UInt8]?
    /// The first bytes of the contents, as far as they were read; `nil` until the file was opened.
    var head: [UInt8]?
    /// The record that names the columns, where the file has one and it was read.
    var header: RecordHeader?
    /// A too long line that has no end yet: it begins at `position`.
    var oversized: OversizedLine?
    /// What the file was like when there was nothing more to read in it.
    var settled: Settled?
    /// Bytes at the end that are no whole line yet.
    var pendingBytes: UInt64 = 0
    /// Whether the file has left its first path, so that nothing more is expected but from who has it open.
    var isClosed = false
    /// Whether it went on in another file since its last batch, so that the next one says where.
    var isMoved = false
    /// Whether its file was cut where it lies, so that a copy may hold less than was read.
    var wasCut = false
    /// Since when it has not grown, where that is of interest.
    var still: Still?

    struct Still: Sendable {
        let size: UInt64
        let since: Duration
        var looks = 0
    }

    struct Settled: Sendable, Hashable {
        var size: UInt64
        var changed: Int64
        var isClosed: Bool
    }

    /// A file that is seen for the first time.
    init(firstPath: ByteString, generation: Int, path: ByteString, status: FileStatus, kind: CompressionKind?) {
        self.firstPath = firstPath
        self.generation = generation
        self.path = path
        id = ByteString(firstPath.bytes + [0x23] + Array(String(generation).utf8))
        descriptor = FileDescriptor(
            identity: status.identity, kind: kind, contents: .start, input: kind == nil ? nil : .start,
            path: firstPath)
        position = 0
        recent = []
        head = []
    }

    /// One that is in the ledger; `nil` when its id or descriptor cannot be read.
    init?(_ state: PartitionState, base: ByteString) {
        let bytes = state.partition.id.bytes
        guard let mark = bytes.lastIndex(of: 0x23),
            let generation = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)),
            let descriptor = FileDescriptor(state.partition.descriptor),
            case .byte(let position) = state.position, descriptor.contents.offset == position
        else { return nil }
        id = state.partition.id
        firstPath = ByteString(Array(bytes[..<mark]))
        self.generation = generation
        self.descriptor = descriptor
        self.position = position
        path = descriptor.path.absolute(under: base)
    }

    /// Whether a file of this size can be the one that was read.
    func admits(size: UInt64) -> Bool {
        size >= descriptor.stored.offset
    }

    /// Lets the first bytes follow the position over what was read from `start` on.
    mutating func extendHead(over bytes: some Collection<UInt8>, from start: UInt64) {
        guard let count = head?.count, UInt64(count) == start, count < FileBeginning.reach else { return }
        head?.append(contentsOf: bytes.prefix(FileBeginning.reach - count))
    }

    /// Has the descriptor tell the first bytes, as far as they were read.
    /// - Parameter old: what it told of them before.
    mutating func setBeginning(_ old: FileBeginning?) {
        descriptor.beginning = old
        if let head, head.count != old?.count ?? 0 { descriptor.beginning = FileBeginning(head) }
    }

    func state(in source: String) -> PartitionState {
        PartitionState(
            partition: Partition(source: source, id: id, descriptor: descriptor.encoded()), position: .byte(position))
    }

    /// The order in which partitions are read: by first path as bytes, older generations first.
    static func precedes(_ left: FilePartition, _ right: FilePartition) -> Bool {
        left.firstPath != right.firstPath ? left.firstPath < right.firstPath : left.generation < right.generation
    }
}

extension ByteString {
    /// The path without the base, where it lies under it.
    func relative(to base: ByteString) -> ByteString {
        let prefix = base.bytes.last == 0x2F ? base.bytes : base.bytes + [0x2F]
        return bytes.starts(with: prefix) ? ByteString(Array(bytes[prefix.count...])) : self
    }

    func absolute(under base: ByteString) -> ByteString {
        if bytes.first == 0x2F { return self }
        return ByteString((base.bytes.last == 0x2F ? base.bytes : base.bytes + [0x2F]) + bytes)
    }
}
